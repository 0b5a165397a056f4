"""Searches kept under a name: who has which, who may change it, and in what words."""

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client

from tests.factories import make_agent, make_queue, make_supervisor, make_ticket
from tickets.errors import CannotChange, NotAllowed
from tickets.finding.saving import keep
from tickets.finding.shelf import changeable, usable
from tickets.finding.terms import NotUnderstood
from tickets.models import Membership, SavedView, Staffing, Team

pytestmark = pytest.mark.django_db


def make_view(by: User, query: str = "is:open", **fields: object) -> SavedView:
    return keep(SavedView(owner=by, name="View", query=query, **fields), by=by)


def make_team(*people: User) -> Team:
    team = Team.objects.create(name=f"Team {Team.objects.count()}")
    for one in people:
        Membership.objects.create(team=team, person=one)
    return team


def test_ones_own_is_nobody_elses() -> None:
    alice, bob, sam = make_agent("alice"), make_agent("bob"), make_supervisor()
    view = make_view(alice)
    assert [list(usable(one)) for one in (alice, bob, sam)] == [[view], [], []]
    assert [list(changeable(one)) for one in (alice, bob, sam)] == [[view], [], []]


def test_a_team_has_what_is_shared_with_it_and_its_owner_changes_it() -> None:
    alice, bob, carol, sam = make_agent("alice"), make_agent("bob"), make_agent("carol"), make_supervisor()
    view = make_view(alice, shared="team", team=make_team(alice, bob))
    assert [list(usable(one)) for one in (bob, carol)] == [[view], []]
    assert [list(changeable(one)) for one in (alice, bob, carol, sam)] == [[view], [], [], [view]]


def test_only_who_looks_into_every_queue_shares_with_everybody() -> None:
    alice, sam = make_agent("alice"), make_supervisor()
    with pytest.raises(NotAllowed):
        make_view(alice, shared="all")
    view = make_view(sam, shared="all")
    assert list(usable(alice)) == [view] and not changeable(alice).exists()
    SavedView.objects.update(owner=alice)  # a Supervisor shared what Alice had
    assert not changeable(alice).exists() and list(changeable(sam)) == [view]


def test_what_others_have_stays_when_its_owner_is_deleted(admin_client: Client) -> None:
    alice, bob, sam, leaver = make_agent("alice"), make_agent("bob"), make_supervisor(), make_supervisor("leaver")
    make_view(leaver)
    everybodys = make_view(leaver, shared="all")
    teams = make_view(leaver, shared="team", team=make_team(bob))
    answer = admin_client.post(f"/admin/auth/user/{leaver.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 302 and not User.objects.filter(pk=leaver.pk).exists()
    assert {one.pk: one.owner for one in SavedView.objects.all()} == {everybodys.pk: None, teams.pk: None}
    assert [{*usable(one)} for one in (alice, bob)] == [{everybodys}, {everybodys, teams}]
    assert {*changeable(sam)} == {everybodys, teams} and not changeable(bob).exists()


def test_one_shares_with_ones_own_teams_alone() -> None:
    alice = make_agent("alice")
    with pytest.raises(NotAllowed):
        make_view(alice, shared="team", team=make_team(make_agent("bob")))
    with pytest.raises(CannotChange):
        make_view(alice, shared="team")


def test_a_view_that_names_a_closed_queue_is_not_there() -> None:
    bob, carol, sam = make_agent("bob"), make_agent("carol"), make_supervisor()
    queue = make_queue("Billing")
    Staffing.objects.create(queue=queue, team=make_team(bob))
    view = make_view(sam, "is:open -queue:billing", shared="all")
    assert view.queues == [queue.pk]
    assert [list(usable(one)) for one in (bob, carol, sam)] == [[view], [], [view]]
    with pytest.raises(NotUnderstood):
        make_view(carol, "queue:billing")


@pytest.mark.parametrize(
    ("query", "error"), [("is:opne", NotUnderstood), ("queue:nowhere", NotUnderstood), ("  ", CannotChange)]
)
def test_what_cannot_be_understood_is_not_kept(query: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        make_view(make_agent("alice"), query)
    assert not SavedView.objects.exists()


def test_each_keeps_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tickets.finding.saving.MOST_OWN", 1)
    alice = make_agent("alice")
    view = make_view(alice)
    with pytest.raises(CannotChange):
        make_view(alice)
    view.name = "Renamed"
    assert keep(view, by=alice).pk == view.pk


def test_a_row_belongs_to_somebody_or_is_shared() -> None:
    with pytest.raises(ValidationError):
        SavedView(name="View", query="is:open").full_clean()
    with pytest.raises(ValidationError):
        SavedView(name="View", query="is:open", shared="team").full_clean()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_search_is_saved_found_again_renamed_and_deleted() -> None:
    alice = make_agent("alice")
    make_ticket()
    desk = browser(alice)
    assert "/views/?q=is%3Aopen%20-is%3Adm" in desk.get("/tickets/?q=is:open+-is:dm").content.decode()
    assert 'value="is:open -is:dm"' in desk.get("/views/?q=is:open+-is:dm").content.decode()
    told = {"name": "Public <ones>", "query": "is:open -is:dm", "shared": "nobody", "team": "", "position": "5"}
    assert desk.post("/views/", told)["Location"] == "/tickets/?q=" + told["query"].replace(":", "%3A").replace(
        " ", "+"
    )
    view, page = SavedView.objects.get(), desk.get("/tickets/?q=is:open+-is:dm").content.decode()
    assert view.owner == alice and "<h1>Public &lt;ones&gt;</h1>" in page and "Save this search" not in page
    assert desk.post(f"/views/{view.pk}/", told | {"name": "Other"}).status_code == 302
    assert "Other" in desk.get("/").content.decode()
    assert browser(make_agent("bob")).get(f"/views/{view.pk}/").status_code == 404
    assert desk.post(f"/views/{view.pk}/", {"do": "delete"}).status_code == 302 and not SavedView.objects.exists()


def test_a_sheet_with_faults_names_them_and_keeps_what_was_typed() -> None:
    told = {"name": "Mine", "query": "is:opne", "shared": "nobody", "team": "", "position": "100"}
    answer = browser(make_agent("alice")).post("/views/", told)
    assert answer.status_code == 422 and "Did you mean open?" in answer.content.decode()
    assert 'value="is:opne"' in answer.content.decode()
    assert browser(make_agent("bob")).post("/views/", told | {"query": "is:open", "shared": "all"}).status_code == 422
    assert not SavedView.objects.exists()

"""What somebody did stays theirs when they are deleted (docs/rules.md, "Who did it, and is not here any more")."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.api.caller import Caller
from tests.factories import NOW, make_agent, make_rule, make_supervisor, make_ticket
from tickets.assignment import assign
from tickets.checklists.items import add_item, tick
from tickets.customers.notes import add_note
from tickets.history import note_activities, note_activity
from tickets.lifecycle import change_status
from tickets.models import Activity, Notice, Ticket
from tickets.notices.words import sentence

pytestmark = pytest.mark.django_db
GONE = "Somebody who is not here any more"


@pytest.fixture
def lea(db: None) -> User:
    return make_agent("lea")


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor()


@pytest.fixture
def ticket(lea: User, sam: User) -> Ticket:
    """Put on hold by lea, taken by her, and given on to sam."""
    made = make_ticket()
    made = change_status(made, "on_hold", by=lea, now=NOW, reason="Depot")
    made = assign(made, to=lea, by=lea, now=NOW)
    return assign(made, to=sam, by=lea, now=NOW)


def sentences(ticket: Ticket, sam: User) -> list[dict[str, Any]]:
    api = Caller(sam)
    own = api.get(f"tickets/{ticket.pk}/activities/").json()["results"]
    everywhere = api.get("activities/").json()["results"]
    assert sorted(own, key=lambda row: int(row["id"])) == sorted(everywhere, key=lambda row: int(row["id"]))
    return [row for row in own if row["verb"] in ("ticket.status", "ticket.assigned")]


def test_history_names_who_was_deleted_and_never_the_desk(ticket: Ticket, lea: User, sam: User) -> None:
    before = sentences(ticket, sam)
    assert {row["actor_gone"] for row in before} == {None}
    note_activity(ticket, "ticket.assigned", by=sam, at=NOW, **{"to": lea.pk, "from": sam.pk})
    note_activity(ticket, "ticket.status", by=None, at=NOW, before="open", after="resolved")
    lea.delete()
    told = sentences(ticket, sam)
    assert {(row["actor"] is None, row["actor_gone"]) for row in told} == {
        (True, "Lea"),
        (True, None),  # the desk's own
        (False, None),
    }
    said = [row["sentence"] for row in told]
    assert "Lea (not here any more) took the ticket." in said
    assert "Lea (not here any more) assigned the ticket to Sam." in said
    assert "Sam assigned the ticket to Lea (not here any more)." in said
    assert "The desk changed the status from Open to Resolved." in said
    client = Client()
    client.force_login(sam)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert "<b>Lea (not here any more)</b> took the ticket." in page


def test_deleting_somebody_touches_none_of_their_lines(ticket: Ticket, lea: User, admin_client: Client) -> None:
    note_activities([(ticket.pk, "ticket.status", {"before": "new", "after": "open"})] * 300, by=lea, at=NOW)
    before = list(Activity.objects.order_by("pk").values())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        admin_client.post(reverse("admin:auth_user_delete", args=[lea.pk]), {"post": "yes"})
    assert not User.objects.filter(pk=lea.pk).exists()
    assert not [one["sql"] for one in asked if "UPDATE" in one["sql"] and "activity" in one["sql"]]
    assert list(Activity.objects.filter(pk__in=[row["id"] for row in before]).order_by("pk").values()) == before


def test_a_line_from_before_names_were_kept_is_somebodys_where_only_people_do_so(ticket: Ticket, sam: User) -> None:
    for verb, facts in (("ticket.tagged", {"tag": "vip"}), ("ticket.status", {"before": "new", "after": "open"})):
        note_activity(ticket, verb, by=None, at=NOW, **facts)
    note_activity(ticket, "ticket.assigned", by=sam, at=NOW, **{"to": 999_999_999, "from": None})
    rows = {row["sentence"]: row["actor_gone"] for row in Caller(sam).get("activities/").json()["results"]}
    assert rows[f"{GONE} added the tag vip."] == ""
    assert rows["The desk changed the status from New to Open."] is None
    assert f"Sam assigned the ticket to {GONE.lower()}." in rows


def test_notices_name_who_was_deleted(ticket: Ticket, lea: User, sam: User) -> None:
    notice = Notice.objects.create(person=sam, event="assigned", ticket=ticket, actor=lea, at=NOW)
    lea.delete()
    assert sentence(Notice.objects.get(pk=notice.pk)) == "Lea (not here any more) gave this ticket to you."
    (row,) = Caller(sam).get("notices/").json()["results"]
    assert (row["by"], row["by_gone"]) == (None, "Lea")
    assert row["sentence"] == "Lea (not here any more) gave this ticket to you."
    client = Client()
    client.force_login(sam)
    assert "Lea (not here any more) gave this ticket to you." in client.get("/notices/").content.decode()


def test_who_is_deleted_by_whatever_way_is_kept_with_their_name(lea: User, sam: User, ticket: Ticket) -> None:
    User.objects.filter(pk=lea.pk).update(first_name="Lea", last_name="Roth")
    User.objects.filter(pk=lea.pk).delete()
    assert sentences(ticket, sam)[0]["actor_gone"] == "Lea Roth"


def test_notes_ticks_and_versions_of_rules_keep_their_names(
    ticket: Ticket, lea: User, sam: User, admin_client: Client
) -> None:
    add_note(ticket.customer, "Likes blue", by=lea, now=NOW)
    tick(add_item(ticket, "Ask for the receipt", by=lea, now=NOW), done=True, by=lea, now=NOW)
    rule = make_rule()
    rule.versions.update(made_by=lea)
    lea.delete()
    client, name = Client(), "Lea (not here any more)"
    client.force_login(sam)
    page = client.get(f"/tickets/{ticket.pk}/").content.decode()
    assert f'title="{name}, ' in page and f'</s> <span class="sub">{name} ' in page
    assert f"{name}, " in client.get(f"/customers/{ticket.customer_id}/").content.decode()
    assert name in admin_client.get(reverse("admin:tickets_routingrule_change", args=[rule.pk])).content.decode()
    (note,) = Caller(sam).get(f"customers/{ticket.customer_id}/notes/").json()["results"]
    (item,) = Caller(sam).get(f"tickets/{ticket.pk}/checklist/").json()["results"]
    assert (note["author"], note["author_gone"]) == (item["done_by"], item["done_by_gone"]) == (None, "Lea")

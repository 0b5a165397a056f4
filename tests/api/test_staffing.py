"""Who gets it, by program: the next ticket, what it needs, who is there."""

import pytest
from django.contrib.auth.models import Permission, User

from tests.api.caller import Caller, code_of
from tests.factories import make_agent, make_ticket
from tests.tickets.floor import at_work, skill, staffed
from tickets.models import Agent, Membership, Queue, Team, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def billing(acme: object, alice: User) -> Queue:
    return staffed("Billing", at_work("alice"), mode="pull")


def test_the_next_ticket_is_taken_once_for_a_key(api: Caller, alice: User, billing: Queue) -> None:
    first, second = make_ticket(queue=billing), make_ticket(queue=billing)
    for _ in range(2):
        told = api.post("tickets/next/", Idempotency_Key="morning")
        assert (told.status_code, told.json()["id"]) == (200, str(first.pk))
    assert Ticket.objects.get(pk=second.pk).assignee is None
    assert api.post("tickets/next/").json()["assignee"]["username"] == "alice"
    assert code_of(api.post("tickets/next/")) == (409, "nothing_waits")


def test_what_a_ticket_needs_is_set_told_and_asked_for(api: Caller, billing: Queue) -> None:
    german, other = skill("German", "de"), make_ticket(queue=billing)
    ticket = make_ticket(queue=billing)
    told = api.post(f"tickets/{ticket.pk}/skills/", {"skills": [str(german.pk)]}).json()
    assert told["skills"] == [{"id": str(german.pk), "name": "German"}]
    found = api.get("tickets/", {"skill": german.pk}).json()["results"]
    assert [one["id"] for one in found] == [str(ticket.pk)] != [str(other.pk)]
    assert api.get("tickets/?view=all").json()["results"][1]["skills"] == told["skills"]
    assert api.get("skills/").json()["results"] == [{"id": str(german.pk), "name": "German", "language": "de"}]
    line = ticket.activities.get(verb="ticket.skills")
    assert line.data == {"before": [], "after": [german.pk]}
    assert code_of(api.post(f"tickets/{ticket.pk}/skills/", {"skills": ["999"]})) == (409, "cannot_change")


def test_one_is_away_and_back_and_gives_back_what_nobody_answered(api: Caller, alice: User, billing: Queue) -> None:
    ticket = make_ticket(queue=billing, assignee=alice)
    told = api.post(f"agents/{alice.pk}/presence/", {"away": True, "give_back": True}).json()
    assert (told["presence"], told["in_hand"]) == ("away", 0)
    assert Ticket.objects.get(pk=ticket.pk).assignee is None
    assert api.post(f"agents/{alice.pk}/presence/", {"away": False}).json()["presence"] != "away"


def test_agents_see_themselves_and_who_looks_after_all_everybody(api: Caller, alice: User, billing: Queue) -> None:
    bob = at_work("bob", "German", capacity=4)
    make_ticket(assignee=bob)
    Queue.objects.filter(pk=billing.pk).update(capacity=7)
    (own,) = api.get("agents/").json()["results"]
    assert (own["person"]["username"], own["capacity"], own["limit_of"]) == ("alice", 20, "desk")
    assert own["elsewhere"] == [{"queue": {"id": str(billing.pk), "name": "Billing"}, "capacity": 7}]
    assert code_of(api.post(f"agents/{bob.pk}/release/")) == (404, "not_found")
    sam = make_agent("sam")
    sam.user_permissions.add(Permission.objects.get(codename="every_queue"))
    boss = Caller(User.objects.get(pk=sam.pk))
    row = next(one for one in boss.get("agents/").json()["results"] if one["person"]["username"] == "bob")
    assert (row["in_hand"], row["capacity"], row["skills"][0]["name"]) == (1, 4, "German")
    assert (row["limit_of"], row["elsewhere"]) == ("person", [])
    assert boss.post(f"agents/{bob.pk}/release/").json()["in_hand"] == 0
    assert code_of(api.post(f"agents/{bob.pk}/release/undo/")) == (404, "not_found")
    assert boss.post(f"agents/{bob.pk}/release/undo/").json()["in_hand"] == 1
    assert boss.post(f"agents/{bob.pk}/presence/", {"away": True}).json()["presence"] == "away"
    assert Agent.objects.get(person=bob).away


def test_whoever_leads_a_team_gives_back_only_what_they_may_work(api: Caller, alice: User, billing: Queue) -> None:
    bob = at_work("bob")
    press = staffed("Press", bob, mode="by_hand")
    Membership.objects.filter(person=alice).update(lead=True)
    Membership.objects.create(team=Team.objects.get(name="Team Billing"), person=bob)
    near, far = make_ticket(queue=billing, assignee=bob), make_ticket(queue=press, assignee=bob)
    row = next(one for one in api.get("agents/").json()["results"] if one["person"]["username"] == "bob")
    assert row["in_hand"] == 1
    assert api.post(f"agents/{bob.pk}/release/").json()["in_hand"] == 0
    assert [Ticket.objects.get(pk=one.pk).assignee for one in (near, far)] == [None, bob]
    assert api.post(f"agents/{bob.pk}/release/undo/").json()["in_hand"] == 1
    assert [Ticket.objects.get(pk=one.pk).assignee for one in (near, far)] == [bob, bob]

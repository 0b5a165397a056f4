"""Answers that somebody else lets go, by program."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import BEN, make_customer, make_message, make_supervisor, make_ticket
from tests.tickets.pigeon import Wire
from tickets.incidents.telling import go_on
from tickets.models import Address, ApprovalRule, Draft, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    ApprovalRule.objects.create(name="New agents")
    ticket = make_ticket(address=acme)
    make_message(ticket)
    return ticket


@pytest.fixture
def sam(db: None) -> Caller:
    return Caller(make_supervisor())


def reply(api: Caller, ticket: Ticket, text: str = "On its way.") -> str:
    made = api.post(f"tickets/{ticket.pk}/replies/", {"text": text, "private": False})
    assert made.status_code == 201 and made.json()["sending"]["state"] == "awaiting"
    return str(made.json()["id"])


def test_it_is_listed_approved_and_told(api: Caller, sam: Caller, ticket: Ticket) -> None:
    message = reply(api, ticket)
    (row,) = sam.get("approvals/").json()["results"]
    assert (row["message"], row["ticket"], row["text"], row["rule"]) == (
        message,
        str(ticket.pk),
        "On its way.",
        "New agents",
    )
    made = sam.post(f"approvals/{row['id']}/approve/", {"text": "Today!"})
    assert made.status_code == 200 and (made.json()["text"], made.json()["sending"]["state"]) == ("Today!", "held")
    assert code_of(sam.post(f"approvals/{row['id']}/approve/")) == (409, "cannot_change")
    assert sam.get("approvals/").json()["results"] == []


def test_it_is_sent_back_with_a_reason(api: Caller, sam: Caller, ticket: Ticket, alice: User) -> None:
    reply(api, ticket)
    (row,) = sam.get("approvals/").json()["results"]
    assert code_of(sam.post(f"approvals/{row['id']}/send-back/", {"reason": ""})) == (400, "invalid")
    told = sam.post(f"approvals/{row['id']}/send-back/", {"reason": "Name the day."}).json()
    assert (told["state"], told["message"], told["text"]) == ("sent_back", None, "")
    assert Draft.objects.get(person=alice).text == "On its way."


def test_news_are_told_as_such_and_who_may_not_finds_nothing(api: Caller, sam: Caller, ticket: Ticket) -> None:
    reply(api, ticket)
    (row,) = sam.get("approvals/").json()["results"]
    seen = make_message(ticket, "Found it!").pk
    assert code_of(sam.post(f"approvals/{row['id']}/approve/")) == (409, "news_since")
    assert code_of(api.post(f"approvals/{row['id']}/approve/")) == (404, "not_found")
    assert api.get("approvals/").json()["results"] == []
    assert sam.post(f"approvals/{row['id']}/approve/", {"seen": str(seen)}).status_code == 200


def test_it_is_told_before_where_a_text_is_measured(api: Caller, sam: Caller, ticket: Ticket) -> None:
    words = {"text": "On its way.", "private": False}
    told = api.post(f"tickets/{ticket.pk}/measure/", words).json()
    assert (told["length"], told["approval"]["rule"]) == (11, "New agents")
    assert [one["username"] for one in told["approval"]["people"]] == ["sam"]
    assert sam.post(f"tickets/{ticket.pk}/measure/", words).json()["approval"] is None


def test_both_versions_are_told_on_the_ticket(api: Caller, sam: Caller, ticket: Ticket) -> None:
    reply(api, ticket), reply(api, ticket, "Soon.")
    first, second = sam.get("approvals/").json()["results"]
    sam.post(f"approvals/{first['id']}/approve/", {"text": "Today!"})
    sam.post(f"approvals/{second['id']}/send-back/", {"reason": "When?"})
    rows = api.get(f"tickets/{ticket.pk}/approvals/").json()["results"]
    told = [(row["state"], row["text"], row["written"], row["decided_by"]["username"]) for row in rows]
    assert told == [("approved", "Today!", "On its way.", "sam"), ("sent_back", "", "Soon.", "sam")]


def test_a_statement_is_decided_at_once(api: Caller, sam: Caller, ticket: Ticket, alice: User) -> None:
    home = make_ticket()
    made = api.post("incidents/new/", {"name": "Belt", "tickets": [str(home.pk), str(ticket.pk)], "home": str(home.pk)})
    other = make_ticket(make_customer(BEN))
    make_message(other)
    api.post(f"tickets/{home.pk}/parts/add/", {"tickets": [str(other.pk)]})
    told = api.post(f"tickets/{made.json()['id']}/statements/", {"public": "{handle}: it runs."}).json()
    go_on(clock=timezone.now, at_most=timedelta(seconds=20))
    address = f"statements/{told['id']}/"
    assert code_of(api.post(f"{address}approve/"))[0] == 404
    Ticket.objects.filter(pk=other.pk).update(part_of=None)
    assert sam.post(f"{address}approve/").json() == {"done": [str(ticket.pk)], "left": [], "others": 0}
    assert sam.post(f"{address}send-back/", {"void": True}).json()["done"] == [str(other.pk)]
    assert code_of(sam.post(f"{address}send-back/", {"reason": "No"})) == (409, "cannot_change")

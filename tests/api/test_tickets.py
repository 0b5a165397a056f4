"""Tickets to read: which, in which order, with what on them, and for whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from tests.api.caller import Caller, code_of
from tests.factories import (
    BEN,
    make_activity,
    make_address,
    make_agent,
    make_answer,
    make_clock,
    make_customer,
    make_folder,
    make_message,
    make_note,
    make_policy,
    make_queue,
    make_ticket,
)
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tickets.lifecycle import add_tag
from tickets.outbound import Permission

pytestmark = pytest.mark.django_db


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_a_ticket_is_told_with_everything_around_it(api: Caller, alice: User) -> None:
    ticket = make_ticket(assignee=alice, folder=make_folder("Refunds"), sla_policy=make_policy("Gold"))
    add_tag(ticket, "VIP", by=alice, now=timezone.now())
    row = api.get(f"tickets/{ticket.pk}/").json()
    assert (row["assignee"]["name"], row["folder"]["name"], row["sla_policy"]["name"]) == ("Alice", "Refunds", "Gold")
    assert row["account"]["handle"] == "acmehelp_demo" and row["identity"]["handle"] == "ana_demo"
    assert [tag["name"] for tag in row["tags"]] == ["vip"] and row["next_due_metric"] is None


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("status=pending", {"status": "pending"}),
        ("status=pending&status=open", {"status": "pending"}),
        ("priority=high", {"priority": "high"}),
        ("private=true", {"private": True}),
        ("kind=direct", {"kind": "direct"}),
        ("account=77", {"address": "77"}),
        ("assignee=me", {"assignee": "alice"}),
        ("customer={ben}", {"identity": "ben"}),
        ("queue={queue}", {"queue": "Billing"}),
        ("tag=vip", {"tag": "vip"}),
    ],
)
def test_a_list_is_narrowed(api: Caller, alice: User, query: str, fits: dict[str, Any]) -> None:
    ben, billing = make_customer(BEN), make_queue("Billing")
    make_ticket()
    tag = fits.pop("tag", "") if (fits := dict(fits)) else ""
    made = {"assignee": alice, "identity": ben, "queue": billing}
    facts = {name: made.get(name, value) for name, value in fits.items()}
    facts |= {"address": make_address("77")} if "address" in facts else {}
    ticket = make_ticket(**facts)
    if tag:
        add_tag(ticket, tag, by=alice, now=timezone.now())
    answer = api.get(f"tickets/?{query.format(ben=ben.customer_id, queue=billing.pk)}")
    assert ids(answer) == [str(ticket.pk)]


def test_nobody_in_particular(api: Caller, alice: User) -> None:
    free, _taken = make_ticket(), make_ticket(assignee=alice)
    assert ids(api.get("tickets/?assignee=none")) == [str(free.pk)]
    assert ids(api.get("tickets/?private=false&order=oldest&limit=1")) == [str(free.pk)]


def test_a_view_is_the_desks_own_in_its_order(api: Caller, alice: User) -> None:
    now = timezone.now()
    later, sooner = (make_ticket(assignee=alice, next_due_at=now + timedelta(hours=h)) for h in (5, 2))
    quiet = make_ticket(assignee=alice)
    make_ticket(assignee=alice, status="closed")
    first = api.get("tickets/?view=mine&limit=2")
    assert ids(first) == [str(sooner.pk), str(later.pk)]
    assert ids(api.client.get(first.json()["next"])) == [str(quiet.pk)]
    assert ids(api.get("tickets/?view=mine&order=newest&limit=1")) == [str(quiet.pk)]


def test_finished_tickets_come_latest_first(api: Caller) -> None:
    now = timezone.now()
    early, late = (make_ticket(status="resolved", last_message_at=now - timedelta(hours=h)) for h in (5, 2))
    first = api.get("tickets/?view=resolved&limit=1")
    assert ids(first) == [str(late.pk)]
    assert ids(api.client.get(first.json()["next"])) == [str(early.pk)]


def test_what_was_not_sent_is_a_view_too(api: Caller) -> None:
    ticket = make_ticket()
    make_answer(ticket, state="failed")
    make_ticket()
    assert ids(api.get("tickets/?view=unsent")) == [str(ticket.pk)]


@pytest.mark.parametrize(
    "query",
    ["order=due", "view=closed&order=due", "view=mine&order=oldest", "since=start&view=mine", "assignee=bob", "view=x"],
)
def test_a_question_that_makes_no_sense_is_refused(api: Caller, query: str) -> None:
    assert code_of(api.get(f"tickets/?{query}")) == (400, "invalid")


def test_messages_and_notes_come_in_their_own_order(api: Caller) -> None:
    ticket = make_ticket()
    said, answer, note = make_message(ticket), make_answer(ticket), make_note(ticket)
    rows = api.get(f"tickets/{ticket.pk}/messages/").json()["results"]
    assert [row["id"] for row in rows] == [str(one.pk) for one in (said, answer, note)]
    assert [row["direction"] for row in rows] == ["in", "out", "internal"]
    assert rows[1]["sending"]["state"] == "sent" and rows[0]["sending"] is None
    assert ids(api.get(f"tickets/{ticket.pk}/messages/?order=newest&limit=1")) == [str(note.pk)]


def test_private_words_are_told_to_nobody_who_may_not_read_them(alice: User) -> None:
    ticket, secret = make_ticket(), make_ticket(private=True)
    open_words, hidden = make_message(ticket), make_message(ticket, "My number is 555", visibility="private")
    make_message(secret, "And 556")
    for reader in (Caller(without(make_agent("bob"), "see_private")), Caller(alice, "tickets:read", "accounts:read")):
        assert ids(reader.get("messages/")) == [str(open_words.pk)]
        assert ids(reader.get(f"tickets/{ticket.pk}/messages/")) == [str(open_words.pk)]
        for path in (f"messages/{hidden.pk}/", f"tickets/{secret.pk}/", f"tickets/{secret.pk}/messages/"):
            assert code_of(reader.get(path)) == (404, "not_found")
        assert "555" not in reader.get("tickets/").content.decode()


def test_history_is_told_in_words_and_in_facts(api: Caller, alice: User) -> None:
    ticket, billing = make_ticket(), make_queue("R & D <Billing>")
    make_activity(ticket, "ticket.moved", {"before": ticket.queue_id, "after": billing.pk}, actor=alice)
    for path in (f"tickets/{ticket.pk}/activities/", f"activities/?ticket={ticket.pk}&verb=ticket.moved"):
        (row,) = api.get(path).json()["results"]
        assert row["sentence"] == "Alice moved it from Support to R & D <Billing>."
        assert row["data"]["after"] == billing.pk and row["actor"]["username"] == "alice"


def test_clocks_show_what_runs_and_what_was_kept(api: Caller) -> None:
    ticket = make_ticket()
    make_clock(ticket, ended_at=timezone.now(), met=True)
    make_clock(ticket, "resolution", policy=make_policy("Gold"))
    rows = api.get(f"tickets/{ticket.pk}/clocks/").json()["results"]
    assert {row["metric"]: row["met"] for row in rows} == {"first_response": True, "resolution": None}
    assert rows[-1]["due_at"].endswith("Z")


def test_why_a_running_promise_is_due_then_is_told_as_on_its_page(api: Caller, alice: User) -> None:
    ticket = make_ticket(priority="urgent")
    make_clock(ticket, ended_at=timezone.now(), met=True)
    make_clock(ticket, "resolution", policy=make_policy("Gold"), priority="normal")
    kept, running = api.get(f"tickets/{ticket.pk}/clocks/").json()["results"]
    assert kept["explanation"] == []
    assert running["explanation"][1:] == [
        "Policy “Gold”, Normal: Resolution in 1 h.",
        "The ticket is Urgent by now; this promise goes on as it was given.",
        "Due 2 Mar, 11:00.",
    ]
    desk = Client()
    desk.force_login(alice)
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert all(escape(sentence) in page for sentence in running["explanation"])


def test_whether_it_may_be_answered_is_told_before_anybody_writes(api: Caller, wire: Wire) -> None:
    ticket = make_ticket()
    said = make_message(ticket)
    told = api.get(f"tickets/{ticket.pk}/may-send/?private=false").json()
    assert (told["allowed"], told["in_reply_to"], told["maximum"]) == (True, str(said.pk), 280)
    assert told["to"]["handle"] == "ana_demo"
    wire.permission = Permission(allowed=False, reason="They blocked us.", by_hand_url="https://x.com/1")
    told = api.get(f"tickets/{ticket.pk}/may-send/?private=false&in_reply_to={said.pk}").json()
    assert (told["allowed"], told["reason"], told["by_hand_url"]) == (False, "They blocked us.", "https://x.com/1")
    assert code_of(api.get(f"tickets/{ticket.pk}/may-send/?private=true&in_reply_to={said.pk}")) == (404, "not_found")
    assert code_of(api.get(f"tickets/{ticket.pk}/may-send/")) == (400, "invalid")


def test_who_may_not_write_in_private_is_told_so_before_they_try(alice: User, wire: Wire) -> None:
    path = f"tickets/{make_ticket().pk}/may-send/?private=true"
    told = Caller(alice, "tickets:read", "replies:send").get(path).json()
    assert (told["allowed"], told["code"]) == (False, "not_allowed") and "private messages" in told["reason"]
    assert Caller(alice, "tickets:read", "private:read").get(path).json()["allowed"]

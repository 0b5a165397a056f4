"""Many tickets at once by program: ordered, looked at, stopped, undone (docs/rules.md, "Many tickets at once")."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import make_agent, make_folder, make_queue, make_ticket
from tests.tickets.test_macros import make_macro, refund
from tickets.bulk import running
from tickets.models import BulkRun, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def work() -> None:
    running.go_on(clock=timezone.now, at_most=timedelta(minutes=1))


def test_ordered_looked_at_and_undone(api: Caller) -> None:
    tickets = [str(make_ticket().pk) for _ in range(3)]
    body = {"tickets": tickets, "deed": "priority", "priority": "urgent"}
    told = api.post("bulk/preview/", body).json()
    assert (told["words"], told["count"], told["exact"], told["able"]) == ("Set the priority to Urgent", 3, True, 3)
    assert not BulkRun.objects.exists()
    answer = api.post("bulk/new/", body, Idempotency_Key="a")
    assert answer.status_code == 201 and api.post("bulk/new/", body, Idempotency_Key="a").json() == answer.json()
    one = answer.json()["id"]
    assert (answer.json()["state"], answer.json()["counts"]["waiting"]) == ("running", 3)
    work()
    told = api.get(f"bulk/{one}/").json()
    assert (told["state"], told["counts"]["changed"], told["value"]) == ("done", 3, {"priority": "urgent"})
    assert [row["mark"] for row in api.get(f"bulk/{one}/tickets/", {"mark": "changed"}).json()["results"]] == [
        "changed"
    ] * 3
    api.post(f"tickets/{tickets[0]}/priority/", {"priority": "low"})
    assert api.post(f"bulk/{one}/undo/").json()["state"] == "undoing"
    work()
    told = api.get("bulk/").json()["results"][0]
    assert (told["id"], told["state"], told["counts"]["back"], told["counts"]["left"]) == (one, "undone", 2, 1)
    assert code_of(api.post(f"bulk/{one}/stop/")) == (409, "cannot_change")
    left = api.get(f"bulk/{one}/tickets/", {"mark": "left"}).json()["results"]
    assert left == [{"ticket": tickets[0], "mark": "left", "reason": "Somebody changed its priority since."}]
    assert api.post(f"bulk/{one}/undo/").json()["state"] == "undoing"  # what was left, again
    assert code_of(api.post(f"bulk/{one}/undo/")) == (409, "cannot_change")


def bodies(alice: User) -> list[dict[str, Any]]:
    return [
        {"deed": "assign", "assignee": str(alice.pk)},
        {"deed": "status", "status": "pending", "reason": "The bank"},
        {"deed": "snooze", "until": (timezone.now() + timedelta(days=1)).isoformat()},
        {"deed": "tag", "names": ["refund"]},
        {"deed": "untag", "names": ["refund"]},
        {"deed": "queue", "queue": str(make_queue("Billing").pk)},
        {"deed": "folder", "folder": str(make_folder().pk)},
        {"deed": "macro", "macro": str(make_macro(priority="low").pk)},
    ]


def test_every_deed_on_all_of_a_list(api: Caller, alice: User) -> None:
    make_ticket(), make_ticket(status="closed")
    for body in bodies(alice):
        told = api.post("bulk/new/", body | {"all_of": {"view": "all", "q": "is:open"}}).json()
        assert told["total"] == 1, told
        work()
        assert api.get(f"bulk/{told['id']}/").json()["counts"]["changed"] == 1, body


def test_what_is_wrong_is_said(api: Caller) -> None:
    number = str(make_ticket().pk)
    for body in (
        {"deed": "priority", "priority": "urgent"},
        {"deed": "priority", "priority": "urgent", "tickets": [number], "all_of": {}},
        {"deed": "priority", "tickets": [number]},
        {"deed": "status", "status": "new", "tickets": [number]},
        {"deed": "priority", "priority": "low", "all_of": {"q": "quee:x"}},
        {"deed": "queue", "queue": "99999", "tickets": [number]},
        {"deed": "shred", "tickets": [number]},
    ):
        for address in ("bulk/new/", "bulk/preview/"):
            assert api.post(address, body).status_code == 400, body
    assert code_of(api.post("bulk/new/", {"deed": "priority", "priority": "low", "tickets": ["999"]}))[0] == 409
    assert not BulkRun.objects.exists()


def test_no_token_does_through_a_worker_what_it_may_not_do_itself(alice: User) -> None:
    private, public = make_ticket(private=True), make_ticket()
    writer = Caller(alice, "tickets:read", "tickets:write")
    sends = {"deed": "macro", "macro": str(refund().pk), "tickets": [str(public.pk)]}
    assert code_of(writer.post("bulk/new/", sends)) == (403, "not_allowed")
    body = {"deed": "priority", "priority": "urgent", "all_of": {"view": "all"}}
    assert writer.post("bulk/new/", body).json()["total"] == 1
    work()
    assert Ticket.objects.get(pk=private.pk).priority == "normal"
    reader = Caller(alice, "tickets:read")
    assert reader.post("bulk/new/", body).status_code == reader.post("bulk/1/undo/").status_code == 403


def test_it_is_nobody_elses(api: Caller) -> None:
    body = {"deed": "priority", "priority": "urgent", "tickets": [str(make_ticket().pk)]}
    one = api.post("bulk/new/", body).json()["id"]
    other = Caller(make_agent("bob"))
    assert other.get("bulk/").json()["results"] == []
    for answer in (
        other.get(f"bulk/{one}/"),
        other.get(f"bulk/{one}/tickets/"),
        other.post(f"bulk/{one}/stop/"),
        other.post(f"bulk/{one}/undo/"),
    ):
        assert answer.status_code == 404

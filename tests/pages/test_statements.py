"""How many statements a page asks the database: a number that does not grow with what it shows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    make_activity,
    make_answer,
    make_clock,
    make_customer,
    make_folder,
    make_media,
    make_message,
    make_note,
    make_queue,
    make_supervisor,
    make_ticket,
)
from tickets.models import ApprovalRule, Tag, Ticket


def statements(desk: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert desk.get(address).status_code == 200
    return len(found)


def fill_list(count: int) -> None:
    for n in range(count):
        queue, folder = make_queue(f"Queue {n}"), make_folder(f"Folder {n}")
        moment = timezone.now() + timedelta(minutes=30 * n - 60) if n % 3 else None
        person = make_customer(str(900000000000002000 + n))
        ticket = make_ticket(person, queue=queue, folder=folder, next_due_at=moment)
        ticket.tags.add(Tag.objects.create(name=f"tag {n}"))


def fill_ticket(ticket: Ticket, count: int) -> None:
    for n in range(count):
        make_media(make_message(ticket))
        make_answer(ticket)
        make_note(ticket)
        make_activity(ticket, "ticket.moved", {"before": make_queue(f"Line {n}").pk, "after": ticket.queue_id})
        make_activity(ticket, "ticket.filed", {"before": None, "after": make_folder(f"Box {n}").pk})
        make_clock(ticket, ended_at=timezone.now(), met=True)
        make_ticket(status="closed")


@pytest.mark.parametrize("address", ["/tickets/", "/tickets/rows/", "/tickets/?view=unassigned", "/"])
def test_a_list_asks_no_more_for_many_rows(desk: Client, address: str) -> None:
    fill_list(3)
    few = statements(desk, address)
    for n in range(25):
        make_ticket(next_due_at=timezone.now() + timedelta(minutes=n))
    assert statements(desk, address) == few
    # One for the bell: how many notices are unread; one says in the menu whether they are away, one its saved views. On
    # their home one more: what they did today.
    assert few <= 14 + (address == "/")


@pytest.mark.parametrize("part", ["", "parts/"])
def test_a_ticket_asks_no_more_for_a_long_story(desk: Client, acme: object, part: str) -> None:
    ticket = make_ticket()
    fill_ticket(ticket, 1)
    few = statements(desk, f"/tickets/{ticket.pk}/{part}")
    fill_ticket(ticket, 7)
    assert statements(desk, f"/tickets/{ticket.pk}/{part}") == few
    # One tells what there is on it at all (tickets.shown.there): items, watchers, drafts and the like are asked for
    # where there are any. One the canned replies that the composer offers, one how many notices are unread, one whether
    # the person is away, one the saved views of the menu, one the approval rules that an answer would be held by.
    assert few <= 32


@pytest.mark.parametrize(("of", "most"), [("all.t", 1), ("all.n", 1), ("resolved.t0", 1), (".t~is:open order", 6)])
def test_a_list_one_came_from_asks_the_same_for_few_and_for_many(
    desk: Client, acme: object, of: str, most: int
) -> None:
    ticket = make_ticket(next_due_at=timezone.now())
    own = statements(desk, f"/tickets/{ticket.pk}/")
    asked = f"/tickets/{ticket.pk}/?of={of}"
    few = statements(desk, asked)
    fill_list(9)
    assert statements(desk, asked) - statements(desk, f"/tickets/{ticket.pk}/") == few - own
    assert few - own <= most, few - own


def test_what_waits_for_approval_asks_no_more_for_many(desk: Client, acme: object) -> None:
    ApprovalRule.objects.create(name="New agents")
    (sams_desk := Client()).force_login(make_supervisor())

    def wait(count: int) -> None:
        for n in range(count):
            asked = make_message(make_ticket(make_customer(str(900000000000003000 + n))))
            desk.post(f"/tickets/{asked.ticket_id}/write/", {"mode": "public", "text": f"Soon, {asked.ticket_id}"})

    wait(1)
    sams_desk.get("/approvals/")  # what is remembered between requests is known from here on
    few = statements(sams_desk, "/approvals/")
    wait(29)
    assert statements(sams_desk, "/approvals/") == few
    assert sams_desk.get("/approvals/").content.decode().count('<article class="frame approval"') == 30
    assert few <= 16


def test_a_page_without_the_desk_around_it_counts_nothing(desk: Client, acme: object) -> None:
    ticket = make_ticket()
    with CaptureQueriesContext(connection) as found:
        desk.post(f"/tickets/{ticket.pk}/measure/", {"mode": "public", "text": "Hello"})
    assert not [one for one in found.captured_queries if "COUNT(" in one["sql"]]


def test_no_page_counts_finished_tickets(desk: Client, acme: object) -> None:
    fill_list(2)
    for address in ("/", "/tickets/", "/tickets/?view=resolved"):
        with CaptureQueriesContext(connection) as found:
            desk.get(address)
        counting = [one["sql"] for one in found.captured_queries if "COUNT(" in one["sql"]]
        assert counting
        assert all("'new'" in sql and "OFFSET" not in sql for sql in counting)

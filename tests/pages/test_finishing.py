"""Send and resolve, send and go on to the next ticket: what the buttons beside the one that sends do."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import BEN, make_customer, make_message, make_ticket
from tickets.choices import Metric, SendState
from tickets.models import ApprovalRule, ChecklistItem, OutboxEntry, SlaClock, Ticket

SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def write(desk: Client, ticket: Ticket, then: str = "resolve", **more: Any) -> Any:
    form = {"mode": "public", "began": "public", "text": "On its way.", "then": then, "token": uuid4()}
    return desk.post(f"/tickets/{ticket.pk}/write/", form | more, follow=True)


def status(ticket: Ticket) -> str:
    ticket.refresh_from_db()
    return ticket.status


def test_both_are_done_and_both_are_undone(desk: Client, ticket: Ticket) -> None:
    page = write(desk, ticket).content.decode()
    entry = OutboxEntry.objects.get()
    assert (status(ticket), entry.state) == ("resolved", "held") and f"#{ticket.pk}: Resolved" in page
    desk.post(f"/messages/{entry.message_id}/undo/")
    assert status(ticket) == "open" and not OutboxEntry.objects.exists()


def test_a_note_that_resolves_is_no_answer_and_the_status_alone_is_undone(desk: Client, ticket: Ticket) -> None:
    page = write(desk, ticket, mode="note", began="note", text="Called the depot.").content.decode()
    assert status(ticket) == "resolved" and f'action="/tickets/{ticket.pk}/status/"' in page.split('id="toasts"')[1]


def test_what_waits_no_longer_in_its_undo_seconds_offers_none(desk: Client, ticket: Ticket, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    toasts = write(desk, ticket).content.decode().split('id="toasts"')[1].split("</section>")[0]
    assert f"#{ticket.pk}: Resolved" in toasts and "Undo" not in toasts


def test_while_the_answer_is_on_its_way_the_page_says_that_the_reply_is_judged_then(
    desk: Client, ticket: Ticket
) -> None:
    now = timezone.now()
    due = {"started_at": now, "due_at": now + timedelta(hours=1), "minutes": 60}
    SlaClock.objects.create(ticket=ticket, metric=Metric.FIRST_RESPONSE, priority=ticket.priority, **due)
    words, fallen = "Judged when the answer is out", "No longer counts"
    page = write(desk, ticket).content.decode()
    assert words in page and fallen not in page
    OutboxEntry.objects.update(state=SendState.FAILED)
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    assert words not in page and fallen in page


def test_while_the_answer_is_on_its_way_the_resolution_is_not_told_as_kept(desk: Client, ticket: Ticket) -> None:
    now = timezone.now()
    due = {"started_at": now, "due_at": now + timedelta(hours=1), "minutes": 60}
    SlaClock.objects.create(ticket=ticket, metric=Metric.RESOLUTION, priority=ticket.priority, **due)
    page = write(desk, ticket).content.decode()
    assert "Judged when the answer is out" in page and "Kept in" not in page
    OutboxEntry.objects.update(state=SendState.SENT)
    assert "Kept in" in desk.get(f"/tickets/{ticket.pk}/").content.decode()


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("approval", "somebody has to let the answer go first"),
        ("later", "the answer goes out later"),
        ("private", "the answer stands on a private ticket of its own"),
    ],
)
def test_what_the_customer_does_not_hear_here_and_now_resolves_nothing(
    desk: Client, ticket: Ticket, why: str, words: str
) -> None:
    tomorrow = f"{timezone.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    more = {"later": {"send_at": tomorrow}, "private": {"mode": "private", "began": "private"}}
    if why == "approval":
        ApprovalRule.objects.create(name="New agents")
    page = write(desk, ticket, **more.get(why, {})).content.decode()
    assert status(ticket) != "resolved" and f"#{ticket.pk} is not resolved: {words}" in page
    assert OutboxEntry.objects.count() == 1


def test_what_keeps_it_from_being_resolved_keeps_the_answer_back_as_well(desk: Client, ticket: Ticket) -> None:
    ChecklistItem.objects.create(ticket=ticket, text="Refund paid", required=True, added_at=timezone.now())
    answer = write(desk, ticket, "resolve_next")
    page = answer.content.decode()
    assert answer.status_code == 422 and "Refund paid" in page and ">On its way.</textarea>" in page
    assert not OutboxEntry.objects.exists() and status(ticket) == "new"


def test_a_sheet_submitted_again_resolves_nothing_again(desk: Client, ticket: Ticket) -> None:
    token = uuid4()
    write(desk, ticket, token=token)
    Ticket.objects.update(status="open", resolved_at=None)
    write(desk, ticket, token=token)
    assert status(ticket) == "open" and OutboxEntry.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_the_next_ticket_is_opened_and_the_one_left_is_named(
    desk: Client, ticket: Ticket, headers: dict[str, str]
) -> None:
    other = make_ticket(make_customer(BEN), next_due_at=timezone.now())
    form = {"mode": "public", "began": "public", "text": "On its way.", "then": "resolve_next"}
    answer = desk.post(f"/tickets/{ticket.pk}/write/", form, headers=headers)
    there = answer.headers["HX-Redirect" if headers else "Location"]
    assert there == f"/tickets/{other.pk}/" and status(ticket) == "resolved"
    assert f'href="/tickets/{ticket.pk}/">#{ticket.pk}</a>. #{other.pk} is yours.' in desk.get(there).content.decode()


def test_where_nothing_waits_one_stays(desk: Client, ticket: Ticket) -> None:
    answer = write(desk, ticket, "next")
    assert answer.redirect_chain[0][0] == f"/tickets/{ticket.pk}/#writer"
    assert "Nothing waits for you" in answer.content.decode() and OutboxEntry.objects.count() == 1

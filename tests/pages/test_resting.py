"""Putting tickets aside by the page, without JavaScript."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_ticket
from tickets.models import Ticket


@pytest.fixture
def ticket(acme: object) -> Ticket:
    due = timezone.now() + timedelta(minutes=30)
    return make_ticket(next_due_at=due, next_due_metric="first_response")


def put(desk: Client, ticket: Ticket, **told: str) -> str:
    return desk.post(f"/tickets/{ticket.pk}/snooze/", told, follow=True).content.decode()


def test_a_ticket_is_put_aside_and_the_page_says_that_a_promise_is_due_before(desk: Client, ticket: Ticket) -> None:
    assert "Until tomorrow" in desk.get(f"/tickets/{ticket.pk}/").content.decode()
    page = put(desk, ticket, preset="hour")
    assert f"#{ticket.pk} is put aside until" in page and "First reply is due before that" in page
    assert "is due at" in page and "all the same" in page and "put it aside until" in page
    ticket.refresh_from_db()
    assert timedelta(minutes=59) < ticket.snoozed_until - timezone.now() <= timedelta(hours=1)  # type: ignore[operator]


def test_what_is_late_already_was_due(desk: Client, ticket: Ticket) -> None:
    ticket.next_due_at = timezone.now() - timedelta(minutes=5)
    ticket.save()
    page = put(desk, ticket, preset="hour")
    assert "First reply was due at" in page and "First reply is due before that" not in page


def test_with_a_moment_and_words_of_ones_own_and_back(desk: Client, ticket: Ticket) -> None:
    ticket.next_due_at = None
    ticket.save()
    until = timezone.localtime(timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    page = put(desk, ticket, until=until, reason="The depot calls back")
    assert "“The depot calls back”" in page and "all the same" not in page
    assert f"#{ticket.pk} is back" in desk.post(f"/tickets/{ticket.pk}/wake/", follow=True).content.decode()


def test_until_they_write_and_where_it_is_found_meanwhile(desk: Client, ticket: Ticket) -> None:
    assert "view=snoozed" in desk.get("/tickets/").content.decode()
    assert "Nothing is put aside" in desk.get("/tickets/?view=snoozed").content.decode()
    assert "until the customer writes" in put(desk, ticket, preset="")
    page, row = desk.get("/tickets/?view=snoozed").content.decode(), f'class=row-name href="{ticket.pk}/?of='
    assert row in page and "Until the customer writes" in page
    assert row not in desk.get("/tickets/?view=late").content.decode()


@pytest.mark.parametrize("told", [{"preset": "someday"}, {"until": "tomorrow"}, {"until": "2001-01-01T00:00"}])
def test_what_is_no_moment_to_come_changes_nothing(desk: Client, ticket: Ticket, told: dict[str, str]) -> None:
    put(desk, ticket, **told)
    ticket.refresh_from_db()
    assert ticket.snoozed_at is None


def test_nobody_else_may(strangers_desk: Client, ticket: Ticket) -> None:
    assert strangers_desk.post(f"/tickets/{ticket.pk}/snooze/", {"preset": "hour"}).status_code == 404

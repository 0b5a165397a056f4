"""Weeks that went by, as the reports keep them. NOW is a Monday: what is told then is the week from 23 February on."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.factories import NOW, make_answer, make_message, make_ticket
from tests.reports.adding import add_up
from tickets.models import Ticket

DAY, WEEK = timedelta(days=1), timedelta(days=7)
FIRST = date(2026, 2, 23)  # the Monday of the week that is told at NOW


def asked(*, weeks_ago: int = 1, minutes: int = 12, **ticket: Any) -> Ticket:
    """A question at ten on a Wednesday, and its answer."""
    at = NOW + 2 * DAY - weeks_ago * WEEK
    row = make_ticket(opened_at=at, created_at=at, last_message_at=at, last_outbound_at=at, **ticket)
    make_message(row, sent_at=at, received_at=at)
    answered = at + timedelta(minutes=minutes)
    make_answer(row, sent_at=answered, received_at=answered)
    return row


def added_up(*, zone: str = "UTC", now: datetime = NOW, since: date = FIRST - WEEK) -> None:
    """Every day of both weeks."""
    for n in range((FIRST + WEEK - since).days):
        add_up(since + n * DAY, zone=zone, now=now)

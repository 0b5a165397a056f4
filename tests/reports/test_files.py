"""Files of any length: written while they are read, in the memory of a few rows."""

import tracemalloc

import pytest
from django.contrib.auth.models import User

from kapture.sets import copy_rows
from tests.factories import NOW, make_ticket
from tickets.models import Address, Ticket
from tickets.reports.asking import understand
from tickets.reports.exporting import tickets_file

pytestmark = pytest.mark.django_db
DAY = {"from": "2026-03-02", "to": "2026-03-02"}
COLUMNS = (
    *("address", "customer", "identity", "private", "kind", "status", "priority", "queue", "opened_at", "created_at"),
    *("last_message_at", "last_text", "last_by_us", "message_count", "next_due_metric"),
)


def test_a_file_of_twenty_thousand_takes_no_more_memory_than_one_of_a_thousand(sam: User, acme: Address) -> None:
    row = [getattr(make_ticket(), Ticket._meta.get_field(name).attname) for name in COLUMNS]  # type: ignore[union-attr]
    peaks = []
    for count in (1_000, 20_000):
        copy_rows(Ticket, COLUMNS, [row] * (count - Ticket.objects.count()))
        peaks.append(_peak(sam, count))
    assert peaks[1] < 2 * peaks[0]


def _peak(sam: User, count: int) -> int:
    asked = understand(DAY, user=sam, now=NOW)
    tracemalloc.start()
    lines = sum(piece.count("\n") for piece in tickets_file(asked))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lines == count + 1
    return peak


def test_who_stops_reading_ends_the_reading(sam: User, acme: Address) -> None:
    make_ticket()
    rows = tickets_file(understand(DAY, user=sam, now=NOW))
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert Ticket.objects.count() == 1  # the connection is free again

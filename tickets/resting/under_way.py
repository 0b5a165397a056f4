"""Answers that somebody wrote and that are on their way: the customer counts as answered by them until they fail. Reads
only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from tickets.choices import GOING_STATES, Status
from tickets.models import Activity, OutboxEntry
from tickets.promises.asked import answers_in_private, public_of
from tickets.promises.book import Book
from tickets.sending.following import BEFORE_FAILED


def by_people() -> Q:
    """Answers on their way that somebody wrote, and that wait for no failed part."""
    return Q(state__in=GOING_STATES, message__automated=False) & ~Q(reason=BEFORE_FAILED)


def answers_to(tickets: Collection[int]) -> dict[int, datetime]:
    """Ticket → when the first was written: there or, to what was asked in public, in private. Two statements."""
    going = OutboxEntry.objects.filter(by_people())
    here = going.filter(message__ticket__in=tickets).annotate(answers=F("message__ticket"))
    there = going.filter(message__in=answers_in_private(tickets)).annotate(answers=public_of("message__"))
    found: dict[int, datetime] = {}
    for rows in (here, there):
        for ticket, at in rows.values_list("answers", "created_at"):
            found[ticket] = min(at, found.get(ticket, at))
    return found


def resolved_since(tickets: Collection[int], earliest: datetime) -> dict[int, list[datetime]]:
    """When somebody resolved them since then. One statement, or none."""
    found: dict[int, list[datetime]] = {}
    if tickets:
        lines = Activity.objects.filter(ticket__in=tickets, verb="ticket.status", data__after=Status.RESOLVED)
        for pk, at in lines.filter(at__gte=earliest).values_list("ticket_id", "at"):
            found.setdefault(pk, []).append(at)
    return found


@dataclass(slots=True)
class Unanswered:
    """Whether what a customer said before is still without an answer, when one more message comes to one of these
    tickets: then nothing leaves it resolved."""

    stored: Collection[int]
    _going: dict[int, datetime] | None = None  # ticket → when an answer on its way was written

    def before(self, ref: Any, book: Book, at: datetime) -> bool:
        """An answer on its way counts; one that failed does not. Two statements where anything is without an answer."""
        if not any(asked <= at for asked in book.asked):
            return False
        if self._going is None:
            self._going = answers_to(self.stored) if self.stored else {}
        written = self._going.get(ref)
        return written is None or written > at

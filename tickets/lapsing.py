"""Tickets that resolve by themselves: found by a search, and nobody took them up. Used by intake alone."""

from collections.abc import Sequence
from datetime import datetime

from kapture.sets import update_rows
from tickets import sla
from tickets.choices import Status
from tickets.clocks import load_books, load_targets, save_books
from tickets.history import note_activity
from tickets.models import Ticket

_COLUMNS = ("id", "status", "resolved_at", "next_due_at", "next_due_metric")


def resolve(tickets: Sequence[int], *, now: datetime) -> set[int]:
    """Resolve those that are still new, unassigned and unanswered; returns which. Call inside a transaction."""
    rows = list(
        Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(
            pk__in=tickets, status=Status.NEW, assignee=None, last_outbound_at=None
        )
    )
    if not rows:
        return set()
    books = load_books(rows, load_targets())
    for ticket in rows:
        ticket.status, ticket.resolved_at = Status.RESOLVED, now
        sla.ticket_resolved(books[ticket.pk], now)
    save_books((ticket, books[ticket.pk]) for ticket in rows)
    update_rows(Ticket, _COLUMNS, [[getattr(ticket, name) for name in _COLUMNS] for ticket in rows])
    for ticket in rows:
        note_activity(ticket, "ticket.status", by=None, at=now, before=Status.NEW, after=Status.RESOLVED, lapsed=True)
    return {ticket.pk for ticket in rows}

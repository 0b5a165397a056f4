"""Tickets that are done with without anybody: found by a search and never taken up, or emptied because all that their
channel told had to go. No promise is kept or missed by that. Used by intake alone."""

from collections.abc import Sequence
from datetime import datetime

from kapture.sets import update_rows
from tickets import sla
from tickets.choices import UNDONE_STATUSES, Direction, MessageKind, Status
from tickets.clocks import load_books, load_targets, save_books
from tickets.history import note_activities, note_activity
from tickets.models import Message, Ticket

_COLUMNS = ("id", "status", "resolved_at", "next_due_at", "next_due_metric", "snoozed_at", "snoozed_until")


def resolve(tickets: Sequence[int], *, now: datetime) -> set[int]:
    """Resolve what is still new, unassigned, unanswered and only found; returns which. Call inside a transaction."""
    locked = list(
        Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(
            pk__in=tickets, status=Status.NEW, assignee=None, last_outbound_at=None, snoozed_at=None
        )
    )
    # Looked up under the lock: somebody may have written to us since the channel chose.
    addressed = _addressed(locked)
    rows = [ticket for ticket in locked if ticket.pk not in addressed]
    if not rows:
        return set()
    _end(rows, Status.RESOLVED, now=now)
    for ticket in rows:
        note_activity(ticket, "ticket.status", by=None, at=now, before=Status.NEW, after=Status.RESOLVED, lapsed=True)
    return {ticket.pk for ticket in rows}


def close_emptied(address: int, *, now: datetime, at_most: int) -> set[int]:
    """Close so many of the address's undone tickets, from the oldest on; returns which, none when none is left. What
    had ended already keeps its end. Call inside a transaction, with the address's turn taken."""
    undone = Ticket.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    rows = list(undone.filter(address=address, status__in=UNDONE_STATUSES)[:at_most])
    if not rows:
        return set()
    before = {ticket.pk: ticket.status for ticket in rows}
    _end(rows, Status.CLOSED, now=now)
    note_activities(((pk, "ticket.emptied", {"before": status}) for pk, status in before.items()), by=None, at=now)
    return set(before)


def _end(rows: Sequence[Ticket], status: Status, *, now: datetime) -> None:
    books = load_books(rows, load_targets())
    for ticket in rows:
        ticket.status, ticket.resolved_at = status, now
        ticket.rouse()
        sla.status_became(books[ticket.pk], status, now)
        sla.ticket_lapsed(books[ticket.pk], now)
    save_books((ticket, books[ticket.pk]) for ticket in rows)
    update_rows(Ticket, _COLUMNS, [[getattr(ticket, name) for name in _COLUMNS] for ticket in rows])


def _addressed(tickets: Sequence[Ticket]) -> set[int | None]:
    """Those in which a customer wrote to us: they wait for a person, whatever found them first."""
    said = Message.objects.filter(ticket__in=tickets, direction=Direction.IN).exclude(kind=MessageKind.FOUND)
    return set(said.order_by().values_list("ticket_id", flat=True).distinct())

"""Tickets that are done with without anybody: found by a search and never taken up, or emptied because all that their
channel told had to go. No promise is kept or missed by that. Used by intake and erasing alone."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from kapture.sets import update_rows
from tickets import sla
from tickets.choices import UNDONE_STATUSES, Direction, MessageKind, Status
from tickets.clocks import load_books, load_targets, save_books
from tickets.history import note_activities
from tickets.incidents.lasting import without_lasting
from tickets.models import Activity, ChecklistItem, Message, Ticket

_COLUMNS = ("id", "status", "resolved_at", "next_due_at", "next_due_metric", "snoozed_at", "snoozed_until")


def left_alone(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Of these what was only found, and nobody took up: nobody's, with no line of history by a person (a note is one),
    and nothing on it that has to be done. Who wrote to us waits for a person, whatever found them first."""
    said = Message.objects.filter(ticket=OuterRef("pk"), direction=Direction.IN).exclude(kind=MessageKind.FOUND)
    rows = tickets.filter(status=Status.NEW, assignee=None, last_outbound_at=None, snoozed_at=None)
    by_people = Activity.objects.filter(ticket=OuterRef("pk"), actor__isnull=False)
    to_do = ChecklistItem.objects.filter(ticket=OuterRef("pk"), required=True, done_at=None)
    return without_lasting(rows.exclude(Exists(said)).exclude(Exists(by_people)).exclude(Exists(to_do)))


def resolve(tickets: Sequence[int], *, now: datetime) -> set[int]:
    """Resolve what is still left alone; returns which. Call inside a transaction. A fixed number of statements."""
    every = Ticket.objects.filter(pk__in=tickets)
    list(every.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", flat=True))
    # Asked under the lock: somebody may have written or acted since the channel chose.
    rows = list(left_alone(every))
    if not rows:
        return set()
    _end(rows, Status.RESOLVED, now=now)
    facts = {"before": Status.NEW, "after": Status.RESOLVED, "lapsed": True}
    note_activities(((ticket.pk, "ticket.status", facts) for ticket in rows), by=None, at=now)
    return {ticket.pk for ticket in rows}


def close_emptied(address: int, *, now: datetime, at_most: int) -> set[int]:
    """Close so many of the address's undone tickets, from the oldest on; returns which, none when none is left. What
    had ended already keeps its end. Call inside a transaction, with the address's turn taken."""
    return _close(Q(address=address), now=now, at_most=at_most)


def close_erased(tickets: Collection[int], *, now: datetime) -> set[int]:
    """Close those of these that are not done, for their customer was erased; returns which. Call inside a
    transaction, with the turns of their addresses taken."""
    return _close(Q(pk__in=tickets), now=now, at_most=len(tickets))


def _close(which: Q, *, now: datetime, at_most: int) -> set[int]:
    undone = Ticket.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    rows = list(undone.filter(which, status__in=UNDONE_STATUSES)[:at_most])
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

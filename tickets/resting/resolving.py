"""Many tickets resolved in one gesture, as `lifecycle.change_status` does it with one."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User

from kapture.sets import update_rows
from tickets.choices import Status
from tickets.clocks import load_books, load_targets, save_books
from tickets.history import Line, note_activities, one_gesture
from tickets.lifecycle import turn
from tickets.live import announce
from tickets.models import Queue, Ticket
from tickets.staffing.giving import ring_for_staffing

_COLUMNS = (
    "status",
    "resolved_at",
    "snoozed_at",
    "snoozed_until",
    "next_due_at",
    "next_due_metric",
    "last_outbound_at",
)


def resolve_all(tickets: Sequence[Ticket], *, by: User, now: datetime) -> None:
    """For tickets that the caller has locked, that are not done, that `by` may work, and on which nothing holds it up
    (required items, answers that wait for approval). A fixed number of statements, however many."""
    books = load_books(tickets, load_targets())
    with one_gesture():
        lines = [line for ticket in tickets for line in _told(ticket)]
        for ticket in tickets:
            turn(ticket, books[ticket.pk], Status.RESOLVED, at=now, by=by.pk)
        save_books((ticket, books[ticket.pk]) for ticket in tickets)
        rows = [[ticket.pk, *(getattr(ticket, name) for name in _COLUMNS)] for ticket in tickets]
        update_rows(Ticket, ["id", *_COLUMNS], rows)
        note_activities(lines, by=by, at=now)
    busy = {ticket.queue_id for ticket in tickets if ticket.assignee_id is not None}
    if any(queue.gives_out for queue in Queue.objects.filter(pk__in=busy)):
        ring_for_staffing()
    announce([ticket.pk for ticket in tickets])


def _told(ticket: Ticket) -> list[Line]:
    """Its lines of history; nobody puts aside what is done."""
    lines: list[Line] = [(ticket.pk, "ticket.status", {"before": ticket.status, "after": Status.RESOLVED})]
    since, until = ticket.snoozed_at, ticket.snoozed_until
    if since is not None and ticket.rouse():
        facts = {"since": since.isoformat(), "until": until.isoformat() if until else None}
        lines.append((ticket.pk, "ticket.woke", {"why": "changed"} | facts))
    return lines

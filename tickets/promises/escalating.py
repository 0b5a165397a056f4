"""Does what a policy says when a promise's time runs out: by the clock, whoever is there. In words: docs/rules.md.

The next moment of every running promise is stored with it (clocks.save_books), so looking is one index range however
many tickets there are.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kapture.sets import update_rows
from tickets.clocks import load_books, load_targets, save_books
from tickets.history import note_activities
from tickets.live import announce
from tickets.models import SlaClock, Ticket
from tickets.promises.stepping import begin_round, take_steps
from tickets.staffing.giving import give_out
from tickets.staffing.returning import free_moved

AT_ONCE = 500
_COLUMNS = ("id", "priority", "queue", "next_due_at", "next_due_metric", "last_outbound_at")


def escalate(*, now: datetime) -> int:
    """Take the steps that are due; returns of how many promises. A fixed number of statements for AT_ONCE promises."""
    taken = 0
    while due := _due(now):
        taken += _take(due, now=now)
    return taken


def _due(now: datetime) -> list[int]:
    """The tickets whose promises have a step to take."""
    rows = SlaClock.objects.filter(next_step_at__lte=now).order_by("next_step_at")
    return list(rows.values_list("ticket_id", flat=True)[:AT_ONCE])


@transaction.atomic
def _take(due: Sequence[int], *, now: datetime) -> int:
    locked = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=due).order_by("pk")
    tickets, targets = list(locked), load_targets()
    books = load_books(tickets, targets)
    told = begin_round(now, targets)
    done = [(ticket.pk, line) for ticket in tickets for line in take_steps(ticket, books[ticket.pk], told)]
    save_books((ticket, books[ticket.pk]) for ticket in tickets)
    values = [[getattr(t, f"{name}_id" if name == "queue" else name) for name in _COLUMNS] for t in tickets]
    update_rows(Ticket, _COLUMNS, values)
    note_activities(((pk, "clock.step", line) for pk, line in done), by=None, at=now)
    moved = {pk for pk, line in done if "queue" in line}
    if moved:
        free_moved(moved, now=now)
        give_out(moved, now=now)
    announce([ticket.pk for ticket in tickets])
    return len(done)

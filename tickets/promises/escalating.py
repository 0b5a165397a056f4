"""Does what a policy says when a promise's time runs out: by the clock, whoever is there. In words: docs/rules.md.

The next moment of every running promise is stored with it (clocks.save_books), so looking is one index range however
many tickets there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from kapture.sets import copy_rows, update_rows
from tickets import sla
from tickets.choices import Priority
from tickets.clocks import Targets, load_books, load_targets, promise_anew, save_books
from tickets.history import current_gesture, wake_tellers
from tickets.live import announce
from tickets.models import Activity, EscalationStep, SlaClock, Ticket
from tickets.staffing.giving import give_out
from tickets.staffing.returning import free_moved

AT_ONCE = 500
_COLUMNS = ("id", "priority", "queue", "next_due_at", "next_due_metric", "last_outbound_at")
Steps = Mapping[tuple[int, str, int], EscalationStep]  # (policy, metric or nothing, share)


def escalate(*, now: datetime) -> int:
    """Take the steps that are due; returns how many. A fixed number of statements for AT_ONCE promises."""
    taken = 0
    while due := _due(now):
        taken += _take(due, now=now)
    return taken


def _due(now: datetime) -> list[int]:
    """The tickets whose promises have a step to take."""
    rows = SlaClock.objects.filter(next_step_at__lte=now).order_by("next_step_at")
    return list(rows.values_list("ticket_id", flat=True)[:AT_ONCE])


@dataclass(slots=True)
class _Round:
    now: datetime
    steps: Steps
    targets: Targets
    lines: list[list[Any]] = field(default_factory=list)


@transaction.atomic
def _take(due: Sequence[int], *, now: datetime) -> int:
    locked = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=due).order_by("pk")
    tickets, targets = list(locked), load_targets()
    books = load_books(tickets, targets)
    told = _Round(now, _steps(), targets)
    for ticket in tickets:
        book, before = books[ticket.pk], ticket.priority
        for clock in [one for one in book.clocks if one.ended_at is None]:
            _take_of(ticket, book, clock, told)
        if ticket.priority != before:
            promise_anew(ticket, book, targets)
    save_books((ticket, books[ticket.pk]) for ticket in tickets)
    values = [[getattr(t, f"{name}_id" if name == "queue" else name) for name in _COLUMNS] for t in tickets]
    update_rows(Ticket, _COLUMNS, values)
    copy_rows(Activity, ["ticket", "verb", "data", "at", "gesture"], told.lines)
    wake_tellers(line[1] for line in told.lines)
    moved = {ticket for ticket, _, line, *_ in told.lines if "queue" in line}
    if moved:
        free_moved(moved, now=now)
        give_out(moved, now=now)
    announce([ticket.pk for ticket in tickets])
    return len(told.lines)


def _take_of(ticket: Ticket, book: sla.Book, clock: sla.Clock, told: _Round) -> None:
    """Every step of one promise whose moment has come: after a standstill there may be several.

    Also where none is left, since the policy was changed: its next moment is stored anew.
    """
    clock.changed = True
    while (moment := sla.next_step(book, clock)) is not None and moment <= told.now:
        clock.reached = next(share for share in book.steps[clock.metric] if share > clock.reached)
        line: dict[str, Any] = {"metric": clock.metric, "share": clock.reached}
        for metric in ("", clock.metric):  # what is said of this promise wins
            step = told.steps.get((ticket.sla_policy_id or 0, metric, clock.reached))
            if step is not None:
                line |= _apply(step, ticket, raises=_promises_all(book, step.priority, ticket, told.targets))
        told.lines.append([ticket.pk, "clock.step", line, told.now, current_gesture()])


def _promises_all(book: sla.Book, priority: str, ticket: Ticket, targets: Targets) -> bool:
    """Whether the policy promises at that priority whatever is running: else the raise would end what it is to save."""
    promised = targets.get((ticket.sla_policy_id or 0, priority))
    running = {clock.metric for clock in book.clocks if clock.ended_at is None}
    return promised is not None and running <= promised.minutes.keys()


def _apply(step: EscalationStep, ticket: Ticket, *, raises: bool) -> dict[str, Any]:
    """Priority is raised, never lowered."""
    done: dict[str, Any] = {}
    order = list(Priority)
    if raises and order.index(Priority(step.priority)) > order.index(Priority(ticket.priority)):
        done |= {"raised_from": ticket.priority, "raised_to": step.priority}
        ticket.priority = step.priority
    if step.queue_id and step.queue_id != ticket.queue_id:
        done["queue"] = step.queue_id
        ticket.queue_id = step.queue_id
    return done | _to_tell(step)


def _to_tell(step: EscalationStep) -> dict[str, Any]:
    """Whom tickets/notices/whom.py finds for it; who has the ticket and who leads is looked for when they are told."""
    told = {name: True for name in ("tell_assignee", "tell_leads") if getattr(step, name)}
    people = sorted(person.pk for person in step.notify.all())
    return told | ({"notified": people} if people else {})


def _steps() -> Steps:
    return {
        (step.policy_id, step.metric, step.share): step for step in EscalationStep.objects.prefetch_related("notify")
    }

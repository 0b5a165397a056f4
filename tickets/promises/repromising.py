"""What a changed policy means for the promises that run already: looked at before anything is saved, and put on them
when somebody says so. Else what was promised stays. In words: docs/rules.md, "When a policy is changed".
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from kapture.sets import copy_rows, update_rows
from tickets import sla
from tickets.bells import ring, work_off
from tickets.choices import UNDONE_STATUSES, Metric
from tickets.clocks import load_books, save_books
from tickets.history import current_gesture, one_gesture
from tickets.live import announce
from tickets.models import Activity, PolicyRun, SlaClock, SlaPolicy, Ticket
from tickets.promises.book import Book, next_step
from tickets.promises.stepping import Round, begin_round, take_steps

log = logging.getLogger(__name__)

BELL, TASK = "policy_runs", "tickets.tasks.policy_runs"
AT_ONCE = 500
LOOKED_AT = 5_000  # tickets of a preview, those due first
_COLUMNS = ("id", "next_due_at", "next_due_metric", "last_outbound_at")


@dataclass(frozen=True, slots=True)
class Shift:
    """One running promise under the changed policy. `after` is None where it falls away."""

    ticket: Ticket
    metric: Metric
    before: datetime
    after: datetime | None
    minutes: tuple[int, int]

    def late_at_once(self, now: datetime) -> bool:
        return self.before > now and self.after is not None and self.after <= now

    @property
    def moved_by(self) -> timedelta:
        return self.after - self.before if self.after is not None else timedelta.max


@dataclass(slots=True)
class Preview:
    """`tickets`: looked at, of `every` that have a promise running. The shifts: what would be late at once first."""

    tickets: int
    every: int
    earlier: int = 0
    later: int = 0
    late: int = 0
    fallen: int = 0
    raised: int = 0  # tickets, of which steps that fall due at once raise the priority; move; tell people
    moved: int = 0
    told: int = 0
    shifts: list[Shift] = field(default_factory=list)


def concerned(policy: SlaPolicy) -> QuerySet[Ticket]:
    running = SlaClock.objects.filter(ticket=OuterRef("pk"), ended_at=None)
    return Ticket.objects.filter(Exists(running), sla_policy=policy, status__in=UNDONE_STATUSES)


def preview(policy: SlaPolicy, *, now: datetime) -> Preview:
    """By the policy as this transaction sees it; nothing is written. Ten statements, however many tickets.

    Steps that fall due at once are taken in memory, for they may move promises too."""
    tickets = list(concerned(policy).order_by(F("next_due_at").asc(nulls_last=True), "pk")[:LOOKED_AT])
    every = concerned(policy).count() if len(tickets) == LOOKED_AT else len(tickets)
    steps = begin_round(now)
    books = load_books(tickets, steps.targets)
    told = Preview(tickets=len(tickets), every=every)
    for ticket in tickets:
        then = partial(_step_on, ticket, books[ticket.pk], steps, told)
        for shift in shift_all(ticket, books[ticket.pk], now=now, then=then):
            told.shifts.append(shift)
            told.fallen += shift.after is None
            told.late += shift.late_at_once(now)
            if shift.after is not None:
                told.earlier += shift.after < shift.before
                told.later += shift.after > shift.before
    told.shifts.sort(key=lambda one: (not one.late_at_once(now), one.moved_by))
    return told


def _step_on(ticket: Ticket, book: Book, steps: Round, told: Preview | PolicyRun) -> None:
    lines = take_steps(copy(ticket), book, steps)
    told.raised += any("raised_to" in line for line in lines)
    told.moved += any("queue" in line for line in lines)
    told.told += bool(lines)


def shift_all(ticket: Ticket, book: Book, *, now: datetime, then: Callable[[], None] | None = None) -> Iterable[Shift]:
    """The running promises that would be due at another moment, or not at all, with what follows at once (`then`); the
    book is changed."""
    running = [(clock, clock.due_at, clock.minutes) for clock in book.clocks if clock.ended_at is None]
    sla.retarget(book, at=now, anew=True)
    if then is not None:
        then()
    for clock, due, minutes in running:
        after = clock.due_at if clock.ended_at is None else None
        if after != due:
            yield Shift(ticket, clock.metric, due, after, (minutes, clock.minutes))


@transaction.atomic
def order(policy: SlaPolicy, *, by: User, now: datetime) -> PolicyRun:
    """Put it, as it is saved, on the running promises; a worker does it."""
    run = PolicyRun.objects.create(policy=policy, by=by, at=now, total=concerned(policy).count())
    ring(BELL, task=TASK)
    return run


def go_on(*, clock: Callable[[], datetime], at_most: timedelta) -> None:
    """Go on with what was ordered; rings again where time ran out."""
    work_off(BELL, task=TASK, some=lambda: take_some(now=clock()), clock=clock, at_most=at_most)


@transaction.atomic
def take_some(*, now: datetime) -> bool:
    """A piece of the oldest that was ordered; whether there was any."""
    waiting = PolicyRun.objects.filter(ended_at=None).select_related("policy").order_by("id")
    run = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if run is None:
        return False
    try:
        with transaction.atomic():
            ended = _take(run, now=now)
    except Exception as error:  # whatever it is, it would come again with every bell
        log.exception("Putting policy %s on running promises is given up.", run.policy_id)
        run = PolicyRun.objects.get(pk=run.pk)
        run.reason, ended = type(error).__name__, True
    run.ended_at = now if ended else None
    run.save()
    return True


def _take(run: PolicyRun, *, now: datetime) -> bool:
    """AT_ONCE tickets, a fixed number of statements; whether these were the last. Running twice does no harm."""
    due = concerned(run.policy).filter(pk__gt=run.cursor).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    pks = list(due)
    locked = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=pks).order_by("pk")
    tickets = [ticket for ticket in locked if ticket.sla_policy_id == run.policy_id]
    steps = begin_round(now)
    books = load_books(tickets, steps.targets)
    shifts = {ticket.pk: list(shift_all(ticket, books[ticket.pk], now=now)) for ticket in tickets}
    for ticket in tickets:
        _foresee(ticket, books[ticket.pk], steps, run)
    save_books((ticket, books[ticket.pk]) for ticket in tickets)
    update_rows(Ticket, _COLUMNS, [[getattr(ticket, name) for name in _COLUMNS] for ticket in tickets])
    moved = [pk for pk, found in shifts.items() if found]
    _tell(run, [shift for found in shifts.values() for shift in found], now=now)
    announce(moved)
    run.done, run.changed = run.done + len(pks), run.changed + len(moved)
    run.total = max(run.total, run.done)
    run.cursor = pks[-1] if pks else run.cursor
    return len(pks) < AT_ONCE


def _foresee(ticket: Ticket, book: Book, steps: Round, run: PolicyRun) -> None:
    """What the clock does next is counted, and left to it."""
    moments = [next_step(book, clock) for clock in book.clocks if clock.ended_at is None]
    if any(moment is not None and moment <= steps.now for moment in moments):
        _step_on(ticket, replace(book, clocks=[copy(clock) for clock in book.clocks]), steps, run)


def _tell(run: PolicyRun, shifts: Sequence[Shift], *, now: datetime) -> None:
    rows: list[list[Any]] = []
    with one_gesture():
        for shift in shifts:
            facts = {"metric": shift.metric, "policy": run.policy_id, "minutes": list(shift.minutes)}
            facts |= {"before": shift.before.isoformat(), "after": shift.after.isoformat() if shift.after else None}
            rows.append([shift.ticket.pk, "clock.retargeted", facts, run.by_id, now, current_gesture()])
    if rows:
        copy_rows(Activity, ["ticket", "verb", "data", "actor", "at", "gesture"], rows)

"""Keeps the SLA clocks of many tickets: loads them, lets the pure rules of `sla` run, writes back what changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q

from kapture.sets import copy_rows, update_rows
from tickets import sla
from tickets.calendars import Calendar
from tickets.choices import Direction, Metric, Status, StatusCategory
from tickets.models import (
    Activity,
    BusinessHours,
    EscalationStep,
    Message,
    PauseRule,
    SlaClock,
    SlaPause,
    SlaTarget,
    Ticket,
)
from tickets.promises import retelling
from tickets.promises.asked import answers_in_private, public_of
from tickets.promises.book import Book, Clock, Pause, Said, next_step
from tickets.promises.standing_still import opened_since, still_anew, taken_up

_LENGTH = ("policy", "priority", "minutes")
_STATE = (*_LENGTH, "started_at", "due_at", "ended_at", "met", "reached", "next_step_at", "paused_at", "firm_minutes")
_PAUSED = ("pk", "metrics", "since", "until", "reason")
_PAUSE = ("status", "metrics", "since", "until", "reason", "by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What a policy promises for one priority: metric → minutes, when they run, in which statuses they stand still, and
    at which shares of that time something is done."""

    minutes: dict[str, int] = field(default_factory=dict)
    calendar: Calendar | None = None
    steps: dict[str, list[int]] = field(default_factory=dict)
    stops: dict[str, list[str]] = field(default_factory=dict)


Targets = Mapping[tuple[int, str], Promised]  # (policy, priority) → what is promised
_NOTHING = Promised()


def load_targets() -> Targets:
    """Every promise there is: a small table. One statement, and one more where any runs in business hours."""
    columns = ("policy_id", "policy__business_hours_id", "priority", "metric", "minutes")
    steps = EscalationStep.objects.filter(policy=OuterRef("policy"), metric__in=[OuterRef("metric"), ""])
    shares = ArraySubquery(steps.order_by("share").values("share").distinct())
    rules = PauseRule.objects.filter(policy=OuterRef("policy"), metric__in=[OuterRef("metric"), ""])
    statuses = ArraySubquery(rules.order_by("status").values("status").distinct())
    rows = list(SlaTarget.objects.values_list(*columns, shares, statuses))
    used = {hours for _, hours, *_rest in rows if hours is not None}
    calendars = {hours.pk: hours.calendar for hours in BusinessHours.objects.filter(pk__in=used)} if used else {}
    targets: dict[tuple[int, str], Promised] = {}
    for policy, hours, priority, metric, minutes, shares, statuses in rows:
        promised = targets.setdefault((policy, priority), Promised(calendar=calendars.get(hours)))
        promised.minutes[metric] = minutes
        promised.steps[metric], promised.stops[metric] = shares, statuses
    return targets


def load_books(tickets: Iterable[Ticket], targets: Targets) -> dict[int, Book]:
    """The books of stored tickets. Three statements; one more where a merge brought what nobody has answered."""
    books = {ticket.pk: open_book(ticket, targets) for ticket in tickets}
    for pk, asked in _unanswered(books):
        books[pk].asked.append(asked)
    for row in SlaClock.objects.filter(ticket__in=books).order_by("started_at", "id"):
        books[row.ticket_id].clocks.append(
            Clock(
                metric=Metric(row.metric),
                minutes=row.minutes,
                started_at=row.started_at,
                due_at=row.due_at,
                ended_at=row.ended_at,
                met=row.met,
                reached=row.reached,
                paused_at=row.paused_at,
                policy=row.policy_id,
                priority=row.priority,
                firm_minutes=row.firm_minutes,
                calendar=_calendar_of(row.policy_id, targets),
                pk=row.pk,
            )
        )
    for told in SlaPause.objects.filter(ticket__in=books).order_by("since", "id"):
        pause = Pause(**{name: getattr(told, name) for name in _PAUSED}, status=Status(told.status), by=told.by_id)
        books[told.ticket_id].pauses.append(pause)
    for pk, asked in _behind(books):
        books[pk].asked.append(asked)
    return books


def _behind(books: Mapping[int, Book]) -> Collection[tuple[int, datetime]]:
    """What was asked before our latest answer, and promised one that nobody gave. One statement, or none."""
    found = {
        (pk, clock.started_at) for pk, book in books.items() for clock in book.clocks if sla.is_behind(book, clock)
    }
    if not found:
        return ()
    asked = Message.objects.filter(direction=Direction.IN, left_resolved=False).order_by()
    there = asked.filter(ticket__in={pk for pk, _ in found}, sent_at__in={at for _, at in found})
    return found.intersection(there.values_list("ticket_id", "sent_at"))


def _unanswered(tickets: Iterable[int]) -> Iterable[tuple[int, datetime]]:
    """When customers wrote what nobody has answered since."""
    never, since = Q(ticket__last_outbound_at=None), Q(sent_at__gt=F("ticket__last_outbound_at"))
    rows = Message.objects.filter(
        never | since, ticket__in=tickets, direction=Direction.IN, left_resolved=False
    ).order_by()
    return rows.values_list("ticket_id", "sent_at")


def open_book(ticket: Ticket, targets: Targets) -> Book:
    promised = targets.get((ticket.sla_policy_id or 0, ticket.priority), _NOTHING)
    replied = ticket.last_outbound_at is not None and ticket.opened_at <= ticket.last_outbound_at
    return Book(
        targets=promised.minutes,
        policy=ticket.sla_policy_id,
        priority=ticket.priority,
        calendar=promised.calendar,
        done=ticket.category == StatusCategory.DONE,
        steps=promised.steps,
        stops=promised.stops,
        merged_at=ticket.merged_at,
        answered_at=ticket.last_outbound_at,
        replied=replied,
    )


def _calendar_of(policy: int | None, targets: Targets) -> Calendar | None:
    return next((promised.calendar for (of, _), promised in targets.items() if of == policy), None)


def promise_anew(ticket: Ticket, book: Book, targets: Targets, *, at: datetime) -> None:
    """The ticket has another priority or policy: running promises that are not late take its targets, from when they
    started."""
    promise_later(ticket, book, targets)
    sla.retarget(book, at=at)


def promise_later(ticket: Ticket, book: Book, targets: Targets) -> None:
    """It has another priority: what is promised from now on takes its targets, and what runs stays as it was given."""
    promised = targets.get((ticket.sla_policy_id or 0, ticket.priority), _NOTHING)
    book.targets, book.policy, book.calendar = promised.minutes, ticket.sla_policy_id, promised.calendar
    book.priority, book.steps, book.stops = ticket.priority, promised.steps, promised.stops


def save_books(books: Iterable[tuple[Ticket, Book]]) -> None:
    """Write changed clocks (two statements) and put the next due moment on each ticket (the caller saves tickets).

    Where something came late, two statements more: they read again what was said; and one where promises stand still.
    Two more where a promise stopped or went on.
    """
    books = list(books)
    _put_in_order([(ticket, book) for ticket, book in books if book.disturbed or book.late])
    fresh: list[list[Any]] = []
    changed: list[list[Any]] = []
    for ticket, book in books:
        for clock in book.clocks:
            if clock.changed:
                if clock.pk:
                    changed.append([clock.pk, *_state(book, clock)])
                else:
                    fresh.append([ticket.pk, clock.metric, *_state(book, clock)])
                clock.changed = False
        due = book.next_due
        ticket.next_due_at = due.due_at if due else None
        ticket.next_due_metric = due.metric if due else ""
        ticket.last_outbound_at = book.answered_at
    # Those that end first: of each metric only one may run at any moment.
    update_rows(SlaClock, ["id", *_STATE], changed)
    if fresh:
        copy_rows(SlaClock, ["ticket", "metric", *_STATE], fresh)
    _save_pauses(books)


def _save_pauses(books: Iterable[tuple[Ticket, Book]]) -> None:
    changed = [(ticket, pause) for ticket, book in books for pause in book.pauses if pause.changed]
    known = [[pause.pk, pause.since, pause.until] for _, pause in changed if pause.pk]
    if known:
        update_rows(SlaPause, ["id", "since", "until"], known)
    fresh = [[ticket.pk, *(getattr(pause, name) for name in _PAUSE)] for ticket, pause in changed if not pause.pk]
    if fresh:
        copy_rows(SlaPause, ["ticket", *_PAUSE], fresh)
    for _, pause in changed:
        pause.changed = False


def speak_of_less(pauses: Sequence[Pause]) -> None:
    """Stored pauses that hold up one promise less now (see `uniting.carry_promises`). One statement, or none."""
    SlaPause.objects.bulk_update([SlaPause(pk=one.pk, metrics=list(one.metrics)) for one in pauses], ["metrics"])


def _put_in_order(disturbed: Sequence[tuple[Ticket, Book]]) -> None:
    said: dict[int, list[Said]] = {}
    stored = [ticket.pk for ticket, _ in disturbed if not ticket._state.adding]
    if stored:
        out = Q(direction=Direction.OUT, automated=False, external_id__isnull=False)
        asked = Q(direction=Direction.IN, left_resolved=False)
        rows = Message.objects.filter(asked | out, ticket__in=stored).order_by()
        for pk, at, direction in rows.values_list("ticket_id", "sent_at", "direction"):
            said.setdefault(pk, []).append(Said(at, by_us=direction == Direction.OUT))
        apart = answers_in_private(stored).filter(external_id__isnull=False).order_by()
        for public, at in apart.values_list(public_of(), "sent_at"):
            said.setdefault(public or 0, []).append(Said(at, by_us=True))
    moved = [ticket for ticket, book in disturbed if book.late or ticket.status == Status.ON_HOLD]
    turns = _turns_of([ticket.pk for ticket in moved if not ticket._state.adding])
    for ticket, book in disturbed:
        told = said.get(ticket.pk, [])
        changed = turns.get(ticket.pk, ())
        if ticket.status == Status.PENDING and opened_since(book, changed):
            ticket.status = Status.OPEN
        elif ticket.status == Status.ON_HOLD and taken_up(book, told, changed):
            ticket.status = Status.PENDING
        paused = book.late and still_anew(book, told, changed)
        if book.disturbed or paused:
            retelling.retell(book, told, paused=paused)
        book.late = False


def _turns_of(tickets: Collection[int]) -> dict[int, list[tuple[datetime, str]]]:
    """When somebody, or their age, changed the status of these, and to which. One statement, or none."""
    found: dict[int, list[tuple[datetime, str]]] = {}
    lines = Activity.objects.filter(ticket__in=tickets, verb__in=("ticket.status", "ticket.aged")).order_by("at", "id")
    for pk, at, after in lines.values_list("ticket_id", "at", "data__after") if tickets else ():
        found.setdefault(pk, []).append((at, after or ""))
    return found


def _state(book: Book, clock: Clock) -> list[Any]:
    told = [clock.policy, clock.priority, clock.minutes, clock.started_at, clock.due_at, clock.ended_at, clock.met]
    return [*told, clock.reached, next_step(book, clock), clock.paused_at, clock.firm_minutes]

"""Keeps the SLA clocks of many tickets: loads them, lets the pure rules of `sla` run, writes back what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q

from kapture.sets import copy_rows, update_rows
from tickets import sla
from tickets.calendars import Calendar
from tickets.choices import Direction, Metric
from tickets.models import BusinessHours, EscalationStep, Message, SlaClock, SlaTarget, Ticket

_STATE = ("priority", "minutes", "started_at", "due_at", "ended_at", "met", "reached", "next_step_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What a policy promises for one priority: metric → minutes, when they run, and at which shares of that time
    something is done."""

    minutes: dict[str, int] = field(default_factory=dict)
    calendar: Calendar | None = None
    steps: dict[str, list[int]] = field(default_factory=dict)


Targets = Mapping[tuple[int, str], Promised]  # (policy, priority) → what is promised
_NOTHING = Promised()


def load_targets() -> Targets:
    """Every promise there is: a small table. One statement, and one more where any runs in business hours."""
    columns = ("policy_id", "policy__business_hours_id", "priority", "metric", "minutes")
    steps = EscalationStep.objects.filter(policy=OuterRef("policy"), metric__in=[OuterRef("metric"), ""])
    shares = ArraySubquery(steps.order_by("share").values("share").distinct())
    rows = list(SlaTarget.objects.values_list(*columns, shares))
    used = {hours for _, hours, *_rest in rows if hours is not None}
    calendars = {hours.pk: hours.calendar for hours in BusinessHours.objects.filter(pk__in=used)} if used else {}
    targets: dict[tuple[int, str], Promised] = {}
    for policy, hours, priority, metric, minutes, shares in rows:
        promised = targets.setdefault((policy, priority), Promised(calendar=calendars.get(hours)))
        promised.minutes[metric] = minutes
        promised.steps[metric] = shares
    return targets


def load_books(tickets: Iterable[Ticket], targets: Targets) -> dict[int, sla.Book]:
    """The books of stored tickets, two statements."""
    books = {ticket.pk: open_book(ticket, targets) for ticket in tickets}
    for pk, asked in _unanswered(books):
        books[pk].asked.append(asked)
    for row in SlaClock.objects.filter(ticket__in=books).order_by("started_at", "id"):
        books[row.ticket_id].clocks.append(
            sla.Clock(
                metric=Metric(row.metric),
                minutes=row.minutes,
                started_at=row.started_at,
                due_at=row.due_at,
                ended_at=row.ended_at,
                met=row.met,
                reached=row.reached,
                pk=row.pk,
            )
        )
    return books


def _unanswered(tickets: Iterable[int]) -> Iterable[tuple[int, datetime]]:
    """When customers wrote what nobody has answered since."""
    never, since = Q(ticket__last_outbound_at=None), Q(sent_at__gt=F("ticket__last_outbound_at"))
    rows = Message.objects.filter(never | since, ticket__in=tickets, direction=Direction.IN).order_by()
    return rows.values_list("ticket_id", "sent_at")


def open_book(ticket: Ticket, targets: Targets) -> sla.Book:
    promised = targets.get((ticket.sla_policy_id or 0, ticket.priority), _NOTHING)
    replied = ticket.last_outbound_at is not None and ticket.opened_at <= ticket.last_outbound_at
    return sla.Book(
        targets=promised.minutes,
        calendar=promised.calendar,
        steps=promised.steps,
        answered_at=ticket.last_outbound_at,
        replied=replied,
    )


def save_books(books: Iterable[tuple[Ticket, sla.Book]]) -> None:
    """Write changed clocks (two statements) and put the next due moment on each ticket (the caller saves tickets).

    Where something came late, one statement more: it reads again what was said.
    """
    books = list(books)
    _put_in_order([(ticket, book) for ticket, book in books if book.disturbed])
    fresh: list[list[Any]] = []
    changed: list[list[Any]] = []
    for ticket, book in books:
        for clock in book.clocks:
            if clock.changed:
                if clock.pk:
                    changed.append([clock.pk, *_state(ticket, book, clock)])
                else:
                    fresh.append([ticket.pk, clock.metric, ticket.sla_policy_id, *_state(ticket, book, clock)])
                clock.changed = False
        due = book.next_due
        ticket.next_due_at = due.due_at if due else None
        ticket.next_due_metric = due.metric if due else ""
        ticket.last_outbound_at = book.answered_at
    # Those that end first: of each metric only one may run at any moment.
    update_rows(SlaClock, ["id", *_STATE], changed)
    if fresh:
        copy_rows(SlaClock, ["ticket", "metric", "policy", *_STATE], fresh)


def _put_in_order(disturbed: Sequence[tuple[Ticket, sla.Book]]) -> None:
    said: dict[int, list[sla.Said]] = {}
    stored = [ticket.pk for ticket, _ in disturbed if not ticket._state.adding]
    if stored:
        out = Q(direction=Direction.OUT, automated=False, external_id__isnull=False)
        rows = Message.objects.filter(Q(direction=Direction.IN) | out, ticket__in=stored).order_by()
        for pk, at, direction in rows.values_list("ticket_id", "sent_at", "direction"):
            said.setdefault(pk, []).append(sla.Said(at, by_us=direction == Direction.OUT))
    for ticket, book in disturbed:
        sla.retell(book, said.get(ticket.pk, []))


def _state(ticket: Ticket, book: sla.Book, clock: sla.Clock) -> list[Any]:
    told = [ticket.priority, clock.minutes, clock.started_at, clock.due_at, clock.ended_at, clock.met]
    return [*told, clock.reached, sla.next_step(book, clock)]

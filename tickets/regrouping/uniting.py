"""What becomes of several tickets that are made one: status, priority, assignee, folder, tags, skills, promises. Pure.

In words: docs/rules.md, "Merging, splitting, moving, linking".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tickets.choices import CATEGORY_OF, Metric, Priority, Status, StatusCategory
from tickets.promises.book import Book, Clock, Pause, let_go, move, promise, reckon
from tickets.sla import status_became, ticket_reopened

_RISING = tuple(Priority)
# One promise of each is enough.
_KINDS = ((Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE), (Metric.RESOLUTION,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asleep:
    """Put aside: since, until (None: until the customer writes), by whom and why."""

    since: datetime
    until: datetime | None = None
    by: Any = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a ticket stands. `assignee`, `folder`: keys, None where there is none."""

    status: str
    priority: str = Priority.NORMAL
    assignee: Any = None
    folder: Any = None
    tags: frozenset[Any] = field(default_factory=frozenset)
    skills: frozenset[Any] = field(default_factory=frozenset)  # that it needs
    last_message_at: datetime
    asleep: Asleep | None = None

    @property
    def done(self) -> bool:
        return CATEGORY_OF[Status(self.status)] == StatusCategory.DONE


def unite(into: Standing, others: Sequence[Standing]) -> Standing:
    """How the ticket stands that takes the others in."""
    together = [into, *others]
    lively = [into, *(one for one in others if not one.done)]
    recent = sorted(others, key=lambda one: one.last_message_at, reverse=True)
    return Standing(
        status=_status(into, others),
        priority=max((Priority(one.priority) for one in lively), key=_RISING.index),
        assignee=into.assignee or next((one.assignee for one in recent if one.assignee and not one.done), None),
        folder=into.folder or next((one.folder for one in recent if one.folder), None),
        tags=frozenset().union(*(one.tags for one in together)),
        skills=frozenset().union(*(one.skills for one in lively)),
        last_message_at=max(one.last_message_at for one in together),
        asleep=_asleep([one for one in together if not one.done]),
    )


def _asleep(undone: Sequence[Standing]) -> Asleep | None:
    """Only where all of them were put aside; until the first of them wakes."""
    found = [one.asleep for one in undone if one.asleep is not None]
    if not found or len(found) < len(undone):
        return None
    return min(found, key=lambda one: (one.until is None, one.until or one.since))


def _status(into: Standing, others: Sequence[Standing]) -> str:
    """The liveliest: what one of them still asks of us, the whole asks."""
    statuses = [one.status for one in (into, *others) if not one.done]
    if not statuses:
        return into.status
    if all(status == Status.NEW for status in statuses):
        return Status.NEW
    if Status.NEW in statuses or Status.OPEN in statuses:
        return Status.OPEN
    if not into.done:
        return into.status
    return Status.ON_HOLD if Status.ON_HOLD in statuses else Status.PENDING


def carry_promises(book: Book, others: Sequence[Book], *, status: Status, at: datetime) -> list[Pause]:
    """Of the running promises of each kind the one that is due first goes on, as it was given: nobody gains time by a
    merge. The caller lets those of `others` fall away. Returns earlier pauses of the book that speak of one kind less
    now: what stood still for another promise is no time of this one.
    """
    stripped: list[Pause] = []
    for metrics in _KINDS:
        found = _due_first(metrics, [book, *others], at)
        if found is not None and found[1] is not book:
            stripped += _take_over(book, *found, metrics=metrics, at=at)
    standing = next((pause for pause in book.pauses if pause.until is None), None)
    if standing is not None and standing in stripped:
        standing.until, standing.changed = at, True
        status_became(book, status, at, reason=standing.reason, by=standing.by)
    else:
        status_became(book, status, at)
    return [pause for pause in stripped if pause.pk is not None]


def _due_first(metrics: Sequence[Metric], books: Sequence[Book], at: datetime) -> tuple[Clock, Book] | None:
    """Of those due at the same moment the first book's. What stands still is due so much later."""
    running = [(clock, book) for book in books for clock in book.clocks if clock.ended_at is None]
    found = [(clock, book) for clock, book in running if clock.metric in metrics]
    return min(found, key=lambda one: _due(one[0], at), default=None)


def _due(clock: Clock, at: datetime) -> datetime:
    return clock.due_at if clock.paused_at is None else clock.due_at + max(at - clock.paused_at, timedelta())


def _take_over(book: Book, first: Clock, owner: Book, *, metrics: Sequence[Metric], at: datetime) -> list[Pause]:
    for clock in book.clocks:
        if clock.metric in metrics and clock.ended_at is None:
            clock.ended_at, clock.met, clock.paused_at, clock.changed = at, None, None, True
    stripped = [pause for pause in book.pauses if first.metric in pause.metrics]
    for pause in stripped:
        pause.metrics = [metric for metric in pause.metrics if metric != first.metric]
    for pause in owner.pauses_of(first.metric):
        until = pause.until or at
        book.pauses.append(
            Pause(
                status=pause.status,
                metrics=[first.metric],
                since=pause.since,
                until=until,
                reason=pause.reason,
                by=pause.by,
                changed=True,
            )
        )
    carried = Clock(
        metric=first.metric,
        minutes=first.minutes,
        started_at=first.started_at,
        due_at=first.due_at,
        reached=first.reached,
        policy=first.policy,
        priority=first.priority,
        firm_minutes=first.firm_minutes,
        calendar=first.calendar,
        changed=True,
    )
    book.clocks.append(carried)
    if first.paused_at is not None:
        reckon(book, carried)
    return stripped


def keep_promises(
    book: Book,
    asked: Sequence[datetime],
    *,
    answered_at: datetime | None,
    at: datetime,
    stays: bool = False,
    metric: Metric | None = None,
) -> None:
    """Part of what was said went elsewhere; of what stays `asked` is unanswered. A promise whose question went falls
    away unjudged, or starts with the first question that stays; one whose answer went is owed again. `stays`: the
    question of the running promise does, and so does the promise. `metric`: which one is owed, where that is known."""
    book.answered_at, book.asked = answered_at, list(asked)
    waiting, first = book.awaited, min(asked, default=None)
    if stays:
        return
    if waiting is not None and first is None:
        waiting.ended_at, waiting.met, waiting.paused_at, waiting.changed = at, None, None, True
    elif waiting is not None and first is not None and waiting.started_at not in asked:
        if metric in (None, waiting.metric):
            move(book, waiting, first)
        else:
            let_go(waiting)
            promise(book, metric, first)
    elif waiting is None and first is not None:
        promise(book, metric or (Metric.NEXT_RESPONSE if book.replied else Metric.FIRST_RESPONSE), first)
        ticket_reopened(book, at)

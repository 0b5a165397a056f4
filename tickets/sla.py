"""When is which answer due? Pure: no queries, no clock of its own. In words: docs/rules.md.

A `Book` is the clocks of one ticket. Every verb below takes the moment it happened (the message's own time) and
returns nothing; what changed is read from the changed clocks afterwards. What reaches us so late that it changes a
promise long kept or missed makes the book `disturbed`: then the promises of answers are told anew from everything
that was said (`retell`), and come out as if all had come in order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tickets.calendars import Calendar, due
from tickets.choices import Metric


@dataclass(slots=True, kw_only=True)
class Clock:
    metric: Metric
    minutes: int
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    met: bool | None = None
    reached: int = 0  # the share of its time, in percent, at which something was last done
    pk: int | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """Ordered as it is read: a question before the answer of the same moment."""

    at: datetime
    by_us: bool


@dataclass(slots=True, kw_only=True)
class Book:
    """`targets`: metric → minutes promised for the ticket's priority; what is missing is not promised. They run in the
    policy's business hours, or around the clock. `steps`: metric → the shares of that time, in percent and in order, at
    which something is done."""

    targets: Mapping[str, int]
    calendar: Calendar | None = None
    steps: Mapping[str, Sequence[int]] = field(default_factory=dict)
    answered_at: datetime | None = None  # our latest answer
    asked: list[datetime] = field(default_factory=list)  # what the customer wrote after it
    replied: bool = False  # something the customer asked was answered; what we wrote before it answers nothing
    clocks: list[Clock] = field(default_factory=list)
    heard: list[Said] = field(default_factory=list)  # what these verbs were told, as far as it is not stored yet
    disturbed: bool = False

    def running(self, metric: Metric) -> Clock | None:
        return next((c for c in self.clocks if c.metric == metric and c.ended_at is None), None)

    @property
    def awaited(self) -> Clock | None:
        """The running promise of an answer; there is never more than one."""
        return self.running(Metric.FIRST_RESPONSE) or self.running(Metric.NEXT_RESPONSE)

    @property
    def next_due(self) -> Clock | None:
        return min((c for c in self.clocks if c.ended_at is None), key=lambda c: c.due_at, default=None)


def customer_wrote(book: Book, at: datetime) -> None:
    """The first unanswered message starts the promise of an answer; a late, older one moves its start back."""
    book.heard.append(Said(at, by_us=False))
    if book.answered_at is None or at > book.answered_at:
        book.asked.append(at)
        _promise_answer(book, at)
    else:
        book.replied = book.disturbed = True
    if not any(c.metric == Metric.RESOLUTION for c in book.clocks):
        _start(book, Metric.RESOLUTION, at)
    elif (resolution := book.running(Metric.RESOLUTION)) is not None and at < resolution.started_at:
        _move(book, resolution, at)


def we_answered(book: Book, at: datetime) -> None:
    """Ends the running promise of an answer, unless the answer is older than what it would answer.

    An answer that reaches us late leaves unanswered what was asked after it: that is promised a next reply.
    """
    book.heard.append(Said(at, by_us=True))
    book.disturbed |= book.answered_at is not None and at < book.answered_at
    book.replied |= any(asked <= at for asked in book.asked)
    waiting = book.awaited
    ends = waiting is not None and at >= waiting.started_at
    if waiting is not None and ends:
        _end(waiting, at)
    if book.answered_at is None or at > book.answered_at:
        book.answered_at = at
        book.asked = [asked for asked in book.asked if asked > at]
    if ends and book.asked:
        _start(book, Metric.NEXT_RESPONSE, min(book.asked))


def ticket_resolved(book: Book, at: datetime) -> None:
    """Resolution is kept or missed; a promised answer that never came falls away with it, unjudged."""
    for clock in book.clocks:
        if clock.ended_at is not None:
            continue
        if clock.metric == Metric.RESOLUTION:
            _end(clock, at)
        else:
            clock.ended_at, clock.met, clock.changed = at, None, True


def ticket_lapsed(book: Book, at: datetime) -> None:
    """It ended without anybody's doing (nobody took it up, or its content had to go): no promise was kept by that, and
    none missed."""
    for clock in book.clocks:
        if clock.ended_at is None:
            clock.ended_at, clock.met, clock.changed = at, None, True


def ticket_reopened(book: Book, at: datetime) -> None:
    """A new promise of resolution from the moment it came back."""
    if book.running(Metric.RESOLUTION) is None:
        _start(book, Metric.RESOLUTION, at)


def resolution_undone(book: Book, at: datetime) -> None:
    """An agent takes it back: the answer that was promised and never came is owed again, from when it was asked."""
    ticket_reopened(book, at)
    for metric in (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE):
        fallen = [c for c in book.clocks if c.metric == metric and c.ended_at is not None and c.met is None]
        last = max(fallen, key=lambda c: c.started_at, default=None)
        if last is None or book.running(metric) is not None:
            continue
        if book.answered_at is None or book.answered_at < last.started_at:
            last.ended_at, last.changed = None, True


def retarget(book: Book) -> None:
    """The promises changed (other priority, other policy): running clocks keep their start and get the new length.

    A promise that no longer exists ends unjudged; one that is new starts with the next message it speaks of.
    """
    for clock in book.clocks:
        if clock.ended_at is not None:
            continue
        minutes = book.targets.get(clock.metric)
        if minutes is None:
            clock.ended_at, clock.met, clock.changed = clock.due_at, None, True
        elif minutes != clock.minutes:
            clock.minutes = minutes
            _move(book, clock, clock.started_at)


def next_step(book: Book, clock: Clock) -> datetime | None:
    """When something is to be done about a running promise next: each share once, the next one after the last."""
    if clock.ended_at is not None:
        return None
    share = next((share for share in book.steps.get(clock.metric, ()) if share > clock.reached), None)
    if share is None:
        return None
    return due(book.calendar, clock.started_at, timedelta(minutes=clock.minutes) * share / 100)


def retell(book: Book, said: Iterable[Said]) -> None:
    """Tell the promises of answers anew from all that was said, in whatever order it reached us.

    What was decided when the ticket was last resolved stays: only what was said after that is read again. A promise
    keeps the length it was given.
    """
    settled = max((c.ended_at for c in book.clocks if _settles(c) and c.ended_at is not None), default=None)
    ordered = sorted({one for one in (*said, *book.heard) if settled is None or one.at > settled})
    old = [c for c in book.clocks if c.metric != Metric.RESOLUTION and (c.ended_at is None or c.met is not None)]
    old = [c for c in old if settled is None or c.ended_at is None or c.ended_at > settled]
    waits = _waits(ordered, since=min((c.started_at for c in old if settled and c.started_at <= settled), default=None))
    first = settled is None or not book.replied or any(c.metric == Metric.FIRST_RESPONSE for c in old)
    for number, (start, end) in enumerate(waits):
        metric = Metric.FIRST_RESPONSE if first and number == 0 else Metric.NEXT_RESPONSE
        clock = next((c for c in old if c.metric == metric), None)
        if clock is None:
            _start(book, metric, start)
            clock = book.clocks[-1] if metric in book.targets else None
        else:
            old.remove(clock)
        if clock is not None:
            _retime(book, clock, start, end)
    book.disturbed = False


def _settles(clock: Clock) -> bool:
    """Ended by a resolution, not because the promise was withdrawn (such a clock ends unjudged when it is due)."""
    judged = clock.met is not None
    return judged if clock.metric == Metric.RESOLUTION else not judged and clock.ended_at != clock.due_at


def _waits(ordered: Iterable[Said], *, since: datetime | None) -> list[tuple[datetime, datetime | None]]:
    """From each first question to the answer that ended the waiting."""
    waits: list[tuple[datetime, datetime | None]] = []
    for one in ordered:
        if one.by_us and since is not None:
            waits.append((since, one.at))
        since = None if one.by_us else since or one.at
    return [*waits, (since, None)] if since is not None else waits


def _retime(book: Book, clock: Clock, start: datetime, end: datetime | None) -> None:
    if (clock.started_at, clock.ended_at) == (start, end):
        return
    if clock.started_at != start:
        _move(book, clock, start)
    clock.ended_at, clock.changed = end, True
    clock.met = None if end is None else end <= clock.due_at


def _promise_answer(book: Book, at: datetime) -> None:
    waiting = book.awaited
    if waiting is None:
        _start(book, Metric.NEXT_RESPONSE if book.replied else Metric.FIRST_RESPONSE, at)
    elif at < waiting.started_at:
        _move(book, waiting, at)


def _start(book: Book, metric: Metric, at: datetime) -> None:
    minutes = book.targets.get(metric)
    if minutes is not None:
        ends = due(book.calendar, at, timedelta(minutes=minutes))
        book.clocks.append(Clock(metric=metric, minutes=minutes, started_at=at, due_at=ends, changed=True))


def _move(book: Book, clock: Clock, at: datetime) -> None:
    """It starts at another moment, or promises another length."""
    clock.due_at = due(book.calendar, at, timedelta(minutes=clock.minutes))
    clock.started_at, clock.changed = at, True


def _end(clock: Clock, at: datetime) -> None:
    clock.ended_at, clock.met, clock.changed = at, at <= clock.due_at, True

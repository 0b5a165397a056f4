"""The promises of one ticket, when each is due, and how their clocks run, stand still and end. Pure: what happens to
them by what is said and done is told in tickets/sla.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tickets.calendars import Calendar, Period, due
from tickets.choices import Metric, Status

WHOLE = 100  # of a promise's time, in percent: from here on it is late


@dataclass(slots=True, kw_only=True)
class Clock:
    metric: Metric
    minutes: int
    started_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    met: bool | None = None
    reached: int = 0  # the share of its time, in percent, at which something was last done
    paused_at: datetime | None = None  # it stands still since; `due_at` is then as if it went on from there at once
    policy: int | None = None  # that gave it: after a merge it may be another than the ticket's
    priority: str = ""  # at which it was given; after a merge likewise
    firm_minutes: int | None = None  # by which it runs out, where that length was over already when it was chosen
    calendar: Calendar | None = None  # the one it runs in: that policy's
    pk: int | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Said:
    """Ordered as it is read: a question before the answer of the same moment."""

    at: datetime
    by_us: bool


@dataclass(slots=True, kw_only=True)
class Pause:
    """A time in which the ticket was in a status that stopped these promises; without an end it still is."""

    status: Status
    metrics: Collection[str]
    since: datetime
    until: datetime | None = None
    reason: str = ""
    by: int | None = None  # who put it there
    pk: int | None = None
    changed: bool = False


@dataclass(slots=True, kw_only=True)
class Book:
    """`targets`: metric → minutes promised for the ticket's priority; what is missing is not promised. They run in the
    policy's business hours, or around the clock, and stand still in some statuses (`stops`: metric → statuses).
    `steps`: metric → the shares of that time, in percent and in order, at which something is done."""

    targets: Mapping[str, int]
    policy: int | None = None
    priority: str = ""
    calendar: Calendar | None = None
    done: bool = False  # whether the ticket is: then nothing is owed
    steps: Mapping[str, Sequence[int]] = field(default_factory=dict)
    stops: Mapping[str, Collection[str]] = field(default_factory=dict)
    pauses: list[Pause] = field(default_factory=list)
    merged_at: datetime | None = None  # when others were brought to it: what it owes of before that was chosen then
    answered_at: datetime | None = None  # our latest answer
    asked: list[datetime] = field(default_factory=list)  # what the customer wrote after it
    replied: bool = False  # something the customer asked was answered; what we wrote before it answers nothing
    clocks: list[Clock] = field(default_factory=list)
    heard: list[Said] = field(default_factory=list)  # what these verbs were told, as far as it is not stored yet
    disturbed: bool = False
    late: bool = False  # something was said before what we knew of, and another time may have stood still

    def running(self, metric: Metric) -> Clock | None:
        return next((c for c in self.clocks if c.metric == metric and c.ended_at is None), None)

    @property
    def awaited(self) -> Clock | None:
        """The running promise of an answer; there is never more than one."""
        return self.running(Metric.FIRST_RESPONSE) or self.running(Metric.NEXT_RESPONSE)

    @property
    def next_due(self) -> Clock | None:
        going = (c for c in self.clocks if c.ended_at is None and c.paused_at is None)
        return min(going, key=lambda c: c.due_at, default=None)

    def pauses_of(self, metric: Metric) -> list[Pause]:
        return [pause for pause in self.pauses if metric in pause.metrics]


def next_share(book: Book, clock: Clock) -> int | None:
    """That its whole time is used up is told whatever steps there are."""
    return min((share for share in {*book.steps.get(clock.metric, ()), WHOLE} if share > clock.reached), default=None)


def next_step(book: Book, clock: Clock) -> datetime | None:
    """When something is to be done about a running promise next: each share once, the next one after the last."""
    if clock.ended_at is not None:
        return None
    share = next_share(book, clock)
    if share is None:
        return None
    moment = due_after(book, clock, share=share)
    return None if clock.paused_at is not None and moment > clock.paused_at else moment


def promise(book: Book, metric: Metric, at: datetime) -> Clock | None:
    """None where it is not promised."""
    minutes = book.targets.get(metric)
    if minutes is None:
        return None
    clock = Clock(
        metric=metric,
        minutes=minutes,
        started_at=at,
        due_at=at,
        policy=book.policy,
        priority=book.priority,
        calendar=book.calendar,
    )
    book.clocks.append(clock)
    move(book, clock, at)
    return clock


def move(book: Book, clock: Clock, at: datetime) -> None:
    """It starts at another moment, or promises another length."""
    clock.started_at, clock.changed = at, True
    reckon(book, clock)


def end(book: Book, clock: Clock, at: datetime) -> None:
    clock.ended_at, clock.changed = at, True
    if clock.paused_at is not None or any(p.until and p.until > at for p in book.pauses_of(clock.metric)):
        reckon(book, clock)
    clock.met = at <= clock.due_at


def withdraw(clock: Clock, at: datetime) -> None:
    """It ends unjudged."""
    clock.ended_at, clock.met, clock.paused_at, clock.changed = at, None, None, True


def let_go(clock: Clock) -> None:
    """Another one stands for it, as if this one had never been promised."""
    withdraw(clock, clock.started_at)
    clock.due_at = clock.started_at


def reckon(book: Book, clock: Clock) -> None:
    """When it is due, and whether it stands still: by the pauses there were until now, or until it ended."""
    clock.due_at = due_after(book, clock, share=100)
    stands = (pause.since for pause in book.pauses_of(clock.metric) if pause.until is None)
    since = max(next(stands, clock.due_at), clock.started_at)
    clock.paused_at = since if clock.ended_at is None and since < clock.due_at else None


def due_after(book: Book, clock: Clock, *, share: int, minutes: int | None = None) -> datetime:
    """When so many percent of its time, or of so many minutes, are used up. Pauses count until the clock ended."""
    last = clock.ended_at or datetime.max.replace(tzinfo=UTC)
    pauses = [(p.since, min(p.until or last, last)) for p in book.pauses_of(clock.metric) if p.until or clock.ended_at]
    still: list[Period] = [(since, until) for since, until in pauses if since < until]
    return due(clock.calendar, clock.started_at, timedelta(minutes=minutes or clock.minutes) * share / 100, still=still)

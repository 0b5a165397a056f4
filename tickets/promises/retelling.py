"""What came so late that it changes promises long kept or missed: they come out as if all had come in order. Pure."""

from collections.abc import Iterable
from datetime import datetime

from tickets.choices import Metric
from tickets.promises.book import Book, Clock, Said, move, promise
from tickets.sla import end_sooner, fell_away


def retell(book: Book, said: Iterable[Said], *, paused: bool = False) -> None:
    """Tell the promises of answers anew from all that was said, in whatever order it reached us.

    What was decided when the ticket was last resolved stays, or when others were merged into it, and so does what was
    judged before all that is told now: only what was said after that is read again. A promise keeps the length it was
    given.
    `paused`: other times stood still than was known.
    """
    news = min((one.at for one in book.heard), default=None)
    decided = [c.ended_at for c in book.clocks if c.ended_at and _stays(book, c, news)]
    settled = max([*decided, *([book.merged_at] if book.merged_at else [])], default=None)
    ordered = sorted({one for one in (*said, *book.heard) if settled is None or one.at > settled})
    end_sooner(book, [one.at for one in ordered if not one.by_us])
    old = [c for c in book.clocks if c.metric != Metric.RESOLUTION and (c.ended_at is None or c.met is not None)]
    old = [c for c in old if settled is None or c.ended_at is None or c.ended_at > settled]
    waits = _waits(ordered, since=min((c.started_at for c in old if settled and c.started_at <= settled), default=None))
    first = settled is None or not book.replied or any(c.metric == Metric.FIRST_RESPONSE for c in old)
    for number, (start, end) in enumerate(waits):
        metric = Metric.FIRST_RESPONSE if first and number == 0 else Metric.NEXT_RESPONSE
        clock = next((c for c in old if c.metric == metric), None)
        if clock is None:
            clock = promise(book, metric, start)
        else:
            old.remove(clock)
        if clock is not None:
            _retime(book, clock, start, end, paused=paused)
    book.disturbed = False


def _stays(book: Book, clock: Clock, news: datetime | None) -> bool:
    if _settles(book, clock):
        return True
    judged = clock.metric != Metric.RESOLUTION and clock.met is not None
    return judged and news is not None and clock.ended_at is not None and clock.ended_at < news


def _settles(book: Book, clock: Clock) -> bool:
    """Ended by a resolution, not because it is promised no more."""
    return clock.met is not None if clock.metric == Metric.RESOLUTION else fell_away(book, clock)


def _waits(ordered: Iterable[Said], *, since: datetime | None) -> list[tuple[datetime, datetime | None]]:
    """From each first question to the answer that ended the waiting."""
    waits: list[tuple[datetime, datetime | None]] = []
    for one in ordered:
        if one.by_us and since is not None:
            waits.append((since, one.at))
        since = None if one.by_us else since or one.at
    return [*waits, (since, None)] if since is not None else waits


def _retime(book: Book, clock: Clock, start: datetime, end: datetime | None, *, paused: bool) -> None:
    if (clock.started_at, clock.ended_at) == (start, end) and not paused:
        return
    moved, clock.ended_at, clock.changed = clock.started_at != start, end, True
    if moved or book.pauses:
        move(book, clock, start)
    clock.met = None if end is None else end <= clock.due_at

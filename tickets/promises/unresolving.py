"""A resolution that was none, for the answer to what was asked never went out, a gesture is undone, or an agent takes
it back: promises go on as if nobody had resolved the ticket. Pure. In words: docs/rules.md, "Resolved, and the answer
does not go out" and "Taken back by hand, and ignored".
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from tickets.choices import Metric, Status
from tickets.promises.book import Book, Clock, Pause, let_go, move
from tickets.sla import fell_away, ticket_reopened

_REPLIES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)


def hollow(book: Book, moments: Collection[datetime]) -> set[datetime]:
    """Of the moments at which it was resolved those when something was asked that no answer of ours is out for."""
    return {at for at in moments if any(asked <= at for asked in book.asked)}


def unresolve(book: Book, moments: Collection[datetime]) -> None:
    """What ended at these moments because the ticket was resolved goes on from where it started. Where a promise of the
    same kind began since, the two are one: it counts from the earlier start. Of two of answers the one due first goes
    on, as in a merge."""
    for metrics in (_REPLIES, (Metric.RESOLUTION,)):
        ended = [c for c in book.clocks if c.metric in metrics and c.ended_at in moments]
        ended = [clock for clock in ended if _ended_by_resolution(book, clock)]
        running = next((c for c in book.clocks if c.metric in metrics and c.ended_at is None), None)
        if ended and (running is not None or metrics != _REPLIES or left_unanswered(book, ended)):
            _go_on(book, running, ended)


def left_unanswered(book: Book, ended: Iterable[Clock]) -> list[Clock]:
    """Of promises that ended those since whose end nobody was answered."""
    answered = book.answered_at
    return [c for c in ended if answered is None or (c.ended_at is not None and answered < c.ended_at)]


def _go_on(book: Book, running: Clock | None, ended: Sequence[Clock]) -> None:
    found = [] if running is None else [running]
    for metric in dict.fromkeys(clock.metric for clock in ended):
        same = [clock for clock in ended if clock.metric == metric]
        going = running if running is not None and running.metric == metric else max(same, key=lambda c: c.started_at)
        going.ended_at = going.met = None
        _make_one(book, going, same)
        if going is not running:
            found.append(going)
    first = min(found, key=lambda clock: clock.due_at)
    for clock in found:
        if clock is not first:
            let_go(clock)


def resolution_undone(book: Book, *, done_at: datetime, at: datetime, ignored: bool = False) -> None:
    """An agent takes it back. The time for which it stood resolved is none of the resolution's; that for which it was
    ignored is. Where no promise of a resolution ended with it, there is a new one."""
    unresolve(book, {done_at})
    going = book.running(Metric.RESOLUTION)
    if going is not None and not ignored and done_at < at:
        stood = Pause(status=Status.RESOLVED, metrics=[Metric.RESOLUTION], since=done_at, until=at, changed=True)
        book.pauses.append(stood)
        move(book, going, going.started_at)
    ticket_reopened(book, at)


def may_have_fallen(book: Book, *, written: datetime) -> bool:
    """Whether the promise of an answer ended since then, unanswered, and there may be another one by now."""
    return bool(fallen(book, [c.ended_at for c in book.clocks if c.ended_at is not None and c.ended_at >= written]))


def answered_at_last(book: Book, *, resolved: Collection[datetime]) -> None:
    """An answer is out that was on its way when the ticket was resolved at these moments, and the customer wrote again.
    It is judged by the first thing it answers. To be called before sla.we_answered."""
    fell = left_unanswered(book, fallen(book, resolved))
    going = book.awaited
    if going is not None and fell:
        _go_on(book, going, fell)
    elif fell:
        going = max(fell, key=lambda clock: clock.started_at)
        _make_one(book, going, [clock for clock in fell if clock.metric == going.metric])


def fallen(book: Book, moments: Collection[datetime]) -> list[Clock]:
    """The promises of answers that ended at these moments because it was resolved."""
    found = (c for c in book.clocks if c.metric in _REPLIES and c.ended_at in moments)
    return [clock for clock in found if _ended_by_resolution(book, clock)]


def wait_on(book: Book, status: Status, *, since: datetime) -> bool:
    """It waits as it did until it was resolved at `since`: whether there was such a pause."""
    pauses = [pause for pause in book.pauses if pause.status == status and pause.until == since]
    for pause in pauses:
        pause.until, pause.changed = None, True
    for clock in book.clocks:
        if clock.ended_at is None and any(clock.metric in pause.metrics for pause in pauses):
            move(book, clock, clock.started_at)
    return bool(pauses)


def _ended_by_resolution(book: Book, clock: Clock) -> bool:
    """At a moment at which it was. One that is promised no more ended unjudged when it was due."""
    if clock.metric == Metric.RESOLUTION:
        return clock.met is not None or clock.ended_at != clock.due_at
    return clock.met is False or fell_away(book, clock)


def _make_one(book: Book, going: Clock, ended: Sequence[Clock]) -> None:
    start = min(clock.started_at for clock in (*ended, going))
    going.reached = max(clock.reached for clock in (*ended, going))
    for clock in ended:
        if clock is not going:  # it is promised no more
            clock.met, clock.changed = None, True
            clock.due_at = clock.ended_at or clock.due_at
    if going.ended_at is None or start != going.started_at:
        move(book, going, start)

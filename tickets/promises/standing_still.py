"""What stood still while we waited for the customer, where something was said before what we knew of. Pure.

Until then pauses came of what was known; they come out as if all had come in order.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tickets.choices import Metric, Status
from tickets.promises.book import Book, Pause, Said, move
from tickets.sla import status_became


def still_anew(book: Book, said: Iterable[Said], turns: Sequence[tuple[datetime, str]]) -> bool:
    """Begin and end what stood still by our answers as `book.heard` says; whether anything changed by it.

    `turns`: when the status was changed otherwise, and to which.
    """
    told = sorted({*said, *book.heard})
    before = [(pause.since, pause.until) for pause in book.pauses]
    for one in sorted(book.heard):
        if not one.by_us:
            _asked(book, one.at, told)
        answer = next((said.at for said in told if said.by_us and said.at >= one.at), None)
        if answer is not None:
            _answered(book, answer, told, turns)
    book.pauses.sort(key=lambda pause: pause.since)
    if before == [(pause.since, pause.until) for pause in book.pauses]:
        return False
    for clock in book.clocks:
        if clock.ended_at is None:
            move(book, clock, clock.started_at)
    return True


def opened_since(book: Book, turns: Sequence[tuple[datetime, str]]) -> bool:
    """Whether somebody opened since what waits by an answer alone that we heard of only now: then it does not wait, and
    nothing stands still any more. To be asked before `still_anew`, which says for how long it did."""
    at, after = turns[-1] if turns else (None, "")
    if at is None or after != Status.OPEN or (book.answered_at is not None and at <= book.answered_at):
        return False
    for pause in [pause for pause in book.pauses if pause.until is None]:
        if pause.pk:
            pause.until, pause.changed = max(pause.since, at), True
        else:
            book.pauses.remove(pause)
    for clock in book.clocks:
        if clock.ended_at is None:
            move(book, clock, clock.started_at)
    return True


def taken_up(book: Book, said: Iterable[Said], turns: Sequence[tuple[datetime, str]]) -> bool:
    """Whether the customer wrote since it was put on hold, and we answered that: then it waits by that answer, and what
    stood still on hold does so no longer than until then. To be asked before `still_anew`."""
    told = [*said, *book.heard]
    held = [*(at for at, _ in turns), *(pause.since for pause in book.pauses if pause.until is None)]
    answers = [one.at for one in told if one.by_us]
    asked = [one.at for one in told if not one.by_us and held and answers and max(held) < one.at <= max(answers)]
    if not asked:
        return False
    status_became(book, Status.PENDING, min(answer for answer in answers if answer >= max(asked)))
    return True


def _asked(book: Book, at: datetime, told: Sequence[Said]) -> None:
    """What waited goes on from here, until we answered that."""
    answers = [one.at for one in told if one.by_us]
    for pause in [pause for pause in book.pauses if _covers(pause, at, after=True)]:
        ours, end = _by_answer(pause, answers), pause.until
        again = next((answer for answer in answers if answer >= at and (end is None or answer < end)), None)
        if again is None and end is None:
            continue  # it waits all the same
        pause.until, pause.changed = at, True
        if again is not None:
            _wait(book, again, end, metrics=pause.metrics if ours else _stopped_by_waiting(book))


def _answered(book: Book, at: datetime, told: Sequence[Said], turns: Sequence[tuple[datetime, str]]) -> None:
    """It waits from here until the customer wrote, or somebody changed its status."""
    if any(_covers(pause, at) for pause in book.pauses) or not _open_at(book, at, told, turns):
        return
    answers = {one.at for one in told if one.by_us}
    written = [one.at for one in told if not one.by_us and one.at > at]
    done = [c.ended_at for c in book.clocks if c.metric == Metric.RESOLUTION and c.ended_at and c.ended_at > at]
    ends = [*written, *done, *(when for when, _ in turns if when > at)]
    later = min((pause for pause in book.pauses if pause.since > at), key=lambda pause: pause.since, default=None)
    end = min(ends, default=None)
    if later is not None and (end is None or later.since <= end):
        if _by_answer(later, answers):
            later.since, later.changed = at, True
            return
        end = later.since
    if end is not None:
        _wait(book, at, end, metrics=_stopped_by_waiting(book))


def _open_at(book: Book, at: datetime, told: Sequence[Said], turns: Sequence[tuple[datetime, str]]) -> bool:
    """Whether the ticket was ours to act on then: what came last before says it."""
    asked = max((one.at for one in told if not one.by_us and one.at <= at), default=None)
    done = [c.ended_at for c in book.clocks if c.metric == Metric.RESOLUTION and c.ended_at and c.ended_at <= at]
    last = max(
        [*((when, status) for when, status in turns if when <= at), *((when, "") for when in done)], default=None
    )
    return last is None or (asked is not None and asked >= last[0]) or last[1] in (Status.NEW, Status.OPEN)


def _stopped_by_waiting(book: Book) -> list[str]:
    return [metric for metric, statuses in book.stops.items() if Status.PENDING in statuses]


def _wait(book: Book, since: datetime, until: datetime | None, *, metrics: Iterable[str]) -> None:
    stopped = list(metrics)
    if stopped and (until is None or since < until):
        book.pauses.append(Pause(status=Status.PENDING, metrics=stopped, since=since, until=until, changed=True))


def _by_answer(pause: Pause, answers: Iterable[datetime]) -> bool:
    return pause.status == Status.PENDING and pause.since in answers


def _covers(pause: Pause, at: datetime, *, after: bool = False) -> bool:
    begun = pause.since < at if after else pause.since <= at
    return begun and (pause.until is None or at < pause.until)

"""When is which answer due? Pure: no queries, no clock of its own. In words: docs/rules.md.

A `Book` is the clocks of one ticket. Every verb below takes the moment it happened (the message's own time) and
returns nothing; what changed is read from the changed clocks afterwards. What reaches us so late that it changes a
promise long kept or missed makes the book `disturbed`: then the promises of answers are told anew (retelling.py), and
what stood still (standing_still.py) where it is `late`.
"""

from collections.abc import Collection
from datetime import datetime

from tickets.choices import Metric, Status
from tickets.promises.book import (
    WHOLE,
    Book,
    Clock,
    Pause,
    Said,
    due_after,
    end,
    let_go,
    move,
    promise,
    withdraw,
)


def customer_wrote(book: Book, at: datetime) -> None:
    """The first unanswered message starts the promise of an answer; a late, older one moves its start back."""
    book.heard.append(Said(at, by_us=False))
    book.late |= bool(book.stops) and _stood_since(book, at)
    if book.answered_at is None or at > book.answered_at:
        book.asked.append(at)
        _promise_answer(book, at)
    else:
        book.replied = book.disturbed = True
        book.late |= bool(book.stops)
    if not any(c.metric == Metric.RESOLUTION for c in book.clocks):
        promise(book, Metric.RESOLUTION, at)
    elif (resolution := book.running(Metric.RESOLUTION)) is not None and at < resolution.started_at:
        move(book, resolution, at)


def we_answered(book: Book, at: datetime) -> None:
    """Ends the running promise of an answer, unless the answer is older than what it would answer.

    An answer that reaches us late leaves unanswered what was asked after it: that is promised a next reply. One that
    was still on its way when somebody resolved the ticket judges the promise that ended with the resolution; so does
    one that was out before that, and that we hear of only now: what was asked after it fell with the resolution.
    """
    book.heard.append(Said(at, by_us=True))
    late = book.answered_at is not None and at < book.answered_at
    book.disturbed |= late
    book.late |= bool(book.stops) and (late or any(asked > at for asked in book.asked) or _stood_since(book, at))
    book.replied |= any(asked <= at for asked in book.asked)
    running, judged = book.awaited, answered_by(book, at)
    fell_at = judged.ended_at if judged is not None else None
    if judged is not None:
        end(book, judged, at)
        book.asked = [asked for asked in book.asked if asked > at]
    if book.answered_at is None or at > book.answered_at:
        book.answered_at = at
        book.asked = [asked for asked in book.asked if asked > at]
    if judged is not None and book.asked:
        _owe_after(book, running if running is not judged else None, fell_at=fell_at)


def answered_by(book: Book, at: datetime) -> Clock | None:
    """The promise that an answer of then judges: the running one, or that which fell with a resolution."""
    running = book.awaited
    return running if running is not None and at >= running.started_at else _fallen(book, at)


def _owe_after(book: Book, running: Clock | None, *, fell_at: datetime | None) -> None:
    """What was asked after that answer is promised a next reply; what fell with a resolution before we heard of the
    answer (`fell_at`) fell so. A first reply that was promised since (`running`) is a next one as well."""
    start = min(book.asked)
    if fell_at is None or start <= fell_at:
        after = promise(book, Metric.NEXT_RESPONSE, start)
        if after is not None and fell_at is not None:
            end_unanswered(book, after, fell_at)
    if running is not None and running.metric == Metric.FIRST_RESPONSE:
        let_go(running)
        promise(book, Metric.NEXT_RESPONSE, running.started_at)


def _stood_since(book: Book, at: datetime) -> bool:
    return any(end is not None and end > at for pause in book.pauses for end in (pause.since, pause.until))


def _fallen(book: Book, at: datetime) -> Clock | None:
    """The promise of an answer that ended when the ticket was last resolved, where that answer only came then."""
    lapsed = {c.ended_at for c in book.clocks if c.metric == Metric.RESOLUTION and c.met is None}
    found = [
        (clock.ended_at, clock.started_at, clock)
        for clock in book.clocks
        if clock.metric != Metric.RESOLUTION and clock.ended_at is not None and clock.started_at <= at
    ]
    last = max(found, key=lambda one: one[:2], default=None)
    if last is None or last[0] in lapsed or not fell_away(book, last[2]):
        return None
    return last[2] if any(asked <= at for asked in book.asked) else None


def is_behind(book: Book, clock: Clock) -> bool:
    """A promise to what was asked before our latest answer, which did not answer it: after a merge there may be one."""
    if clock.metric == Metric.RESOLUTION or clock.met or book.answered_at is None:
        return False
    return clock.started_at <= book.answered_at and (clock.ended_at is None or clock.ended_at > book.answered_at)


def fell_away(book: Book, clock: Clock) -> bool:
    """Whether the promise of an answer ended because its ticket was resolved: unjudged, or late by then.

    One that is promised no more ends unjudged as well, at the moment at which it was due: where both moments are one, a
    resolution has to have ended with it. So it has with one that was late, unless an answer ended that.
    """
    if clock.ended_at is None or clock.met:
        return False
    resolved = {c.ended_at for c in book.clocks if c.metric == Metric.RESOLUTION and c.met is not None}
    unjudged = clock.met is None and clock.ended_at != clock.due_at
    return unjudged or clock.ended_at in resolved


def ticket_resolved(book: Book, at: datetime) -> None:
    """Resolution is kept or missed. A promised answer that has not come is missed if it was late by then; else it falls
    away, unjudged. Should it come after all, it judges the promise."""
    for clock in book.clocks:
        if clock.ended_at is not None:
            continue
        if clock.metric == Metric.RESOLUTION:
            end(book, clock, at)
        else:
            end_unanswered(book, clock, at)


def end_unanswered(book: Book, clock: Clock, at: datetime) -> None:
    """The promise of an answer, with its ticket: missed where it was late by then; else it falls away, unjudged."""
    if clock.paused_at is None and clock.due_at < at:
        end(book, clock, at)
    else:
        withdraw(clock, at)


def ticket_lapsed(book: Book, at: datetime) -> None:
    """It ended without being settled (it was ignored, nobody took it up, or its content had to go): no promise was kept
    by that, and none missed."""
    for clock in book.clocks:
        if clock.ended_at is None:
            withdraw(clock, at)


def ticket_was_none(book: Book, at: datetime) -> None:
    """What was said on it belongs to another ticket, which is told all of it: nothing is judged here, or one question
    would count twice."""
    ticket_lapsed(book, at)
    for clock in book.clocks:
        if clock.met is not None:
            clock.met, clock.changed = None, True


def ticket_aged(book: Book, at: datetime) -> None:
    """It ended by its age alone: no promise was kept by that. One that was late by then stays missed; of the others
    nothing is judged."""
    for clock in book.clocks:
        if clock.ended_at is None:
            end_unanswered(book, clock, at)


def ticket_reopened(book: Book, at: datetime) -> None:
    """The customer brought it back: a new promise of resolution from that moment."""
    if book.running(Metric.RESOLUTION) is None:
        promise(book, Metric.RESOLUTION, at)


def retarget(book: Book, *, at: datetime, anew: bool = False) -> None:
    """The promises changed (other priority, other policy): running clocks keep their start and get the new length.

    A promise that no longer exists ends unjudged, and is owed again once there is one again; one that is new starts
    with the next message it speaks of. One that ran out by then (`at`) stays as it was given: no choice of a longer
    time takes back that it was late. `anew`: the same length is reckoned again too, for the hours it runs in may be
    others.
    """
    for clock in book.clocks:
        if clock.ended_at is not None or _ran_out(book, clock, at):
            continue
        minutes = book.targets.get(clock.metric)
        if minutes is None:
            withdraw(clock, clock.due_at)
        elif anew or (minutes, book.policy, book.priority) != (clock.minutes, clock.policy, clock.priority):
            _give_anew(book, clock, minutes, at)
    if not book.done:
        _owe_again(book, at)


def _ran_out(book: Book, clock: Clock, at: datetime) -> bool:
    """One that was over when its length was chosen is late by that choice alone, and another choice takes it back,
    until the length of before has run out too."""
    firm = clock.firm_minutes
    over = clock.due_at if firm is None else max(clock.due_at, due_after(book, clock, share=WHOLE, minutes=firm))
    return clock.paused_at is None and over < at


def _owe_again(book: Book, at: datetime) -> None:
    """The latest promise of each kind, where it fell away unjudged though what it promised never came."""
    for metrics in ((Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE), (Metric.RESOLUTION,)):
        found = [clock for clock in book.clocks if clock.metric in metrics]
        # After a merge that may be one from before our latest answer.
        last = max(found, key=lambda c: (c.ended_at is None, is_behind(book, c), c.started_at), default=None)
        if last is None or last.ended_at is None or last.met is not None or last.metric not in book.targets:
            continue
        if last.metric == Metric.RESOLUTION or book.asked:
            last.ended_at = None
            _give_anew(book, last, book.targets[last.metric], at)


def _give_anew(book: Book, clock: Clock, minutes: int, at: datetime) -> None:
    """What is done at shares of its time that are still to come is done when they come, also a second time."""
    before = clock.firm_minutes or clock.minutes
    clock.minutes, clock.policy, clock.calendar = minutes, book.policy, book.calendar
    clock.priority = book.priority
    move(book, clock, clock.started_at)
    clock.firm_minutes = before if clock.due_at <= at and before > minutes else None
    passed = (s for s in {*book.steps.get(clock.metric, ()), WHOLE} if due_after(book, clock, share=s) <= at)
    clock.reached = min(clock.reached, max(passed, default=0))


def status_became(book: Book, status: Status, at: datetime, *, reason: str = "", by: int | None = None) -> None:
    """Running promises stand still in some statuses, and go on with what is left of their time in the others."""
    pause = next((pause for pause in book.pauses if pause.until is None), None)
    if pause is not None and pause.status == status:
        return
    touched = set(pause.metrics) if pause is not None else set()
    if pause is not None:
        pause.until, pause.changed = max(pause.since, at), True
    if stopped := [metric for metric, statuses in book.stops.items() if status in statuses]:
        book.pauses.append(Pause(status=status, metrics=stopped, since=at, reason=reason, by=by, changed=True))
    for clock in book.clocks:
        if clock.ended_at is None and clock.metric in touched.union(stopped):
            move(book, clock, clock.started_at)


def end_sooner(book: Book, asked: Collection[datetime]) -> None:
    """What waited for the customer went on with the first of what they wrote since, in whatever order that reaches us:
    of `asked` one ended it."""
    for pause in book.pauses:
        if pause.until is None or pause.until not in asked:
            continue
        first = min(at for at in asked if at > pause.since)
        if first < pause.until:
            pause.until, pause.changed = first, True
            for clock in book.clocks:
                if clock.ended_at is None and clock.metric in pause.metrics:
                    move(book, clock, clock.started_at)


def _promise_answer(book: Book, at: datetime) -> None:
    waiting = book.awaited
    if waiting is None:
        promise(book, Metric.NEXT_RESPONSE if book.replied else Metric.FIRST_RESPONSE, at)
    elif at < waiting.started_at:
        move(book, waiting, at)

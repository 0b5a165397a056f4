"""When every promise is due, and which were kept: asking the wall clock for every single minute."""

from datetime import datetime

from bench.week.recount.ledger import WAITING, Desk, Pause, Promise, Ticket
from bench.week.world import PRIORITIES


def ask(desk: Desk, ticket: Ticket, at: datetime) -> None:
    if ticket.status == "ignored":
        return
    if ticket.answered is not None and at <= ticket.answered:
        return  # answered by what we said after it
    waiting = ticket.running("first_response", "next_response")
    if not waiting:
        answered = ticket.answered is not None and ticket.opened <= ticket.answered
        begin(desk, ticket, "next_response" if answered else "first_response", at)
    elif at < waiting[0].start:
        waiting[0].start = at
    if not any(one.metric == "resolution" for one in ticket.promises):
        begin(desk, ticket, "resolution", at)
    for one in ticket.running("resolution"):
        one.start = min(at, one.start)
    _go_on(desk, ticket, at)
    reckon(desk, ticket)


def _go_on(desk: Desk, ticket: Ticket, at: datetime) -> None:
    """What waited for the customer goes on when they wrote, at the first of what they wrote."""
    if ticket.status in WAITING:
        turn(desk, ticket, "open", at, by_customer=True)
    for pause in ticket.pauses:
        if pause.by_customer and pause.until is not None and pause.since < at < pause.until:
            pause.until = at


def turn(desk: Desk, ticket: Ticket, after: str, at: datetime, *, by_customer: bool = False) -> None:
    for pause in ticket.pauses:
        if pause.until is None:
            pause.until, pause.by_customer = max(at, pause.since), by_customer
    ticket.status = after
    if after in ticket.account.pauses:
        ticket.pauses.append(Pause(ticket.account.pauses[after], at, status=after))
    reckon(desk, ticket)


def raise_to(desk: Desk, ticket: Ticket, priority: str, at: datetime) -> None:
    """What ran out by then stays as it was promised; so does what had run out by the length of before."""
    ticket.priority = priority
    for one in ticket.running():
        assert one.due is not None
        before = one.firm or one.minutes
        if max(one.due, _at_length(desk, ticket, one, before)) < at and not _stands_still(ticket, one, one.due):
            continue
        one.minutes = _minutes(ticket, one.metric)
        one.due = _after(desk, ticket, one, 100)
        one.firm = before if one.due <= at and before > one.minutes else None
    reckon(desk, ticket)


def _at_length(desk: Desk, ticket: Ticket, promise: Promise, minutes: int) -> datetime:
    return _after(desk, ticket, Promise(promise.metric, minutes, promise.start), 100)


def _stands_still(ticket: Ticket, promise: Promise, due: datetime) -> bool:
    still = [pause for pause in ticket.pauses if pause.until is None and promise.metric in pause.metrics]
    return any(max(pause.since, promise.start) < due for pause in still)


def _minutes(ticket: Ticket, metric: str) -> int:
    return ticket.account.promises[metric][PRIORITIES.index(ticket.priority)]


def shares(ticket: Ticket, promise: Promise) -> list[int]:
    """Whatever the steps: that the whole time is used up is always told."""
    return sorted({100, *ticket.account.steps.get("", {}), *ticket.account.steps.get(promise.metric, {})})


def begin(desk: Desk, ticket: Ticket, metric: str, at: datetime) -> None:
    ticket.promises.append(Promise(metric, _minutes(ticket, metric), at))
    reckon(desk, ticket)


def end(desk: Desk, ticket: Ticket, promise: Promise, at: datetime) -> None:
    promise.due = _after(desk, ticket, promise, 100, until=at)
    promise.end, promise.kept = at, at <= promise.due


def reckon(desk: Desk, ticket: Ticket) -> None:
    """When the running promises are due, and when something is to be done about each next."""
    for one in ticket.running():
        one.due = _after(desk, ticket, one, 100)
        share = next((share for share in shares(ticket, one) if share > one.reached), None)
        one.next_step = None if share is None else _after(desk, ticket, one, share)
        for pause in ticket.pauses:
            if pause.until is None and one.metric in pause.metrics and one.next_step is not None:
                since = max(pause.since, one.start)
                one.next_step = None if since < min(one.due, one.next_step) else one.next_step


def _after(desk: Desk, ticket: Ticket, promise: Promise, share: int, *, until: datetime | None = None) -> datetime:
    """A pause without an end counts up to `until`."""
    ended = ((one.since, one.until or until) for one in ticket.pauses if promise.metric in one.metrics)
    still = tuple((since, end) for since, end in ended if end is not None and since < end)
    seconds = promise.minutes * 60 * share // 100
    return desk.hours[ticket.account.key].after(promise.start, seconds, still)

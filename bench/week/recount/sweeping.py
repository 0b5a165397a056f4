"""What the clock does: it takes the steps that are due, brings back what was put aside, and gives out what waits."""

from bench.week.recount.handing import hand_out
from bench.week.recount.ledger import Desk, Entry, Promise, Ticket
from bench.week.recount.promises import raise_to, reckon, shares
from bench.week.world import PRIORITIES


def sweep(desk: Desk, entry: Entry) -> None:
    at, moved = entry["at"], []
    for ticket in desk.tickets:
        before = ticket.queue
        _step_on(desk, ticket, entry)
        if ticket.queue != before:
            moved.append(ticket)
    hand_out(desk, moved, at)
    for ticket in desk.tickets:
        if ticket.aside is not None and ticket.aside <= at:
            ticket.aside = None
            desk.counts["brought back by time"] += 1
    hand_out(desk, desk.tickets, at)


def _step_on(desk: Desk, ticket: Ticket, entry: Entry) -> None:
    """Every step whose moment has come, of every running promise; a raised priority may bring more. What one promise's
    do together counts once, as the last of them."""
    last: dict[str, int] = {}
    raised: set[str] = set()
    while due := [one for one in ticket.running() if one.next_step is not None and one.next_step <= entry["at"]]:
        highest = ticket.priority
        for one in due:
            share = min(s for s in shares(ticket, one) if s > one.reached)
            one.reached = share
            last[one.metric] = share
            before, highest = highest, _step(ticket, one, share, highest)
            raised |= {one.metric} if highest != before else set()
        if highest != ticket.priority:
            raise_to(desk, ticket, highest, entry["at"])
        reckon(desk, ticket)
    desk.steps.update(last.items())
    desk.raised += len(raised)


def _step(ticket: Ticket, promise: Promise, share: int, highest: str) -> str:
    for metric in ("", promise.metric):
        priority, queue = ticket.account.steps.get(metric, {}).get(share, ("", ""))
        if priority and PRIORITIES.index(priority) > PRIORITIES.index(highest):
            highest = priority
        ticket.queue = queue or ticket.queue
    return highest

"""Who must have been given each ticket, and who was passed for which reason: looked for one ticket after the other,
among all agents, with everything they have in hand counted anew each time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

from bench.week.recount.ledger import Desk, Entry, Gift, Ticket
from bench.week.world import AGENTS, DESK_LIMIT, LANGUAGES, LIMITS, QUEUES

SEEN = timedelta(minutes=5)  # so long somebody who was heard of is there
MOST_PASSED = 3


def here(desk: Desk, entry: Entry) -> None:
    for name in entry["who"]:
        desk.seen[name] = entry["at"]


def away(desk: Desk, entry: Entry) -> None:
    desk.away.add(entry["who"])


def back(desk: Desk, entry: Entry) -> None:
    desk.away.remove(entry["who"])


def heard(desk: Desk, entry: Entry) -> None:
    """A batch is in. What is nobody's is given out, and what came back to somebody who is not there."""
    hand_out(desk, desk.touched, entry["at"], came_back=desk.reopened)
    desk.touched, desk.reopened = [], []


def hand_out(desk: Desk, tickets: Iterable[Ticket], at: datetime, *, came_back: Iterable[Ticket] = ()) -> None:
    """What is due first, then what is promised nothing, the older first."""
    free = {one for one in tickets if one.owner is None} | {
        one for one in came_back if not _is_there(desk, one.owner, at)
    }
    for ticket in sorted((one for one in free if one.in_hand), key=lambda one: _place(desk, one)):
        found = _choose(desk, ticket, at)
        if found is not None:
            how, name, passed = found
            desk.gifts.append(Gift(desk.tickets.index(ticket), how, ticket.owner, name, passed, at))
            turns = desk.turns.setdefault(ticket.queue, [])
            desk.turns[ticket.queue] = [*(one for one in turns if one != name), name]
            ticket.owner = name


def _place(desk: Desk, ticket: Ticket) -> tuple[bool, float, int]:
    stands = {metric for pause in ticket.pauses if pause.until is None for metric in pause.metrics}
    dues = [one.due for one in ticket.running() if one.due is not None and one.metric not in stands]
    return not dues, min(dues).timestamp() if dues else 0, desk.tickets.index(ticket)


def _choose(desk: Desk, ticket: Ticket, at: datetime) -> tuple[str, str, list[tuple[str, str]]] | None:
    """Whom the customer knows, then the next in the queue's own order; with who would have been before them."""
    mode, sticky, _ = QUEUES[ticket.queue]
    line = sorted(AGENTS, key=lambda name: (_rank(desk, ticket, name, mode), _turn(desk, ticket, name), _number(name)))
    known = desk.regulars.get(ticket.person) if sticky else None
    passed: list[tuple[str, str]] = []
    for how, name in [*([("sticky", known[-1])] if known else []), *((mode, name) for name in line)]:
        why = _hindrance(desk, ticket, name, at)
        if why is None:
            return how, name, passed[:MOST_PASSED]
        if (name, why) not in passed:
            passed.append((name, why))
    return None


def _hindrance(desk: Desk, ticket: Ticket, name: str, at: datetime) -> str | None:
    limit = _limit(ticket.queue, name)
    if any(name not in LANGUAGES[language] for language in ticket.needs):
        return "skills"
    if name in desk.away:
        return "away"
    if not _is_there(desk, name, at):
        return "unseen"
    return "full" if limit is not None and _load(desk, name) >= limit else None


def _is_there(desk: Desk, name: str | None, at: datetime) -> bool:
    seen = desk.seen.get(name or "")
    return name is not None and name not in desk.away and seen is not None and at - seen < SEEN


def _limit(queue: str, name: str) -> int | None:
    """The first that is said: the person's, the queue's, the desk's; 0 says that there is none."""
    said = next(limit for limit in (LIMITS[name], QUEUES[queue][2], DESK_LIMIT) if limit is not None)
    return said or None


def _load(desk: Desk, name: str) -> int:
    return sum(one.owner == name and one.in_hand for one in desk.tickets)


def _rank(desk: Desk, ticket: Ticket, name: str, mode: str) -> Fraction:
    """In turns nobody is before anybody; by load whose share in hand is smallest."""
    if mode == "round_robin":
        return Fraction(0)
    limits = [limit for one in AGENTS if (limit := _limit(ticket.queue, one)) is not None]
    return Fraction(_load(desk, name), _limit(ticket.queue, name) or max(limits, default=1))


def _turn(desk: Desk, ticket: Ticket, name: str) -> int:
    """Whose last turn is longest ago; who had none is first."""
    turns = desk.turns.get(ticket.queue, [])
    return turns.index(name) if name in turns else -1


def _number(name: str) -> int:
    return list(AGENTS).index(name)

"""The same figures from the raw log alone: slow, obvious, and without a line of the desk's code.

A ticket is told again from the first thing said on. What a rule says is written here as docs/rules.md words it.
"""

import copy
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bench.week.hours import Hours
from bench.week.world import ACCOUNTS, PRIORITIES, Account

DONE = ("resolved", "closed", "ignored")
WAITING = ("pending", "on_hold")
Entry = dict[str, Any]


@dataclass(slots=True)
class Promise:
    metric: str
    minutes: int
    start: datetime
    due: datetime | None = None
    end: datetime | None = None
    kept: bool | None = None
    reached: int = 0
    next_step: datetime | None = None


@dataclass(slots=True)
class Pause:
    metrics: tuple[str, ...]
    since: datetime
    until: datetime | None = None
    status: str = ""
    by_customer: bool = False  # it ended with what the customer wrote


@dataclass(slots=True)
class Ticket:
    account: Account
    opened: datetime
    status: str = "new"
    priority: str = "normal"
    queue: str = "support"
    answered: datetime | None = None
    promises: list[Promise] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    merged: bool = False
    aside: datetime | None = None  # until then it is put aside

    def running(self, *metrics: str) -> list[Promise]:
        return [one for one in self.promises if one.end is None and (not metrics or one.metric in metrics)]


@dataclass(slots=True)
class Desk:
    """Everything as far as the log has been read."""

    hours: dict[str, Hours] = field(default_factory=lambda: {one.key: Hours(one) for one in ACCOUNTS})
    tickets: list[Ticket] = field(default_factory=list)
    home: dict[str, Ticket] = field(default_factory=dict)  # message → its ticket
    latest_private: dict[tuple[str, str], Ticket] = field(default_factory=dict)
    before: dict[int, Any] = field(default_factory=dict)  # merge → how all stood before it
    since: dict[int, list[Entry]] = field(default_factory=dict)  # what was said after a merge that may be undone
    counts: Counter[str] = field(default_factory=Counter)
    steps: Counter[tuple[str, int]] = field(default_factory=Counter)
    raised: int = 0
    heard: set[str] = field(default_factory=set)
    answered: dict[str, str] = field(default_factory=dict)  # message → what it answers, of those heard
    all_answers: dict[str, str] = field(default_factory=dict)  # the same of all
    sheets: dict[str, tuple[str, str]] = field(default_factory=dict)  # who wrote, and to which message
    answers: Counter[str] = field(default_factory=Counter)


def recount(log: Iterable[Entry]) -> Desk:
    desk, log = Desk(), list(log)
    desk.all_answers = {entry["id"]: entry["answers"] for entry in log if entry["do"] == "said"}
    for entry in log:
        _DO[entry["do"]](desk, entry)
    return desk


def said(desk: Desk, entry: Entry) -> None:
    """A message comes to the ticket of what it answers; in private to the customer's own. What is told twice counts
    once."""
    if entry["id"] in desk.heard:
        desk.counts["told again"] += 1
        return
    for noted in desk.since.values():
        noted.append(entry)
    desk.heard.add(entry["id"])
    account = next(one for one in ACCOUNTS if one.key == entry["account"])
    person, at = (entry["account"], entry["person"]), entry["at"]
    desk.answered[entry["id"]] = entry["answers"]
    links = [desk.latest_private.get(person)] if entry["private"] else _links(desk, entry)
    lively = (one for one in links if one is not None and not _ends(one))
    ticket = next(lively, next((one for one in links if one is not None), None))
    desk.counts[f"messages to {account.name}"] += 1
    over = ticket is not None and ticket.status in ("resolved", "closed")
    if ticket is not None and _ends(ticket):
        desk.counts["followed up"] += 1
        ticket = None
    if ticket is None:
        ticket = Ticket(account, at)
        desk.tickets.append(ticket)
    elif over:
        desk.counts["reopened"] += 1
        _status(desk, ticket, "open", at)
        if not ticket.running("resolution"):
            _promise(desk, ticket, "resolution", at)
    elif ticket.aside is not None:
        ticket.aside = None
        desk.counts["brought back by message"] += 1
    desk.home[entry["id"]] = ticket
    if entry["private"]:
        desk.latest_private[person] = ticket
    ticket.opened = min(ticket.opened, at)
    _ask(desk, ticket, at)


def _ends(ticket: Ticket) -> bool:
    """What is said to it is followed up elsewhere."""
    follows = ticket.account.after_resolution == "follow_up"
    return ticket.status == "closed" or (ticket.status == "resolved" and follows)


def _links(desk: Desk, entry: Entry) -> list[Ticket | None]:
    """The ticket of what it answers (or, while that has not reached us, of what that answers), then that of an answer
    to it that came first."""
    key = entry["answers"]
    while key and key not in desk.home:
        key = desk.all_answers.get(key, "")
    children = [child for child, answered in desk.answered.items() if answered == entry["id"]]
    return [desk.home.get(key), *(desk.home.get(child) for child in children)]


def _ask(desk: Desk, ticket: Ticket, at: datetime) -> None:
    if ticket.status == "ignored":
        return
    if ticket.answered is not None and at <= ticket.answered:
        return  # answered by what we said after it
    waiting = ticket.running("first_response", "next_response")
    if not waiting:
        answered = ticket.answered is not None and ticket.opened <= ticket.answered
        _promise(desk, ticket, "next_response" if answered else "first_response", at)
    elif at < waiting[0].start:
        waiting[0].start = at
    if not any(one.metric == "resolution" for one in ticket.promises):
        _promise(desk, ticket, "resolution", at)
    for one in ticket.running("resolution"):
        one.start = min(at, one.start)
    _go_on(desk, ticket, at)
    _reckon(desk, ticket)


def _go_on(desk: Desk, ticket: Ticket, at: datetime) -> None:
    """What waited for the customer goes on when they wrote, at the first of what they wrote."""
    if ticket.status in WAITING:
        _status(desk, ticket, "open", at, by_customer=True)
    for pause in ticket.pauses:
        if pause.by_customer and pause.until is not None and pause.since < at < pause.until:
            pause.until = at


def carried(desk: Desk, entry: Entry) -> None:
    """An answer is out. It is the ticket's of what it answers, and ends the promise of an answer."""
    by, answered = desk.sheets[entry["sheet"]]
    ticket, at = desk.home[answered], entry["at"]
    desk.home[entry["id"]] = ticket
    desk.answers[by] += 1
    desk.counts[f"messages out of {ticket.account.name}"] += 1
    for one in ticket.running("first_response", "next_response"):
        if at >= one.start:
            _end(desk, ticket, one, at)
    ticket.answered = max(at, ticket.answered or at)
    if ticket.status in ("new", "open"):
        _status(desk, ticket, "pending", at)
    _reckon(desk, ticket)


def pressed(desk: Desk, entry: Entry) -> None:
    desk.home[entry["to"]].aside = None
    desk.sheets[entry["sheet"]] = entry["by"], entry["to"]


def taken_back(desk: Desk, entry: Entry) -> None:
    desk.counts["taken back"] += 1


def status(desk: Desk, entry: Entry) -> None:
    ticket, at = desk.home[entry["of"]], entry["at"]
    ticket.aside = None
    _status(desk, ticket, entry["to"], at)
    desk.counts[f"set {entry['to']}"] += 1
    if entry["to"] in DONE:
        for one in ticket.running():
            if one.metric == "resolution":
                _end(desk, ticket, one, at)
            else:
                one.end = at
    _reckon(desk, ticket)


def _status(desk: Desk, ticket: Ticket, after: str, at: datetime, *, by_customer: bool = False) -> None:
    for pause in ticket.pauses:
        if pause.until is None:
            pause.until, pause.by_customer = max(at, pause.since), by_customer
    ticket.status = after
    if after in ticket.account.pauses:
        ticket.pauses.append(Pause(ticket.account.pauses[after], at, status=after))
    _reckon(desk, ticket)


def merged(desk: Desk, entry: Entry) -> None:
    """Of the running promises of each kind the one due first goes on; the emptied ticket is closed."""
    home, other, at = desk.home[entry["into"]], desk.home[entry["of"]], entry["at"]
    if entry["undone"]:
        desk.before[entry["n"]] = copy.deepcopy((home, other)), home, other, dict(desk.home)
        desk.since[entry["n"]] = []
    desk.counts["merged"] += 1
    rising = max(home.priority, other.priority, key=PRIORITIES.index)
    if rising != home.priority:
        _raise(desk, home, rising)
    statuses = {home.status, other.status}
    after = "new" if statuses == {"new"} else "open" if statuses & {"new", "open"} else home.status
    for metrics in (("first_response", "next_response"), ("resolution",)):
        _carry(desk, home, other, metrics, at)
    for message, ticket in desk.home.items():
        if ticket is other:
            desk.home[message] = home
    if other.answered is not None:
        home.answered = max(other.answered, home.answered or other.answered)
    home.opened = min(home.opened, other.opened)
    if after != home.status:
        _status(desk, home, after, at)
    for one in other.running():
        one.end = at
    other.status, other.merged = "closed", True
    _reckon(desk, home)


def _carry(desk: Desk, home: Ticket, other: Ticket, metrics: Sequence[str], at: datetime) -> None:
    ours, theirs = home.running(*metrics), other.running(*metrics)
    if not theirs or (ours and _due_by(home, ours[0], at) <= _due_by(other, theirs[0], at)):
        return
    for one in ours:
        one.end = at
    first = theirs[0]
    home.promises.append(Promise(first.metric, first.minutes, first.start, reached=first.reached))
    for pause in home.pauses:
        pause.metrics = tuple(metric for metric in pause.metrics if metric != first.metric)
    for pause in other.pauses:
        if first.metric in pause.metrics:
            home.pauses.append(Pause((first.metric,), pause.since, pause.until or at))


def _due_by(ticket: Ticket, promise: Promise, at: datetime) -> datetime:
    assert promise.due is not None
    since = [one.since for one in ticket.pauses if one.until is None and promise.metric in one.metrics]
    return promise.due + max(at - max(since[0], promise.start), timedelta()) if since else promise.due


def unmerged(desk: Desk, entry: Entry) -> None:
    """As if it had not been: both stand as before, and what was said since comes to where it belongs."""
    (was_home, was_other), home, other, messages = desk.before.pop(entry["n"])
    for ticket, was in ((home, was_home), (other, was_other)):
        for name in Ticket.__slots__:
            setattr(ticket, name, getattr(was, name))
    desk.home = messages
    desk.counts["undone"] += 1
    for message in desk.since.pop(entry["n"]):
        desk.heard.discard(message["id"])
        account = next(one for one in ACCOUNTS if one.key == message["account"])
        desk.counts[f"messages to {account.name}"] -= 1
        said(desk, message)


def split(desk: Desk, entry: Entry) -> None:
    """The message opens a ticket of its own with the same priority, promised from when it was said."""
    source, at = desk.home[entry["message"]], entry["said"]
    desk.counts["split"] += 1
    fresh = Ticket(source.account, at, priority=source.priority, queue=source.queue)
    desk.tickets.append(fresh)
    desk.home[entry["message"]] = fresh
    _ask(desk, fresh, at)


def put_aside(desk: Desk, entry: Entry) -> None:
    """Promises run on. It comes back at its moment, or when the customer writes; or, when another agent's answer was on
    its way at that moment, with what comes of that."""
    desk.home[entry["of"]].aside = entry["until"]
    desk.counts["put aside"] += 1


def sweep(desk: Desk, entry: Entry) -> None:
    """Every step whose moment has come, of every running promise; a raised priority may bring more."""
    at = entry["at"]
    for ticket in desk.tickets:
        if ticket.aside is not None and ticket.aside <= at:
            ticket.aside = None
            desk.counts["brought back by time"] += 1
        while due := [one for one in ticket.running() if one.next_step is not None and one.next_step <= at]:
            highest = ticket.priority
            for one in due:
                share = min(s for s in _shares(ticket, one) if s > one.reached)
                one.reached = share
                desk.steps[one.metric, share] += 1
                highest = _step(desk, ticket, one, share, highest)
            if highest != ticket.priority:
                _raise(desk, ticket, highest)
            _reckon(desk, ticket)


def _step(desk: Desk, ticket: Ticket, promise: Promise, share: int, highest: str) -> str:
    for metric in ("", promise.metric):
        priority, queue = ticket.account.steps.get(metric, {}).get(share, ("", ""))
        if priority and PRIORITIES.index(priority) > PRIORITIES.index(highest):
            highest = priority
            desk.raised += 1
        ticket.queue = queue or ticket.queue
    return highest


def _raise(desk: Desk, ticket: Ticket, priority: str) -> None:
    ticket.priority = priority
    for one in ticket.running():
        one.minutes = _minutes(ticket, one.metric)
    _reckon(desk, ticket)


def _minutes(ticket: Ticket, metric: str) -> int:
    return ticket.account.promises[metric][PRIORITIES.index(ticket.priority)]


def _shares(ticket: Ticket, promise: Promise) -> list[int]:
    return sorted({*ticket.account.steps.get("", {}), *ticket.account.steps.get(promise.metric, {})})


def _promise(desk: Desk, ticket: Ticket, metric: str, at: datetime) -> None:
    ticket.promises.append(Promise(metric, _minutes(ticket, metric), at))
    _reckon(desk, ticket)


def _end(desk: Desk, ticket: Ticket, promise: Promise, at: datetime) -> None:
    promise.due = _after(desk, ticket, promise, 100, until=at)
    promise.end, promise.kept = at, at <= promise.due


def _reckon(desk: Desk, ticket: Ticket) -> None:
    """When the running promises are due, and when something is to be done about each next."""
    for one in ticket.running():
        one.due = _after(desk, ticket, one, 100)
        share = next((share for share in _shares(ticket, one) if share > one.reached), None)
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


_DO = {
    "said": said,
    "pressed": pressed,
    "taken back": taken_back,
    "carried": carried,
    "status": status,
    "merged": merged,
    "unmerged": unmerged,
    "split": split,
    "put aside": put_aside,
    "sweep": sweep,
}

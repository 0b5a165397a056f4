"""What agents make one of, part, or put aside."""

import copy
from collections.abc import Sequence
from datetime import datetime, timedelta

from bench.week.recount.ledger import DONE, Desk, Entry, Pause, Promise, Ticket
from bench.week.recount.promises import ask, reckon, turn
from bench.week.recount.talks import said
from bench.week.world import ACCOUNTS, PRIORITIES


def merged(desk: Desk, entry: Entry) -> None:
    """Of the running promises of each kind the one due first goes on; the emptied ticket is closed."""
    home, other, at = desk.home[entry["into"]], desk.home[entry["of"]], entry["at"]
    if entry["undone"]:
        desk.before[entry["n"]] = copy.deepcopy((home, other)), home, other, dict(desk.home), home.owner or other.owner
        desk.since[entry["n"]] = []
    desk.counts["merged"] += 1
    if other.status not in DONE:
        home.owner, home.needs = home.owner or other.owner, home.needs | other.needs
    home.priority = max(home.priority, other.priority, key=PRIORITIES.index)  # what runs goes on as it was given
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
        turn(desk, home, after, at)
    for one in other.running():
        one.end = at
    other.status, other.merged = "closed", True
    reckon(desk, home)


def _carry(desk: Desk, home: Ticket, other: Ticket, metrics: Sequence[str], at: datetime) -> None:
    ours, theirs = home.running(*metrics), other.running(*metrics)
    if not theirs or (ours and _due_by(home, ours[0], at) <= _due_by(other, theirs[0], at)):
        return
    for one in ours:
        one.end = at
    first = theirs[0]
    home.promises.append(Promise(first.metric, first.minutes, first.start, reached=first.reached, firm=first.firm))
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
    (was_home, was_other), home, other, messages, owner = desk.before.pop(entry["n"])
    if home.owner != owner:
        was_home.owner = home.owner  # given to somebody since
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
    desk.touched, desk.reopened = [], []


def split(desk: Desk, entry: Entry) -> None:
    """The message opens a ticket of its own with the same needs, priority and owner, promised from when it was said."""
    source, at = desk.home[entry["message"]], entry["said"]
    desk.counts["split"] += 1
    fresh = Ticket(source.account, at, source.person, source.needs, priority=source.priority, queue=source.queue)
    fresh.owner = source.owner
    desk.tickets.append(fresh)
    desk.home[entry["message"]] = fresh
    ask(desk, fresh, at)


def put_aside(desk: Desk, entry: Entry) -> None:
    """Promises run on. It comes back at its moment, or when the customer writes; or, when another agent's answer was on
    its way at that moment, with what comes of that."""
    desk.home[entry["of"]].aside = entry["until"]
    desk.counts["put aside"] += 1

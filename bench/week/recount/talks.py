"""What was said: which ticket each message belongs to, and what it does to it."""

from datetime import datetime

from bench.week.recount.handing import hand_out
from bench.week.recount.ledger import DONE, Desk, Entry, Promise, Ticket
from bench.week.recount.promises import ask, begin, end, reckon, turn
from bench.week.world import ACCOUNTS, LANGUAGES


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
    desk.said_in.setdefault(_talk(entry), []).append(entry)
    links = [desk.latest_private.get(person)] if entry["private"] else _links(desk, entry)
    lively = (one for one in links if one is not None and not _ends(one))
    ticket = next(lively, next((one for one in links if one is not None), None))
    desk.counts[f"messages to {account.name}"] += 1
    over = ticket is not None and ticket.status in ("resolved", "closed")
    if ticket is not None and _ends(ticket):
        desk.counts["followed up"] += 1
        ticket = None
    if ticket is None:
        ticket = Ticket(account, at, entry["person"], frozenset({entry["language"]} & LANGUAGES.keys()))
        desk.tickets.append(ticket)
    elif over:
        desk.counts["reopened"] += 1
        desk.reopened.append(ticket)
        turn(desk, ticket, "open", at)
        if not ticket.running("resolution"):
            begin(desk, ticket, "resolution", at)
    elif ticket.aside is not None:
        ticket.aside = None
        desk.counts["brought back by message"] += 1
    desk.home[entry["id"]] = ticket
    desk.touched.append(ticket)
    if entry["private"]:
        desk.latest_private[person] = ticket
    ticket.opened = min(ticket.opened, at)
    ask(desk, ticket, at)


def _ends(ticket: Ticket) -> bool:
    """What is said to it is followed up elsewhere."""
    follows = ticket.account.after_resolution == "follow_up"
    return ticket.status == "closed" or (ticket.status == "resolved" and follows)


def _links(desk: Desk, entry: Entry) -> list[Ticket | None]:
    """The ticket of what it answers (or, while that has not reached us, of what that answers), then that of an answer
    to it that came first, then where the same person's last words in the conversation are."""
    key = entry["answers"]
    while key and key not in desk.home:
        key = desk.all_answers.get(key, "")
    children = [child for child, answered in desk.answered.items() if answered == entry["id"]]
    before = [one for one in desk.said_in[_talk(entry)] if one["id"] != entry["id"]]
    latest = max(before, key=lambda one: one["at"], default={"id": ""})
    return [desk.home.get(key), *(desk.home.get(child) for child in children), desk.home.get(latest["id"])]


def _talk(entry: Entry) -> tuple[str, str]:
    return entry["conversation"], entry["person"]


def carried(desk: Desk, entry: Entry) -> None:
    """An answer is out. It is the ticket's of what it answers, and ends the promise of an answer."""
    by, answered, place = desk.sheets[entry["sheet"]]
    ticket, at = desk.home[answered], entry["at"]
    desk.regulars[ticket.person] = max((at, place, by), desk.regulars.get(ticket.person, (at, -1, "")))
    desk.home[entry["id"]] = ticket
    desk.answers[by] += 1
    desk.counts[f"messages out of {ticket.account.name}"] += 1
    for one in ticket.running("first_response", "next_response") or fallen(ticket, at):
        if at >= one.start:
            end(desk, ticket, one, at)
    ticket.answered = max(at, ticket.answered or at)
    if ticket.status in ("new", "open"):
        turn(desk, ticket, "pending", at)
    reckon(desk, ticket)


def fallen(ticket: Ticket, at: datetime) -> list[Promise]:
    """The reply that ended with the last resolution, where this answer is the first thing that was said since."""
    ended = [one for one in ticket.promises if one.metric != "resolution" and one.end is not None and one.end <= at]
    last = max(ended, key=lambda one: (one.end or at, one.start), default=None)
    if last is None or not last.unanswered or (ticket.answered is not None and ticket.answered >= last.start):
        return []
    return [last]


def pressed(desk: Desk, entry: Entry) -> None:
    """Whoever answers what is nobody's has it, and what is answered is not new any more."""
    ticket = desk.home[entry["to"]]
    ticket.aside, ticket.owner = None, ticket.owner or entry["by"]
    ticket.status = "open" if ticket.status == "new" else ticket.status
    desk.sheets[entry["sheet"]] = entry["by"], entry["to"], len(desk.sheets)


def taken_back(desk: Desk, entry: Entry) -> None:
    desk.counts["taken back"] += 1


def status(desk: Desk, entry: Entry) -> None:
    ticket, at = desk.home[entry["of"]], entry["at"]
    ticket.aside = None
    turn(desk, ticket, entry["to"], at)
    desk.counts[f"set {entry['to']}"] += 1
    if entry["to"] in DONE:
        for one in ticket.running():
            _done(desk, ticket, one, at)
    reckon(desk, ticket)
    hand_out(desk, [ticket], at)


def _done(desk: Desk, ticket: Ticket, promise: Promise, at: datetime) -> None:
    """Ignored, nothing is judged. Else the resolution is, and of the replies those that are late by then."""
    late = promise.due is not None and promise.due < at
    promise.unanswered = promise.metric != "resolution" and ticket.status != "ignored"
    if ticket.status != "ignored" and (promise.metric == "resolution" or late):
        end(desk, ticket, promise, at)
    else:
        promise.end = at

"""How a ticket stands once something that was said went elsewhere, and the last word is ours again: as if that had
never been said there. Pure.

In words: docs/rules.md, "Merging, splitting, moving, linking".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets import sla
from tickets.choices import Status
from tickets.promises.book import Book
from tickets.promises.unresolving import wait_on

TURNS = ("ticket.status", "ticket.aged", "ticket.reopened", "ticket.resumed")


@dataclass(frozen=True, slots=True)
class Turn:
    """A line of history about its status; `after` of what a customer's message did is empty."""

    verb: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stands:
    """`since`: when it was resolved, where it is."""

    status: Status
    since: datetime | None = None


def stands_again(
    turns: Sequence[Turn], *, left: Collection[datetime], answered: datetime, failed: datetime | None = None
) -> Stands | None:
    """Of an open ticket on which nothing is unanswered. `turns`: in the order they were written; `left`: when the
    customer said what went; `answered`, `failed`: our latest answer that stays, and the latest that did not go out.
    None: it is open for another reason, and stays so."""
    if all(at <= answered for at in left) or (failed is not None and failed > answered):
        return None
    last = turns[-1] if turns else None
    if last is None or last.at <= answered:
        return Stands(Status.PENDING)
    if last.verb == "ticket.resumed" and last.at in left:
        return Stands(Status.ON_HOLD)
    if last.verb == "ticket.reopened" and last.at in left:
        resolved = next((turn.at for turn in reversed(turns[:-1]) if turn.after == Status.RESOLVED), last.at)
        return Stands(Status.RESOLVED, since=resolved)
    return None if last.after == Status.OPEN else Stands(Status.PENDING)


def put_back(book: Book, stands: Stands, *, left: Collection[datetime], at: datetime) -> None:
    """Resolved again, what the message had started falls away unjudged; else what stood still until it was said goes on
    standing still."""
    if stands.status == Status.RESOLVED:
        sla.status_became(book, Status.RESOLVED, at)
        sla.ticket_lapsed(book, at)
        book.done = True
        return
    ended = [one.until for one in book.pauses if one.status == stands.status and one.until in left]
    since = max((moment for moment in ended if moment is not None), default=None)
    if since is None or not wait_on(book, stands.status, since=since):
        sla.status_became(book, stands.status, at)

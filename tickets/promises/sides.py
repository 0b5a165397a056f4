"""What is said before tickets are merged and told after it: an answer of before speaks to its own side alone, as it
would have if it had come in order. Pure. In words: docs/rules.md, "Merging, splitting, moving, linking".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets.choices import Metric
from tickets.promises.book import Book, Said, end, move, promise
from tickets.sla import answered_by, end_unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """`side`: the conversation, or in private the handle. `alone`: an answer from before the merge."""

    at: datetime
    by_us: bool
    side: str | int | None
    alone: bool = False


def unanswered(words: Sequence[Word]) -> list[Word]:
    """What the customer asked and nobody answered, in order."""
    return [one for one in sorted(words, key=lambda one: one.at) if not one.by_us and not _is_answered(one, words)]


def we_answered_before(book: Book, at: datetime, words: Sequence[Word]) -> None:
    """A promise stays whose question this did not answer; else it is judged by it, and what is unanswered on another
    side is promised an answer."""
    owed, left = answered_by(book, at), unanswered(words)
    fell_at = owed.ended_at if owed is not None else None
    book.heard.append(Said(at, by_us=True))
    book.answered_at = max(at, book.answered_at or at)
    book.asked = [one.at for one in left]
    if owed is None or any(one.at == owed.started_at for one in left):
        return
    end(book, owed, at)
    after = promise(book, _metric(left[0], words), left[0].at) if left and book.awaited is None else None
    if after is not None and fell_at is not None:
        end_unanswered(book, after, max(fell_at, after.started_at))


def asked_before(book: Book, at: datetime, words: Sequence[Word]) -> None:
    """What is unanswered on its own side is promised an answer, where none is promised; one of the same kind that was
    promised later starts with it."""
    book.heard.append(Said(at, by_us=False))
    left = unanswered(words)
    this = next((one for one in left if one.at == at), None)
    if this is None:
        return
    book.asked.append(at)
    owed = book.awaited
    if owed is None:
        promise(book, _metric(this, words), at)
    elif at < owed.started_at and owed.metric == _metric(this, words):
        move(book, owed, at)


def _is_answered(asked: Word, words: Sequence[Word]) -> bool:
    return any(one.by_us and one.at >= asked.at and (one.side == asked.side or not one.alone) for one in words)


def _metric(asked: Word, words: Sequence[Word]) -> Metric:
    replied = any(one.by_us and one.at < asked.at and one.side == asked.side for one in words)
    return Metric.NEXT_RESPONSE if replied else Metric.FIRST_RESPONSE

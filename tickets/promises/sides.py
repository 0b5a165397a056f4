"""What was said while tickets were apart that are one by now: an answer answers what was asked on the ticket it was
given on, as that was then, and so does what an agent decided there. Pure. In words: docs/rules.md, "Merging, splitting,
moving, linking".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from tickets.choices import Metric
from tickets.promises.book import Book, Said, end, move, promise
from tickets.sla import answered_by, end_unanswered


@dataclass(frozen=True, slots=True)
class Union:
    """From `at` on what was on the tickets `gone` is on `home`."""

    at: datetime
    gone: Collection[int]
    home: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """`origin`: the ticket on which it was said. `decided`: nobody answered, but resolved or ended the ticket."""

    at: datetime
    by_us: bool
    origin: int
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """`unions` in order."""

    words: Sequence[Word]
    unions: Sequence[Union]

    def unanswered(self, *, decided: bool = True) -> list[Word]:
        """What the customer asked and nobody answered, in order. `decided`: but for what somebody resolved or ended."""
        asked = sorted((one for one in self.words if not one.by_us), key=lambda one: one.at)
        answers = [one for one in self.words if one.by_us and (decided or not one.decided)]
        return [one for one in asked if not any(self._meets(answer, one) for answer in answers)]

    def metric(self, asked: Word) -> Metric:
        before = (one for one in self.words if one.by_us and not one.decided and one.at < asked.at)
        replied = any(self._place(one.origin, asked.at) == self._place(asked.origin, asked.at) for one in before)
        return Metric.NEXT_RESPONSE if replied else Metric.FIRST_RESPONSE

    def _meets(self, answer: Word, asked: Word) -> bool:
        if answer.at < asked.at:
            return False
        return self._place(answer.origin, answer.at) == self._place(asked.origin, answer.at)

    def _place(self, ticket: int, at: datetime) -> int:
        for one in self.unions:
            if one.at <= at and ticket in one.gone:
                ticket = one.home
        return ticket


def we_answered_before(book: Book, at: datetime, talk: Talk) -> None:
    """A promise stays whose question this did not answer; else it is judged by it, and what is unanswered elsewhere is
    promised an answer."""
    owed, left = answered_by(book, at), talk.unanswered()
    fell_at = owed.ended_at if owed is not None else None
    book.heard.append(Said(at, by_us=True))
    book.answered_at = max(at, book.answered_at or at)
    book.asked = [one.at for one in left]
    if owed is None or any(one.at == owed.started_at for one in left):
        return
    end(book, owed, at)
    after = promise(book, talk.metric(left[0]), left[0].at) if left and book.awaited is None else None
    if after is not None and fell_at is not None:
        end_unanswered(book, after, max(fell_at, after.started_at))


def asked_before(book: Book, at: datetime, talk: Talk) -> None:
    """What is unanswered where it was asked is promised an answer, where none is promised; one of the same kind that
    was promised later starts with it."""
    book.heard.append(Said(at, by_us=False))
    this = next((one for one in talk.unanswered() if one.at == at), None)
    if this is None:
        return
    book.asked.append(at)
    owed = book.awaited
    if owed is None:
        promise(book, talk.metric(this), at)
    elif at < owed.started_at and owed.metric == talk.metric(this):
        move(book, owed, at)

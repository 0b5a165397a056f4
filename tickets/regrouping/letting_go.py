"""What messages that go to another ticket do to the one they leave: what is promised there, and how it stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from tickets import sla
from tickets.choices import GOING_STATES, MOVED, Direction, SendState, Status
from tickets.models import Message, OutboxEntry, Ticket
from tickets.promises.apart import talk_on
from tickets.promises.book import Book
from tickets.regrouping.recounting import is_done, tally, unanswered
from tickets.regrouping.staying import TURNS, Turn, put_back, stands_again
from tickets.regrouping.uniting import keep_promises
from tickets.resting.reopening import stand_without_answer


@dataclass(frozen=True, slots=True)
class Stays:
    """`opened`: it was resolved, and is no more. `became`: how it stands where the last word is ours again."""

    opened: bool = False
    became: Status | None = None


def let_go(source: Ticket, book: Book, gone: Sequence[Message], *, at: datetime) -> Stays:
    """What stays is promised what is owed to it, unless the ticket is done. `gone` are on the other ticket by now."""
    told, metric = tally([source.pk])[source.pk], None
    if source.merged_at is None:
        asked = unanswered(source.messages.all(), since=told.answered)
    else:  # an answer of one talk may be later than the question of another that nobody answered
        talk = talk_on(source)
        open_still = talk.unanswered(decided=not is_done(source))
        asked, metric = [one.at for one in open_still], talk.metric(open_still[0]) if open_still else None
    opened = bool(asked) and _resolved_with_one_of(source, book, gone, at=at)
    if is_done(source):
        book.answered_at = told.answered
        return Stays()
    waiting = book.awaited
    stays = waiting and source.messages.filter(direction=Direction.IN, sent_at=waiting.started_at).exists()
    keep_promises(book, asked, answered_at=told.answered, at=at, stays=bool(stays), metric=metric)
    if asked and source.status == Status.PENDING:
        source.status = Status.OPEN
        sla.status_became(book, Status.OPEN, at)
    if asked or stays or told.answered is None or source.status != Status.OPEN:
        return Stays(opened=opened)
    left = {row.sent_at for row in gone if row.direction == Direction.IN}
    return Stays(opened=opened, became=_stand_again(source, book, left, answered=told.answered, at=at))


def _resolved_with_one_of(source: Ticket, book: Book, rows: Sequence[Message], *, at: datetime) -> bool:
    """Its answer was on its way, and goes with what it answers: then it was not resolved."""
    entries = (row.outbox for row in rows if hasattr(row, "outbox") and not row.automated)
    going = [entry.created_at for entry in entries if entry.state in GOING_STATES]
    return bool(going) and stand_without_answer(source, book, written_at=min(going), now=at)


def _stand_again(
    source: Ticket, book: Book, left: Collection[datetime], *, answered: datetime, at: datetime
) -> Status | None:
    lines = source.activities.filter(verb__in=TURNS).order_by("pk").values_list("verb", "data__after", "at")
    unsent = OutboxEntry.objects.filter(message__ticket=source, state=SendState.FAILED).exclude(code=MOVED)
    stands = stands_again(
        [Turn(verb, after or "", moment) for verb, after, moment in lines],
        left=left,
        answered=answered,
        failed=unsent.aggregate(last=Max("settled_at"))["last"],
    )
    if stands is None:
        return None
    source.status, source.resolved_at = stands.status, stands.since
    put_back(book, stands, left=left, at=at)
    return stands.status

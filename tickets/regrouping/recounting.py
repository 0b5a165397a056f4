"""What tickets show and owe once messages came to them or left them: told from what is on them by now, set-wise."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from tickets import sla
from tickets.choices import MOVED, Direction, Metric, SendState, Status, StatusCategory
from tickets.lifecycle import note_answer, note_question, turn
from tickets.models import Message, OutboxEntry, Ticket
from tickets.promises.book import Book, move, promise
from tickets.reading.last_word import renew_last_word, said_on


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one ticket's messages. `asked`, `answered`: when the customer wrote last, and when we answered last."""

    count: int
    first: datetime
    asked: datetime | None
    answered: datetime | None


def tally(tickets: Iterable[int]) -> dict[int, Tally]:
    """Two statements. A ticket on which nothing was said has none."""
    ours = Q(direction=Direction.OUT, automated=False, external_id__isnull=False)
    rows = said_on(list(tickets)).order_by().values_list("ticket")
    counted = rows.annotate(
        n=Count("pk", filter=~Q(direction=Direction.INTERNAL)),
        first=Min("sent_at"),
        asked=Max("sent_at", filter=Q(direction=Direction.IN)),
        answered=Max("sent_at", filter=ours),
    )
    return {pk: Tally(*told) for pk, *told in counted}


def recount(tickets: Sequence[Ticket]) -> None:
    """Count, times and last word onto tickets that the caller has locked and saves. Four statements."""
    tallies = tally(ticket.pk for ticket in tickets)
    for ticket in tickets:
        told = tallies.get(ticket.pk)
        ticket.message_count = told.count if told else 0
        ticket.last_inbound_at = told.asked if told else None
        ticket.opened_at = told.first if told else ticket.opened_at
        if not told:
            ticket.last_text = ""
    renew_last_word(tickets)


def hear(ticket: Ticket, book: Book, message: Message, *, resolved: Collection[datetime] = ()) -> None:
    """What a message that came to it does to its status and its promises. Lists are told by `recount`. `resolved`: when
    somebody resolved it while this was on its way."""
    entry = _entry(message)
    if message.direction == Direction.INTERNAL or message.left_resolved:
        return
    if message.direction == Direction.IN:
        if ticket.status == Status.RESOLVED:
            ticket.status, ticket.resolved_at, book.done = Status.OPEN, None, False
            sla.ticket_reopened(book, message.sent_at)
            sla.status_became(book, Status.OPEN, message.sent_at)
        note_question(ticket, book, at=message.sent_at, heard=message.received_at)
    elif message.external_id is not None:
        if not message.automated:
            note_answer(ticket, book, at=message.sent_at, resolved=resolved)
    elif entry is not None and ticket.status == Status.NEW:
        ticket.status = Status.OPEN  # somebody has looked at it
    if entry is not None and entry.state == SendState.FAILED and entry.code != MOVED and entry.settled_at:
        fail(ticket, book, at=entry.settled_at)


def owe(ticket: Ticket, book: Book, metric: Metric, *, at: datetime, now: datetime) -> None:
    """An answer is owed to what was asked then, though we answered something else there since."""
    if is_done(ticket):
        return
    book.asked.append(at)
    if book.awaited is None:
        promise(book, metric, at)
    resolution = book.running(Metric.RESOLUTION)
    if resolution is None:
        promise(book, Metric.RESOLUTION, at)
    elif at < resolution.started_at:
        move(book, resolution, at)
    if ticket.status == Status.PENDING:
        turn(ticket, book, Status.OPEN, at=now)


def fail(ticket: Ticket, book: Book, *, at: datetime) -> None:
    """An answer was not sent: the ticket does not wait for the customer."""
    if ticket.status == Status.PENDING:
        turn(ticket, book, Status.OPEN, at=at)


def unanswered(messages: Iterable[Message], *, since: datetime | None) -> list[datetime]:
    asked = (m for m in messages if m.direction == Direction.IN and not m.left_resolved)
    return [m.sent_at for m in asked if since is None or m.sent_at > since]


def is_done(ticket: Ticket) -> bool:
    return ticket.category == StatusCategory.DONE


def _entry(message: Message) -> OutboxEntry | None:
    return getattr(message, "outbox", None)

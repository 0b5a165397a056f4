"""What lists show of a ticket: its last word, whose it is and when, and how much was said. Told from its messages.

What is scheduled or awaits approval says nothing yet, nor what waits for a person since its moment came; of a thread no
part of it does.
"""

from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from tickets.choices import MOVED, Direction, MessageKind
from tickets.models import Message, Ticket
from tickets.receiving.rows import last_words

LAST_WORD = ("last_message_at", "last_text", "last_by_us")
_UNSAID = """
    WITH RECURSIVE line AS (
        SELECT e.id, e.message_id FROM tickets_outboxentry e JOIN tickets_message m ON m.id = e.message_id
        WHERE m.ticket_id = ANY(%s) AND (e.state IN ('scheduled', 'awaiting') OR e.state = 'failed' AND e.code = %s)
        UNION
        SELECT e.id, e.message_id FROM tickets_outboxentry e JOIN line l ON e.follows_id = l.id
    )
    SELECT message_id FROM line
"""


def said_on(tickets: Collection[int]) -> QuerySet[Message]:
    """What was said on them, or is on its way; no notes. One statement, and the caller's."""
    with connection.cursor() as cursor:
        cursor.execute(_UNSAID, [list(tickets), MOVED])
        unsaid = [pk for (pk,) in cursor.fetchall()]
    return Message.objects.filter(ticket__in=tickets).exclude(pk__in=unsaid).exclude(kind=MessageKind.NOTE)


def last_said(tickets: Collection[int]) -> dict[int, Message]:
    """By ticket, by the messages' own times. Two statements, however many; what a machine said is nobody's word."""
    said = said_on(tickets).filter(ticket=OuterRef("pk"), automated=False).order_by("-sent_at", "-id")
    latest = Ticket.objects.filter(pk__in=tickets).values_list(Subquery(said.values("pk")[:1]))
    return {message.ticket_id or 0: message for message in Message.objects.filter(pk__in=latest)}


def renew_last_word(tickets: Iterable[Ticket]) -> None:
    """Onto these, which the caller has locked and saves (LAST_WORD). Two statements, however many."""
    by_key = {ticket.pk: ticket for ticket in tickets}
    for pk, message in last_said(by_key).items():
        tell_last_word(by_key[pk], message)


def renew_words(tickets: Iterable[Ticket]) -> None:
    """The words alone, onto tickets of which whose they are and when is known; the caller has locked and saves them.
    Two statements, however many."""
    by_key = {ticket.pk: ticket for ticket in tickets}
    said = last_said(by_key)
    for pk, ticket in by_key.items():
        ticket.last_text = last_words(ticket, said[pk]) if pk in said else ""


def recount(ticket: Ticket) -> None:
    """The last word and the count, after a message came or went away; the caller has locked the ticket."""
    ticket.message_count = said_on([ticket.pk]).exclude(direction=Direction.INTERNAL).count()
    if not ticket.message_count:
        ticket.last_text, ticket.last_by_us = "", False
    renew_last_word([ticket])
    ticket.save(update_fields=["message_count", *LAST_WORD])


def tell_last_word(ticket: Ticket, message: Message) -> None:
    ticket.last_message_at, ticket.last_text = message.sent_at, last_words(ticket, message)
    ticket.last_by_us = message.direction == Direction.OUT

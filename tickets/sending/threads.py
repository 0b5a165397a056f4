"""The parts of a long answer: which belong together, what they said as a whole, which are still ours to take back."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import QuerySet

from tickets.choices import UNSAID_STATES, SendState
from tickets.models import Message, OutboxEntry

_WAITING = (*UNSAID_STATES, SendState.HELD, SendState.QUEUED)

_LINE = """
    WITH RECURSIVE line AS (
        SELECT id, follows_id FROM tickets_outboxentry WHERE message_id = %s
        UNION
        SELECT e.id, e.follows_id FROM tickets_outboxentry e JOIN line l ON e.id = l.follows_id OR e.follows_id = l.id
    )
    SELECT id FROM line
"""


def line_of(message: Message) -> QuerySet[OutboxEntry]:
    """The entries of all parts of the answer `message` is part of, in order. Empty: it was never queued."""
    with connection.cursor() as cursor:
        cursor.execute(_LINE, [message.pk])
        keys = [pk for (pk,) in cursor.fetchall()]
    return OutboxEntry.objects.filter(pk__in=keys).select_related("message").order_by("pk")


def lock_line(message: Message) -> list[OutboxEntry]:
    """The same, locked until the end of the transaction."""
    return list(line_of(message).select_for_update(of=("self",)))


def unsent_rest(line: Sequence[OutboxEntry]) -> list[OutboxEntry]:
    """What nobody has tried to send yet; also what waits for a person because the conversation moved."""
    return [entry for entry in line if not entry.tries and (entry.state in _WAITING or _waits_for_a_person(entry))]


def _waits_for_a_person(entry: OutboxEntry) -> bool:
    return entry.state == SendState.FAILED and entry.first_tried_at is None


def whole_text(messages: Sequence[Message]) -> str:
    """What these parts say together, without their numbers, as it was written."""
    return "".join(message.original_text or message.text for message in messages).strip()

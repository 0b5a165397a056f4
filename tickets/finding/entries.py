"""Writes what messages can be found by, in the transaction that writes the messages. One statement, however many."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import Max, Min

from tickets.finding.words import vector
from tickets.models import Message

_WRITE = """
INSERT INTO tickets_searchentry (message_id, ticket_id, vector)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[]::tsvector[]) AS told (message, ticket, vector)
ON CONFLICT (message_id) DO UPDATE SET ticket_id = excluded.ticket_id, vector = excluded.vector
"""


def index(messages: Iterable[Message]) -> int:
    """Messages that were just written, or have other words now. What says nothing needs no entry. Returns how many."""
    said = [message for message in messages if message.text]
    if said:
        columns = ([m.pk for m in said], [m.ticket_id for m in said], [vector(m.text) for m in said])
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, columns)
    return len(said)


def is_complete() -> bool:
    """Whether every message that says something can be found by it. Reads them all where it is so: not for a page."""
    return not Message.objects.exclude(text="").filter(search_entry=None).exists()


def bounds() -> tuple[int, int]:
    """The first and the last number of a message; (0, -1) where there is none."""
    found = Message.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return (0, -1) if found["first"] is None else (found["first"], found["last"])


@transaction.atomic
def index_between(first: int, last: int, *, anew: bool) -> int:
    """Of messages with these numbers those that have no entry yet; `anew`: all. Locked meanwhile, so that what is
    edited or deleted at this moment is not brought back."""
    rows = Message.objects.filter(pk__gte=first, pk__lte=last).exclude(text="").order_by("pk")
    rows = rows if anew else rows.filter(search_entry=None)
    # PostgreSQL locks no rows of the entries' side of the join.
    chosen = rows.values("pk")
    return index(Message.objects.filter(pk__in=chosen).order_by("pk").select_for_update(no_key=True, of=("self",)))

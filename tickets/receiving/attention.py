"""What customers do with our private messages at this moment: read them, write an answer. Used by intake alone."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection

from tickets.choices import Direction, Visibility
from tickets.happenings import ReadUpTo, Typing
from tickets.models import Address, Message, Ticket

# Typing older than this says nothing any more (X repeats it every few seconds, x-api P24).
TYPING_LASTS = timedelta(seconds=10)

_READ = """
    WITH told AS (
        SELECT v.address, v.channel, v.person, COALESCE(r.sent_at, v.at) AS read_to, v.at
        FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
            AS v(address, channel, person, upto, at)
        LEFT JOIN tickets_message r ON r.address_id = v.address AND r.external_id = v.upto
    ), kept AS (
        INSERT INTO tickets_readmark AS mark (address_id, person, read_to, read_at)
        SELECT DISTINCT ON (address, person) address, person, read_to, at FROM told
        ORDER BY address, person, read_to DESC
        ON CONFLICT (address_id, person) DO UPDATE SET read_to = excluded.read_to, read_at = excluded.read_at
        WHERE mark.read_to < excluded.read_to
    )
    UPDATE tickets_message AS m SET read_at = told.at
    FROM told JOIN tickets_identity i ON i.channel = told.channel AND i.external_id = told.person
    WHERE m.address_id = told.address AND m.identity_id = i.id AND m.direction = 'out' AND m.visibility = 'private'
        AND m.read_at IS NULL AND m.external_id IS NOT NULL AND m.sent_at <= told.read_to
    RETURNING m.ticket_id
"""
_CATCH_UP = """
    UPDATE tickets_message AS m SET read_at = mark.read_at
    FROM tickets_readmark mark, tickets_identity i
    WHERE m.id = ANY(%s) AND mark.address_id = m.address_id AND i.id = m.identity_id AND mark.person = i.external_id
        AND m.sent_at <= mark.read_to AND m.read_at IS NULL
"""


def mark(reads: Sequence[tuple[Address, ReadUpTo]]) -> set[int]:
    """Our private messages up to the one named are read, those that come later as well; returns the tickets concerned.
    One statement."""
    if not reads:
        return set()
    rows = [[address.pk, r.channel, r.person_id, r.external_id, r.at] for address, r in reads]
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(column) for column in zip(*rows, strict=True)])
        return {ticket for (ticket,) in cursor.fetchall() if ticket is not None}


def catch_up(messages: Iterable[Message]) -> None:
    """Of messages just stored or sent, those the customer is known to have read already. One statement, if any of them
    is a private one of ours."""
    ours = [m.pk for m in messages if m.direction == Direction.OUT and m.visibility == Visibility.PRIVATE]
    if ours:
        with connection.cursor() as cursor:
            cursor.execute(_CATCH_UP, [ours])


def typed_on(typing: Sequence[tuple[Address, Typing]], *, now: datetime) -> set[int]:
    """The private tickets on which a customer is writing just now. One statement; stale ones are dropped."""
    lively = [(address.pk, t.person_id) for address, t in typing if now - t.at <= TYPING_LASTS]
    if not lively:
        return set()
    rows = Ticket.objects.filter(
        address__in={address for address, _ in lively},
        identity__external_id__in={person for _, person in lively},
        private=True,
    )
    latest = rows.order_by("address_id", "identity_id", "-last_message_at").distinct("address_id", "identity_id")
    found = latest.values_list("address_id", "identity__external_id", "id")
    return {pk for address, person, pk in found if (address, person) in lively}

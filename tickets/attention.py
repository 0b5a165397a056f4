"""What customers do with our private messages at this moment: read them, write an answer. Used by intake alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from tickets.happenings import ReadUpTo, Typing
from tickets.models import Address, Ticket

# Typing older than this says nothing any more (X repeats it every few seconds, x-api P24).
TYPING_LASTS = timedelta(seconds=10)

_READ = """
    UPDATE tickets_message AS m SET read_at = v.at
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
        AS v(address, channel, person, upto, at)
    JOIN tickets_identity i ON i.channel = v.channel AND i.external_id = v.person
    LEFT JOIN tickets_message r ON r.address_id = v.address AND r.external_id = v.upto
    WHERE m.address_id = v.address AND m.identity_id = i.id AND m.direction = 'out' AND m.visibility = 'private'
        AND m.read_at IS NULL AND m.external_id IS NOT NULL AND m.sent_at <= COALESCE(r.sent_at, v.at)
    RETURNING m.ticket_id
"""


def mark(reads: Sequence[tuple[Address, ReadUpTo]]) -> set[int]:
    """Our private messages up to the one named are read; returns the tickets concerned. One statement."""
    if not reads:
        return set()
    rows = [[address.pk, r.channel, r.person_id, r.external_id, r.at] for address, r in reads]
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(column) for column in zip(*rows, strict=True)])
        return {ticket for (ticket,) in cursor.fetchall() if ticket is not None}


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

"""Who has a ticket open at this moment, and who is writing there: told by their open pages, believed for SHOWN.

A row in the database, so that it holds over any number of web hosts; old rows mean nothing. A page without JavaScript
neither tells nor shows it: it would go on saying that somebody is there.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import connection

from tickets.live import announce_presence
from tickets.models import Presence, Ticket
from tickets.permissions import visible_tickets

# A page says every 20 seconds that it is still open (static/js/presence.js).
SHOWN = timedelta(seconds=45)
# What was said so lately is not written again.
FRESH = timedelta(seconds=15)
MOST = 200  # tickets asked for at once
_KEPT = timedelta(hours=1)
_SAY = """
    INSERT INTO tickets_presence (ticket_id, person_id, seen_at, typing_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (ticket_id, person_id) DO UPDATE SET seen_at = excluded.seen_at, typing_at = excluded.typing_at
"""


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody else on a ticket; `left`: for so many seconds it is believed without being said again."""

    person: User
    typing: bool
    left: int


def say_here(ticket: Ticket, *, by: User, now: datetime, typing: bool = False) -> None:
    """Two statements at most, and one while nothing changes and little time has passed."""
    known = Presence.objects.filter(ticket=ticket, person=by).first()
    there = known is not None and known.seen_at > now - SHOWN
    same = there and known is not None and (known.typing_at is not None) == typing
    if same and known is not None and known.seen_at > now - FRESH:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SAY, [ticket.pk, by.pk, now, now if typing else None])
    announce_presence(ticket)  # also that it goes on: who shows it lets it fade otherwise


def say_gone(ticket: Ticket, *, by: User) -> None:
    if Presence.objects.filter(ticket=ticket, person=by).delete()[0]:
        announce_presence(ticket)


def others_on(tickets: Collection[int], *, reader: User, now: datetime) -> dict[int, list[Here]]:
    """Who else is on those of these tickets that the reader may see. One statement."""
    seen = visible_tickets(reader).filter(pk__in=list(tickets)[:MOST]).order_by()
    rows = Presence.objects.filter(ticket__in=seen, seen_at__gt=now - SHOWN, person__is_active=True)
    found: dict[int, list[Here]] = defaultdict(list)
    for row in rows.exclude(person=reader).select_related("person").order_by("seen_at"):
        left = row.seen_at + SHOWN - now
        found[row.ticket_id].append(Here(row.person, row.typing_at is not None, round(left.total_seconds())))
    return found


def forget_presences(*, now: datetime) -> int:
    return Presence.objects.filter(seen_at__lt=now - _KEPT).delete()[0]

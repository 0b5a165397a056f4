"""Live updates: who tells (announce) and who listens (Hub). Ids go over the wire, never a word of a message.

The page asks for the fragment concerned, and that request checks permission; so a listener learns at most
that "ticket 12 moved".
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from tickets.models import Ticket

CHANNEL = "kapture_live"
# A payload may hold 8,000 bytes (PostgreSQL, NOTIFY); 200 ids of up to 19 digits stay under half of it.
MOST_IDS = 200
MANY = "many"
# Announced in place of a ticket's id: something on no ticket changed, as a post of our own. No ticket has it.
NO_TICKET = 0
# Private tickets apart, and those in queues that teams staff by their queue: not every page may know of them.
_ANNOUNCE = """
    WITH told AS (
        SELECT asked.id, COALESCE(t.private, FALSE) AS private, staffed.queue
        FROM unnest(%(ids)s::bigint[]) AS asked(id) LEFT JOIN tickets_ticket t ON t.id = asked.id
        LEFT JOIN LATERAL (
            SELECT s.queue_id AS queue FROM tickets_staffing s
            WHERE s.queue_id = COALESCE(%(queue)s, t.queue_id) LIMIT 1
        ) AS staffed ON TRUE
    )
    SELECT pg_notify(%(channel)s, json_build_object(
        'tickets', COALESCE(json_agg(id ORDER BY id) FILTER (WHERE queue IS NULL AND NOT private), '[]'),
        'private', COALESCE(json_agg(id ORDER BY id) FILTER (WHERE queue IS NULL AND private), '[]'),
        'staffed', (
            SELECT COALESCE(json_agg(json_build_array(queue, private, ids) ORDER BY queue, private), '[]')
            FROM (SELECT queue, private, json_agg(id ORDER BY id) AS ids FROM told WHERE queue IS NOT NULL
                  GROUP BY queue, private) AS grouped))::text)
    FROM told
"""


def announce(ticket_ids: Iterable[int], *, left: int | None = None) -> None:
    """Tell every open page that may know of them that these tickets changed, when the present transaction commits. One
    statement. `left`: told to those who may look into that queue, where the tickets were.

    PostgreSQL folds equal payloads of one transaction. More ids than MOST_IDS are told as "many".
    """
    ids = sorted(set(ticket_ids))
    if len(ids) > MOST_IDS:
        announce_everywhere()
    elif ids:
        with connection.cursor() as cursor:
            cursor.execute(_ANNOUNCE, {"channel": CHANNEL, "ids": ids, "queue": left})


def announce_everywhere() -> None:
    """Anything may have changed, or what every page shows around its subject: an account stopped, or goes on."""
    _notify({"tickets": MANY})


def announce_notices(people: Iterable[int]) -> None:
    """Tell the open pages of these people that there is something new for them, or less."""
    ids = sorted(set(people))
    for start in range(0, len(ids), MOST_IDS):
        _notify({"people": ids[start : start + MOST_IDS]})


def announce_presence(ticket: Ticket) -> None:
    """Somebody of ours came to a ticket, left it, or began to write there. Of a private one it is told to those alone
    who may see private tickets, and to who may look into its queue."""
    _notify({"here": [ticket.pk], "private": ticket.private, "queue": ticket.queue_id})


def announce_stream(addresses: Iterable[int], private: Iterable[int] = ()) -> None:
    """Tell the open streams of these addresses that their channel told something new; `private`: something that those
    alone may know of who may read private messages."""
    public, hidden = sorted(set(addresses)), sorted(set(private))
    if public or hidden:
        _notify({"streams": public[:MOST_IDS], "private": hidden[:MOST_IDS]})


def announce_typing(ticket_ids: Iterable[int]) -> None:
    """Tell open pages of these tickets that the customer is writing at this moment. Nothing is stored."""
    ids = sorted(set(ticket_ids))[:MOST_IDS]
    if ids:
        _notify({"typing": ids})


def _notify(told: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(told, separators=(",", ":"))])

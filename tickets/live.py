"""Live updates: who tells (announce) and who listens (Hub). Ids go over the wire, never a word of a message.

The page asks for the fragment concerned, and that request checks permission; so a listener learns at most
that "ticket 12 moved".
"""

import json
from collections.abc import Iterable

from django.db import connection

CHANNEL = "kapture_live"
# A payload may hold 8,000 bytes (PostgreSQL, NOTIFY); 200 ids of up to 19 digits stay under half of it.
MOST_IDS = 200
MANY = "many"


def announce(ticket_ids: Iterable[int]) -> None:
    """Tell every open page that these tickets changed, when the present transaction commits. One statement.

    PostgreSQL folds equal payloads of one transaction. More ids than MOST_IDS are told as "many".
    """
    ids = sorted(set(ticket_ids))
    if not ids:
        return
    payload = json.dumps({"tickets": ids if len(ids) <= MOST_IDS else MANY}, separators=(",", ":"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def announce_typing(ticket_ids: Iterable[int]) -> None:
    """Tell open pages of these tickets that the customer is writing at this moment. Nothing is stored."""
    ids = sorted(set(ticket_ids))[:MOST_IDS]
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"typing": ids}, separators=(",", ":"))])

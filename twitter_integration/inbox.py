"""The raw inbox: what X told us is one durable row before anybody thinks about it.

store() is called by the webhook and by x_replay; what happens to the rows afterwards is `drain`.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from psycopg import sql

from tickets.bells import ring
from twitter_integration.choices import DeliveryState
from twitter_integration.models import Delivery, PartnerAccount
from twitter_integration.payloads import find_account

BELL = "x_drain"
TASK = "twitter_integration.tasks.drain"

_INSERT = sql.SQL(
    "INSERT INTO {} (app_id, digest, lane, body, signed, state, attempts, next_try_at, received_at, dialect, reason) "
    "SELECT app, digest, lane, body, signed, 'new', 0, at, at, '', '' FROM unnest("
    "%s::bigint[], %s::bytea[], %s::text[], %s::bytea[], %s::boolean[], %s::timestamptz[]"
    ") WITH ORDINALITY AS given(app, digest, lane, body, signed, at, place) "
    # Nothing is kept of an account that was purged.
    "WHERE NOT EXISTS (SELECT FROM {} WHERE page_id = lane AND purged_at IS NOT NULL) "
    "ORDER BY place ON CONFLICT (digest) DO NOTHING RETURNING id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One body as it came, after its signature was checked (or taken on an operator's word: signed=False)."""

    app_id: int
    body: bytes
    received_at: datetime
    signed: bool = True

    @property
    def digest(self) -> bytes:
        """Equal for a redelivery: X repeats a body byte for byte."""
        return hashlib.sha256(b"%d:" % self.app_id + self.body).digest()


def store(arrivals: Sequence[Arrival], *, wake: bool = True) -> list[int]:
    """Keep them all, durably, in one transaction with the wake-up, but nothing of a purged account. Returns the keys of
    those that were new."""
    columns = zip(
        *((a.app_id, a.digest, find_account(a.body), a.body, a.signed, a.received_at) for a in arrivals), strict=True
    )
    with transaction.atomic(), connection.cursor() as cursor:
        tables = [sql.Identifier(model._meta.db_table) for model in (Delivery, PartnerAccount)]
        cursor.execute(_INSERT.format(*tables), [list(column) for column in columns])
        stored = [key for (key,) in cursor.fetchall()]
        if stored and wake:
            ring(BELL, task=TASK)
    return stored


def dead_of_nobody() -> "QuerySet[Delivery]":
    """Dead letters on no account's card: they name none, or one that is not set up here."""
    ours = PartnerAccount.objects.values("page_id")
    return Delivery.objects.filter(state=DeliveryState.DEAD).exclude(lane__in=ours)


def dead_letters_of(lanes: Iterable[str]) -> dict[str, int]:
    """Account → how many; left out where there are none. One statement."""
    dead = Delivery.objects.filter(lane__in=list(lanes), state=DeliveryState.DEAD).order_by()
    return dict(dead.values("lane").annotate(number=Count("pk")).values_list("lane", "number"))


def replay(deliveries: Sequence[int], *, now: datetime) -> int:
    """Put deliveries back to the start of their way, whatever became of them, where their bodies are still there.
    Returns how many."""
    with transaction.atomic():
        count = Delivery.objects.filter(pk__in=deliveries, emptied_at=None).update(
            state="new", attempts=0, next_try_at=now, finished_at=None, reason=""
        )
        if count:
            ring(BELL, task=TASK)
    return count

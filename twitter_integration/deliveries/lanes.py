"""Which deliveries are worked next: lanes, their locks and what is claimed of them.

A lane is an account. What may be a danger to it goes aside, into a second lane of the same account: a body far longer
than X's, and whatever was taken before and never came back. So a body that kills its worker holds up nobody else.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from kapture import session_locks
from twitter_integration.models import Delivery

BATCH = 200
BATCH_BYTES = 2_000_000
# Waits before what failed, or whose worker died, is tried again; after the last it is a dead letter.
LADDER = tuple(timedelta(seconds=s) for s in (2, 10, 60, 300, 900))
# A worker that dies takes the count of its whole batch up by one; from here on they are taken one at a time …
ALONE_AFTER = 1
# … and what died or failed alone goes aside, with waits in between.
ASIDE_AFTER = 2
DEAD_AFTER = 1 + len(LADDER)
BULKY = 250_000  # bytes; X's own deliveries stay under 100,000
TAKEN = gettext_noop(
    "Being worked, or its worker ended before it was done."
)  # the reason of what is claimed, until it is known
LANE_LOCKS = 0x0DA1  # advisory locks, keyed by lane

_TABLE = Delivery._meta.db_table
_IS_ASIDE = f"(attempts >= {ASIDE_AFTER} OR octet_length(body) > {BULKY})"
_DUE = f"FROM {_TABLE} WHERE state = 'new' AND lane = %(account)s AND next_try_at <= %(now)s"
_TAKE = f"UPDATE {_TABLE} SET attempts = attempts + 1, reason = %(taken)s, next_try_at = "  # noqa: S608
_CLAIM = f"""
    WITH due AS (
        SELECT id, attempts, octet_length(body) AS size {_DUE} AND NOT {_IS_ASIDE}
        ORDER BY id LIMIT {BATCH} FOR UPDATE SKIP LOCKED
    ), measured AS (
        SELECT id, min(id) OVER () AS first, bool_or(attempts >= {ALONE_AFTER}) OVER upto AS suspect,
               sum(size) OVER upto AS bytes
        FROM due WINDOW upto AS (ORDER BY id)
    )
    {_TAKE} COALESCE((%(waits)s::timestamptz[])[attempts], next_try_at)
    WHERE id IN (SELECT id FROM measured WHERE id = first OR NOT suspect AND bytes <= {BATCH_BYTES}) RETURNING *
"""  # noqa: S608  (our own table's name)
_CLAIM_ASIDE = f"""
    WITH next AS (SELECT id {_DUE} AND {_IS_ASIDE} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    {_TAKE} COALESCE((%(waits)s::timestamptz[])[greatest(attempts, 1)], next_try_at)
    WHERE id IN (SELECT id FROM next) RETURNING *
"""  # noqa: S608  (our own table's name)


@dataclass(frozen=True, slots=True)
class Lane:
    account: str
    aside: bool = False

    @property
    def lock(self) -> str:
        return f"{self.account} aside" if self.aside else self.account

    def __str__(self) -> str:
        return f"{self.account or 'unknown'}{' (aside)' if self.aside else ''}"


def due_lanes(now: datetime) -> list[Lane]:
    """Those with something to do; what is aside comes last."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {_IS_ASIDE} AS aside, lane FROM {_TABLE} "  # noqa: S608  (our own table's name)
            "WHERE state = 'new' AND next_try_at <= %s ORDER BY aside, lane",
            [now],
        )
        return [Lane(account, aside) for aside, account in cursor.fetchall()]


def hold(lane: Lane) -> AbstractContextManager[bool]:
    """One worker per lane. False: another one has it."""
    return session_locks.hold(LANE_LOCKS, lane.lock)


def is_worked(account: str) -> bool:
    """Whether another worker has the account's deliveries, or those set aside, in hand at this moment."""
    with hold(Lane(account)) as plain, hold(Lane(account, aside=True)) as aside:
        return not (plain and aside)


def wait_for(account: str) -> None:
    """Until the end of the transaction, no worker drains deliveries of this account: both would write the same fact."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LANE_LOCKS, Lane(account).lock])


def claim(lane: Lane, now: datetime) -> list[Delivery]:
    """The next deliveries of the lane in order, each counted as tried; committed at once.

    Those up to the first that was tried before, or that one alone. What is taken alone is due again only when whoever
    took it must be dead, and then waits as after a failure.
    """
    at_the_latest = now + timedelta(seconds=settings.Q_CLUSTER["timeout"])  # longer lasts no task
    facts = {"account": lane.account, "now": now, "taken": TAKEN, "waits": [at_the_latest + wait for wait in LADDER]}
    rows = Delivery.objects.raw(_CLAIM_ASIDE if lane.aside else _CLAIM, facts)
    return sorted(rows, key=lambda delivery: delivery.pk)


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return LADDER[max(0, min(attempts - 1, len(LADDER) - 1))]

"""The record of every body meant for a webhook: waiting, delivered, given up. No network here."""

from dataclasses import dataclass
from typing import Any

from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.store import Row, Store

KEPT = 15_000
"""Finished deliveries remembered for the page, for tests and for replays; older ones are forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    id: int
    webhook_id: int
    account_id: int | None
    dialect: str  # account_activity, x_activity, raw
    event: str
    body: bytes
    state: str  # waiting, retrying, delivered, failed, dropped
    attempts: int
    answer: int | None
    error: str
    copy: int
    created_ms: int
    ended_ms: int | None
    job_id: int | None = None  # of the replay that repeats it: tried once only


def _delivery(row: Row) -> Delivery:
    return Delivery(**{**dict(row), "body": bytes(row["body"])})


def add(
    store: Store,
    *,
    webhook_id: int,
    account_id: int | None,
    dialect: str,
    event: str,
    body: bytes,
    copy: int = 0,
    job_id: int | None = None,
) -> Delivery:
    delivery_id = store.add(
        "delivery",
        webhook_id=webhook_id,
        account_id=account_id,
        dialect=dialect,
        event=event,
        body=body,
        state="waiting",
        copy=copy,
        created_ms=now_ms(),
        job_id=job_id,
    )
    if delivery_id % 500 == 0:
        done = "state IN ('delivered', 'failed', 'dropped')"
        store.run(f"DELETE FROM delivery WHERE {done} AND id <= ?", (delivery_id - KEPT,))  # noqa: S608
    found = store.row("SELECT * FROM delivery WHERE id = ?", (delivery_id,))
    assert found is not None
    return _delivery(found)


def copy(store: Store, original: Delivery, *, job_id: int | None = None) -> Delivery:
    """The same bytes once more."""
    return add(
        store,
        webhook_id=original.webhook_id,
        account_id=original.account_id,
        dialect=original.dialect,
        event=original.event,
        body=original.body,
        copy=original.copy + 1,
        job_id=job_id,
    )


def record(store: Store, delivery: Delivery, *, state: str, answer: int | None = None, error: str = "") -> None:
    ended = None if state == "retrying" else now_ms()
    store.run(
        "UPDATE delivery SET state = ?, answer = ?, error = ?, ended_ms = ?, attempts = attempts + 1 WHERE id = ?",
        (state, answer, error, ended, delivery.id),
    )


def unsent(store: Store) -> list[Delivery]:
    sql = "SELECT * FROM delivery WHERE state IN ('waiting', 'retrying') ORDER BY id"
    return [_delivery(row) for row in store.rows(sql)]


def find(store: Store, delivery_id: int) -> Delivery | None:
    row = store.row("SELECT * FROM delivery WHERE id = ?", (delivery_id,))
    return _delivery(row) if row else None


def attempted(store: Store, *, webhook_id: int, from_ms: int, to_ms: int) -> list[Delivery]:
    """Originals of X's own events whose delivery was attempted in a window, whatever came of it."""
    sql = (
        "SELECT * FROM delivery WHERE webhook_id = ? AND created_ms >= ? AND created_ms < ?"
        " AND attempts > 0 AND copy = 0 AND dialect != 'raw' AND state != 'dropped' ORDER BY id"
    )
    return [_delivery(row) for row in store.rows(sql, (webhook_id, from_ms, to_ms))]


def latest(store: Store, *, limit: int) -> list[Delivery]:
    rows = store.rows("SELECT * FROM delivery ORDER BY id DESC LIMIT ?", (limit,))
    return [_delivery(row) for row in rows]


def counts(store: Store) -> dict[str, int]:
    """Deliveries by state."""
    rows = store.rows("SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state")
    return {str(row[0]): int(row[1]) for row in rows}


def describe(delivery: Delivery) -> dict[str, Any]:
    """One line of the log, without the body: it may hold a private message."""
    return {
        "id": delivery.id,
        "webhook_id": str(delivery.webhook_id),
        "account_id": str(delivery.account_id or ""),
        "dialect": delivery.dialect,
        "event": delivery.event,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "answer": delivery.answer,
        "error": delivery.error,
        "copy": delivery.copy,
        "created_ms": delivery.created_ms,
        "ended_ms": delivery.ended_ms,
    }

"""Polls below posts: their options, who voted for what, and when they end."""

import json
from dataclasses import dataclass

from twitter_integration.sandbox.ids import Snowflakes, now_ms, time_of
from twitter_integration.sandbox.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    id: int
    options: list[str]
    minutes: int

    @property
    def ends_ms(self) -> int:
        return time_of(self.id) + self.minutes * 60_000

    @property
    def is_open(self) -> bool:
        return now_ms() < self.ends_ms


def create(store: Store, ids: Snowflakes, *, options: list[str], minutes: int) -> Poll:
    made = Poll(id=ids.draw(), options=options, minutes=minutes)
    store.add("poll", id=made.id, options=json.dumps(options), minutes=minutes)
    return made


def find(store: Store, poll_id: int | None) -> Poll | None:
    row = store.row("SELECT * FROM poll WHERE id = ?", (poll_id,))
    return Poll(id=row["id"], options=json.loads(row["options"]), minutes=row["minutes"]) if row else None


def vote(store: Store, poll: Poll, *, user_id: int, position: int) -> bool:
    """For the option at a position (from 1), once and for good; False when it is over or was done before."""
    if not poll.is_open or not 1 <= position <= len(poll.options):
        return False
    sql = "INSERT OR IGNORE INTO vote (poll_id, user_id, position) VALUES (?, ?, ?)"
    return store.run(sql, (poll.id, user_id, position)) > 0


def votes(store: Store, poll: Poll) -> list[int]:
    """How many each option has, in the order of the options."""
    rows = store.rows("SELECT position, count(*) FROM vote WHERE poll_id = ? GROUP BY position", (poll.id,))
    counted = {int(row[0]): int(row[1]) for row in rows}
    return [counted.get(position, 0) for position in range(1, len(poll.options) + 1)]

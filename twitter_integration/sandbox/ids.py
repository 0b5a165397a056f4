"""Snowflake ids and the ways X writes a time. Pure but for the id counter's own clock."""

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

EPOCH_MS = 1288834974657
"""First millisecond of X's snowflakes, 4 November 2010: `ms = (id >> 22) + EPOCH_MS`."""

_WORKER = 0b0101100001 << 12
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Snowflakes:
    """Ids that grow, carry their own time and never repeat; `after` is the highest id already in use."""

    def __init__(self, *, after: int = 0) -> None:
        self._last = after
        self._past = 0
        self._lock = threading.Lock()
        self.behind_ms = 0
        """While this is not zero, ids are drawn as if that much earlier; the caller keeps others out meanwhile."""

    @contextmanager
    def as_if(self, *, earlier_ms: int) -> Iterator[None]:
        """Draw ids of the past meanwhile."""
        self.behind_ms = earlier_ms
        try:
            yield
        finally:
            self.behind_ms = 0

    def draw(self) -> int:
        with self._lock:
            if self.behind_ms:
                earlier = ((now_ms() - self.behind_ms - EPOCH_MS) << 22) | _WORKER
                self._past = max(earlier, self._past + 1)
                return self._past
            fresh = ((now_ms() - EPOCH_MS) << 22) | _WORKER
            self._last = max(fresh, self._last + 1)
            return self._last


LARGEST = (1 << 63) - 1


def as_id(given: object) -> int | None:
    """The number behind an id as clients write it; None for whatever cannot be one."""
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= LARGEST else None


def time_of(snowflake: int) -> int:
    """Milliseconds since 1970 at which the id was drawn."""
    return (snowflake >> 22) + EPOCH_MS


def first_at(ms: int) -> int:
    """The smallest id of that millisecond: the bound for `start_time` and `end_time`."""
    return max(ms - EPOCH_MS, 0) << 22


def classic_time(ms: int) -> str:
    """v1.1: `Sun Jun 15 15:06:40 +0000 2025`, whatever the machine's locale."""
    at = datetime.fromtimestamp(ms / 1000, tz=UTC)
    return f"{_DAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at:%d %H:%M:%S} +0000 {at.year}"


def iso_time(ms: int) -> str:
    """v2: `2026-07-25T17:20:00.000Z`, whole seconds as X sends them."""
    return f"{datetime.fromtimestamp(ms / 1000, tz=UTC):%Y-%m-%dT%H:%M:%S}.000Z"


def hex_id() -> str:
    """The 32 hex digits X gives a like."""
    return secrets.token_hex(16)


def event_uuid() -> str:
    """A signed 64-bit number in decimal; X's are negative as often as not, whatever its schema says."""
    return str(secrets.randbits(64) - (1 << 63))


def short_link() -> str:
    """A t.co address with ten characters, as X makes one for every link, photo and quoted post."""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    return "https://t.co/" + "".join(secrets.choice(alphabet) for _ in range(10))

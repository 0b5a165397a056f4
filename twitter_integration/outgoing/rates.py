"""What X says about its limits in response headers. Pure; imports nothing of ours.

Two families: the 15-minute window on every answer, and 24-hour limits (per user, per app) on writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_WINDOW = 25 * 3600  # seconds: a day, and a clock that differs from ours by an hour
LARGEST_LIMIT = 2**31 - 1
_MOST_DIGITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One limit: how many calls it allows, how many are left, and when it starts anew (epoch seconds)."""

    limit: int
    remaining: int
    reset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The limits one answer told of; None where X said nothing."""

    window: Window | None = None
    user_day: Window | None = None
    app_day: Window | None = None

    def seconds_to_wait(self, now: float) -> float | None:
        """How long a refused call (429) has to wait; None when X named no moment.

        A 429 with calls left in the 15-minute window means that a 24-hour limit is spent (docs.x.com, "Rate
        limits").
        """
        days = [day for day in (self.user_day, self.app_day) if day is not None]
        spent = [day.reset for day in days if day.remaining <= 0]
        if self.window is not None and self.window.remaining <= 0:
            spent.append(self.window.reset)
        if not spent:
            spent = [day.reset for day in days] or ([self.window.reset] if self.window else [])
        return max(1.0, max(spent) - now) if spent else None


def read_rates(headers: Mapping[str, str], *, now: float) -> Rates:
    """`headers` must compare names without regard to case, as those of requests do.

    No window lasts longer than a day: whatever names a later moment is taken for that.
    """
    return Rates(
        window=_read(headers, "x-rate-limit-", now),
        user_day=_read(headers, "x-user-limit-24hour-", now),
        app_day=_read(headers, "x-app-limit-24hour-", now),
    )


def _read(headers: Mapping[str, str], prefix: str, now: float) -> Window | None:
    values = [headers.get(prefix + name, "").strip() for name in ("limit", "remaining", "reset")]
    if not all(value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS for value in values):
        return None
    limit, remaining, reset = (int(value) for value in values)
    latest = int(now) + LONGEST_WINDOW
    return Window(limit=min(limit, LARGEST_LIMIT), remaining=min(remaining, LARGEST_LIMIT), reset=min(reset, latest))

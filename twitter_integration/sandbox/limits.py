"""X's rate limits: counting, the headers of every answer, and (when enforced) the refusal. In memory only."""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

QUARTER = 15 * 60
DAY = 24 * 60 * 60
QUARTERS_A_DAY = DAY // QUARTER


@dataclass(slots=True)
class Window:
    limit: int
    seconds: float
    ends: float = 0.0
    used: int = 0

    def renew(self, now: float) -> None:
        if now >= self.ends:
            self.ends, self.used = now + self.seconds, 0

    @property
    def remaining(self) -> int:
        return max(self.limit - self.used, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Calls allowed to one endpoint: per window (`app_quarter` for the app's own token, 0 for the same), and per day
    for writes, by user and by app (0: no daily limit).

    `quarters`: how many quarters of an hour the window has, 96 for v1.1's daily limits. `shared`: a name under which
    several endpoints spend the same allowance.
    """

    quarter: int
    app_quarter: int = 0
    user_day: int = 0
    app_day: int = 0
    quarters: int = 1
    shared: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """How limits are kept, out of the switches: whether calls beyond them are refused, whether answers speak of them,
    by what they are multiplied, and how long a quarter of an hour and a day last (seconds)."""

    refuses: bool = False
    shows: bool = True
    factor: float = 1.0
    quarter: float = QUARTER
    day: float = DAY


def mode_of(word: str, *, quarter: float, day: float) -> Mode:
    """`shown` only counts, `off` does not even that, `real` refuses, a number refuses beyond so many times X's."""
    if word in ("shown", "off"):
        return Mode(shows=word == "shown", quarter=quarter, day=day)
    return Mode(refuses=True, factor=1.0 if word == "real" else float(word), quarter=quarter, day=day)


def is_mode(word: str) -> bool:
    return word in ("shown", "off", "real") or (word.replace(".", "", 1).isdigit() and float(word) > 0)


class Limits:
    def __init__(self) -> None:
        self._windows: dict[tuple[str, str, str], Window] = {}
        self._lock = threading.Lock()
        self.clock: Callable[[], float] = time.time

    def count(self, name: str, *, caller: str, app: str, quota: Quota, mode: Mode) -> tuple[bool, dict[str, str]]:
        """Count a call of `caller`; returns whether it may be served, and the headers that say how many are left."""
        if not mode.shows:
            return True, {}
        now, name = self.clock(), quota.shared or name
        with self._lock:
            quarter = quota.app_quarter if quota.app_quarter and caller.startswith("app ") else quota.quarter
            windows = {"": self._window((name, "quarter", caller), quarter, mode.quarter * quota.quarters, mode)}
            if quota.user_day:
                windows["user"] = self._window((name, "user", caller), quota.user_day, mode.day, mode)
            if quota.app_day:
                windows["app"] = self._window((name, "app", app), quota.app_day, mode.day, mode)
            for window in windows.values():
                window.renew(now)
            within = all(window.remaining for window in windows.values())
            if within:
                for window in windows.values():
                    window.used += 1
            return within or not mode.refuses, _headers(windows)

    def _window(self, key: tuple[str, str, str], limit: int, seconds: float, mode: Mode) -> Window:
        """A changed mode changes limits at once, and lengths with the next window."""
        found = self._windows.setdefault(key, Window(limit=0, seconds=seconds))
        found.limit, found.seconds = max(int(limit * mode.factor), 1), seconds
        return found

    def spent(self) -> list[dict[str, object]]:
        """Every window that is open, for inspection."""
        with self._lock:
            open_ones = {key: replace(window) for key, window in self._windows.items() if window.ends > self.clock()}
        return [
            {"call": name, "window": span, "of": who, "limit": item.limit, "used": item.used, "ends": item.ends}
            for (name, span, who), item in open_ones.items()
        ]

    def reset(self) -> None:
        with self._lock:
            self._windows.clear()


def exhausted_headers(headers: dict[str, str], *, window: str, lasts: float) -> dict[str, str]:
    """The headers of a 429 asked for as a fault, in either family; a spent day `lasts` so many seconds more."""
    day = {"limit": "1440", "remaining": "0", "reset": str(math.ceil(time.time() + lasts))}
    if window == "24h":
        return headers | {f"x-user-limit-24hour-{key}": value for key, value in day.items()}
    return headers | {"x-rate-limit-remaining": "0"}


def _headers(windows: dict[str, Window]) -> dict[str, str]:
    """The reset is told in whole seconds: the one in which the window has ended."""
    headers: dict[str, str] = {}
    for family, window in windows.items():
        prefix = f"x-{family}-limit-24hour" if family else "x-rate-limit"
        headers[f"{prefix}-limit"] = str(window.limit)
        headers[f"{prefix}-remaining"] = str(window.remaining)
        headers[f"{prefix}-reset"] = str(math.ceil(window.ends))
    return headers

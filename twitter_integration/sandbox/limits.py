"""X's rate limits: counting, the headers of every answer, and (when enforced) the refusal. In memory only."""

import threading
import time
from dataclasses import dataclass

QUARTER = 15 * 60
DAY = 24 * 60 * 60


@dataclass(slots=True)
class Window:
    limit: int
    seconds: int
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
    """Calls allowed to one endpoint: per quarter of an hour (`app_quarter` for the app's own token, 0 for the same),
    and per day for writes (0: no daily limit)."""

    quarter: int
    app_quarter: int = 0
    user_day: int = 0
    app_day: int = 0


class Limits:
    def __init__(self) -> None:
        self._windows: dict[tuple[str, str, str], Window] = {}
        self._lock = threading.Lock()

    def count(self, name: str, *, caller: str, app: str, quota: Quota) -> tuple[bool, dict[str, str]]:
        """Count a call of `caller`; returns whether it is within all limits, and the headers that say so."""
        now = time.time()
        with self._lock:
            quarter = quota.app_quarter if quota.app_quarter and caller.startswith("app ") else quota.quarter
            windows = {"": self._window((name, "quarter", caller), quarter, QUARTER)}
            if quota.user_day:
                windows["user"] = self._window((name, "user", caller), quota.user_day, DAY)
            if quota.app_day:
                windows["app"] = self._window((name, "app", app), quota.app_day, DAY)
            for window in windows.values():
                window.renew(now)
            within = all(window.remaining for window in windows.values())
            if within:
                for window in windows.values():
                    window.used += 1
            return within, _headers(windows)

    def _window(self, key: tuple[str, str, str], limit: int, seconds: int) -> Window:
        return self._windows.setdefault(key, Window(limit=limit, seconds=seconds))

    def reset(self) -> None:
        with self._lock:
            self._windows.clear()


def exhausted_headers(headers: dict[str, str], *, window: str) -> dict[str, str]:
    """The headers of a 429 asked for as a fault, in either family."""
    day = {"limit": "1440", "remaining": "0", "reset": str(int(time.time()) + 3600)}
    if window == "24h":
        return headers | {f"x-user-limit-24hour-{key}": value for key, value in day.items()}
    return headers | {"x-rate-limit-remaining": "0"}


def _headers(windows: dict[str, Window]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for family, window in windows.items():
        prefix = f"x-{family}-limit-24hour" if family else "x-rate-limit"
        headers[f"{prefix}-limit"] = str(window.limit)
        headers[f"{prefix}-remaining"] = str(window.remaining)
        headers[f"{prefix}-reset"] = str(int(window.ends))
    return headers

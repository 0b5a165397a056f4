"""Which calls were made, how often, by whom, and how they ended: for tests and whoever checks the desk. In memory."""

import threading
import time
from collections import Counter, deque
from typing import Any

Json = dict[str, Any]
KEPT = 200_000
"""How many single calls are remembered; the counts know all."""


class Calls:
    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str, int]] = Counter()
        self._log: deque[tuple[float, str, str, str, int]] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def note(self, method: str, rule: str, *, by: str, status: int) -> None:
        """`by`: the id of the user, `app` for the app's own token, empty for who is unknown. Status 0: cut."""
        with self._lock:
            self._counts[method, rule, by, status] += 1
            self._log.append((time.time(), method, rule, by, status))

    def counts(self, *, by: str = "") -> list[Json]:
        """One row per endpoint, caller and outcome, the most frequent first."""
        with self._lock:
            rows = self._counts.most_common()
        return [
            {"method": method, "path": _plain(rule), "by": who, "status": status, "times": times}
            for (method, rule, who, status), times in rows
            if by in ("", who)
        ]

    def log(self, *, since: float = 0.0, by: str = "") -> list[Json]:
        """Single calls in their order, each with its moment (seconds since 1970)."""
        with self._lock:
            rows = list(self._log)
        return [
            {"at": at, "method": method, "path": _plain(rule), "by": who, "status": status}
            for at, method, rule, who, status in rows
            if at > since and by in ("", who)
        ]

    def forget(self) -> None:
        with self._lock:
            self._counts.clear()
            self._log.clear()


def _plain(rule: str) -> str:
    """`/2/users/:user_id/likes`, as X's own pages write it."""
    return rule.replace("<", ":").replace(">", "")

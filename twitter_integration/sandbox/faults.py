"""Faults on demand: what the next calls to a path should suffer. In memory only."""

import fnmatch
import itertools
import random
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("status", "cut", "slow", "lost", "done")


class FaultError(ValueError):
    """A fault that cannot be set; the text says why."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """`status`: answer so, doing nothing. `done`: do it, and answer so all the same. `cut`: do it, then drop the
    connection. `lost`: drop it, doing nothing. `slow`: do it, answer late."""

    id: int
    kind: str
    path: str = "*"  # glob over the path, such as /2/tweets or /2/dm_conversations/*
    method: str = "*"
    status: int = 500
    window: str = "15min"  # of a 429: 15min, or 24h (where calls remain in the quarter of an hour)
    seconds: float = 0.0
    code: int = 0  # v1.1's number of an error, such as 226 (looks automated) or 326 (locked)
    detail: str = ""  # X's words for it
    share: float = 1.0  # how many of the matching calls suffer; drawn by lot
    remaining: int = 1


class Faults:
    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._numbers = itertools.count(1)
        self._chance = random.Random(1)  # noqa: S311 - the same lots in every run
        self._lock = threading.Lock()

    def plan(
        self,
        kind: str,
        *,
        path: str = "*",
        method: str = "*",
        status: int = 500,
        window: str = "15min",
        seconds: float = 0.0,
        code: int = 0,
        detail: str = "",
        share: float = 1.0,
        count: int = 1,
    ) -> Fault:
        """Have the next `count` matching calls suffer."""
        if kind not in KINDS:
            raise FaultError(f"A fault is one of {', '.join(KINDS)}, not {kind!r}.")
        if not 400 <= status <= 599 or window not in ("15min", "24h"):
            raise FaultError("status is 400 to 599 and window is 15min or 24h.")
        if not 0 < share <= 1:
            raise FaultError("share is more than 0 and at most 1.")
        fault = Fault(
            id=next(self._numbers),
            kind=kind,
            path=path,
            method=method.upper(),
            status=status,
            window=window,
            seconds=seconds,
            code=code,
            detail=detail,
            share=share,
            remaining=count,
        )
        with self._lock:
            self._planned.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault this call suffers, counted down; None for most calls."""
        with self._lock:
            for fault in self._planned:
                if fault.method in ("*", method) and fnmatch.fnmatchcase(path, fault.path):
                    if fault.share < 1 and self._chance.random() >= fault.share:
                        continue
                    fault.remaining -= 1
                    if fault.remaining <= 0:
                        self._planned.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()

    def planned(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._planned]


def dawdle(fault: Fault) -> None:
    """Wait as long as a slow fault demands."""
    time.sleep(min(fault.seconds, 120))

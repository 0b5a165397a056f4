"""Watches that work flows: rings the canary, notices a wedged worker and a database that went away.

A wedged django-q2 cluster looks healthy from outside (one killed worker keeps the queue's lock for ever); only the
canary tells. What is done about it is the supervisor's.
"""

import time
from collections.abc import Callable

from django.db import DatabaseError
from django.utils import timezone

from kapture import canary

LOOK_EVERY_SECONDS = 5.0


class WorkerWatch:
    """Call `look` as often as you like; it looks every few seconds."""

    def __init__(self, *, restart: Callable[[], None], revive_database: Callable[[], None]) -> None:
        self._restart = restart
        self._revive_database = revive_database
        self._next_look = 0.0

    def look(self, *, worker_age: float) -> None:
        """Ring the canary and restart the worker when it has not answered for 90 s, `worker_age` s after its start."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + LOOK_EVERY_SECONDS
        try:
            if self._is_wedged(worker_age):
                self._restart()
                canary.ring(timezone.now(), force=True)
            else:
                canary.ring(timezone.now())
        except DatabaseError:
            self._revive_database()

    def _is_wedged(self, worker_age: float) -> bool:
        limit = canary.STALE_AFTER.total_seconds()
        age = canary.age(timezone.now())
        return worker_age > limit and (age is None or age > limit)

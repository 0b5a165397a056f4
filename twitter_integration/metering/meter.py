"""Keeps finished calls for a moment and books them: one transaction for all that are waiting, of every thread.

Never raises, never writes in a caller's transaction (it may be rolled back, the call may not), and never waits for
the disk: a crash of the database loses the last blink, a killed process what it was about to book. Not here: what a
call costs (counting), the tables (book).
"""

import atexit
import logging
import os
import threading
import time
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from twitter_integration.metering.book import enter
from twitter_integration.metering.counting import Entry, Payer, count_call

log = logging.getLogger(__name__)

# A client that stays open books at the first call after so long; others book when they are closed.
SOON = 2.0  # seconds
# With the database away for so many calls, the oldest are given up.
MOST = 20_000


class Meter:
    """One per process; any thread may use it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Start empty: in a forked child what waits is still its parent's."""
        self._waiting: list[Entry] = []
        self._settled_at = time.monotonic()

    def note(self, payer: Payer, method: str, path: str, *, status: int, content: bytes, **told: Any) -> None:
        """A call that ended; `status` 0 where no answer came. `told`: `sent`, `query_id`, `outbox`."""
        try:
            day = timezone.now().date()
            line = count_call(payer, method, path, status=status, content=content, day=day, **told)
        except Exception:
            log.exception("A call of X could not be counted: %s %d.", method, status)
            return
        with self._lock:
            self._waiting.append(line)
        if time.monotonic() - self._settled_at > SOON:
            self.settle()

    def settle(self) -> None:
        """Book what waits. Inside a caller's transaction it waits for its end."""
        with self._lock:
            lines, self._waiting = self._waiting, []
            self._settled_at = time.monotonic()
        if not lines:
            return
        try:
            with transaction.atomic(durable=True):
                _hurry()
                enter(lines)
        except Exception as error:
            self._keep(lines, error)

    def _keep(self, lines: list[Entry], error: Exception) -> None:
        with self._lock:
            self._waiting = [*lines, *self._waiting][-MOST:]
        if isinstance(error, RuntimeError):  # Django's word for "within another transaction"
            if connection.in_atomic_block and not connection.needs_rollback:
                transaction.on_commit(self.settle)
        else:
            log.warning("Calls of X are not booked yet (%s); %d wait.", type(error).__name__, len(lines))


def _hurry() -> None:
    """Do not wait for the disk: senders call this, and a blink of counts is worth less than their time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('synchronous_commit', 'off', true)")


meter = Meter()
os.register_at_fork(after_in_child=meter.forget)
atexit.register(meter.settle)

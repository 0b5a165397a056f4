"""The bell's rope: django-q2's ORM broker with one-statement claims, bells that ring later, and no poison.

Carries wake-ups only. What there is to do is read from the tables by whoever is woken.
"""

import logging
from datetime import datetime, timedelta
from time import sleep

from django.db import connections
from django.utils import timezone
from django_q.brokers.orm import ORM
from django_q.conf import Conf
from django_q.models import OrmQ
from django_q.signing import SignedPackage

logger = logging.getLogger(__name__)

# Claiming row by row costs two statements a task and lets two clusters fight for the same rows;
# `lock` means "not before" for a waiting bell and "hidden until" for a claimed one.
# The rows are chosen in a WITH: a sub-select in IN may be run again for each row of the table, and then takes more than
# its LIMIT (PostgreSQL plans it so when the table looks small).
_CLAIM = """
    WITH due AS (
        SELECT id FROM django_q_ormq WHERE key = %(key)s AND lock <= %(now)s
        ORDER BY lock LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    )
    UPDATE django_q_ormq AS bell SET lock = %(hidden_until)s FROM due WHERE bell.id = due.id
    RETURNING bell.id, bell.payload
"""


class SkipLockedBroker(ORM):  # type: ignore[misc]  # django-q2 carries no types
    """The broker of both processes (`Q_CLUSTER["broker_class"]`)."""

    def dequeue(self) -> list[tuple[int, str]]:
        """Claim up to `bulk` due bells; wait `poll` seconds when there are none: the caller loops."""
        self.get_connection()  # closes a connection that went stale, as the base class does before each call
        now = timezone.now()
        with connections[Conf.ORM].cursor() as cursor:
            cursor.execute(
                _CLAIM,
                {
                    "hidden_until": now + timedelta(seconds=Conf.RETRY),
                    "key": self.list_key,
                    "now": now,
                    "limit": Conf.BULK,
                },
            )
            claimed: list[tuple[int, str]] = cursor.fetchall()
        if not claimed:
            sleep(Conf.POLL)
        return [(ident, payload) for ident, payload in claimed if self._is_sound(ident, payload)]

    def _is_sound(self, ident: int, payload: str) -> bool:
        """Drop a bell that cannot be read: django-q2's pusher would die of it, again after every `retry`."""
        try:
            SignedPackage.loads(payload)
        except Exception as error:
            # A class that moved, a rotated SECRET_KEY, a damaged row: the sweepers ring again for it.
            logger.error("Bell %s cannot be read (%s) and was dropped.", ident, type(error).__name__)
            self.delete(ident)
            return False
        return True


class DelayedBroker(SkipLockedBroker):
    """Rings not before `due`: `async_task("tickets.tasks.send", broker=delayed(due))`."""

    def __init__(self, due: datetime) -> None:
        super().__init__()
        self.due = due

    def enqueue(self, task: str) -> int:
        row = self.get_connection().create(key=self.list_key, payload=task, lock=self.due)
        assert isinstance(row, OrmQ)
        return int(row.pk)


def delayed(due: datetime) -> DelayedBroker:
    """Return a broker that makes its bells wait until `due`, to the worker's poll interval (0.1 s)."""
    return DelayedBroker(due)

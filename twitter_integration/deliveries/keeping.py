"""Group commit: deliveries that arrive while one transaction commits share the next one.

Each caller waits until its own body is durable. One transaction is under way at a time, so under load a commit carries
many deliveries, and at rest a delivery waits for nobody.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError, InterfaceError, connection

from twitter_integration.inbox import Arrival, store

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
MOST_WAITING = 5_000  # beyond this X is told to come again, rather than wait past its 3 s


class NotKept(Exception):
    """The database did not take it; the sender must try again."""


class Keeper:
    def __init__(self) -> None:
        self._waiting: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        # One thread of its own: its database connection stays open between commits.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keeper")

    async def keep(self, arrival: Arrival) -> None:
        """Returns when the delivery is durable (or known already). Raises NotKept."""
        if len(self._waiting) >= MOST_WAITING:
            raise NotKept
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
            try:
                await loop.run_in_executor(self._thread, _store, [arrival for arrival, _ in batch])
            except Exception as error:
                log.error("%d deliveries could not be kept: %s.", len(batch), type(error).__name__)
                _settle(batch, NotKept())
            else:
                _settle(batch, None)


def _settle(batch: list[tuple[Arrival, "asyncio.Future[None]"]], error: Exception | None) -> None:
    for _, done in batch:
        if done.done():  # the sender hung up
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)


def _store(arrivals: list[Arrival]) -> None:
    """Once more on a new connection when the old one broke: storing twice is harmless."""
    try:
        store(arrivals)
    except (DatabaseError, InterfaceError):
        connection.close()
        store(arrivals)

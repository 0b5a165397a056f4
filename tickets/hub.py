"""Listens to PostgreSQL once per web process and tells every open page. Not here: who may listen (views/live.py).

Nothing is replayed: a page that was away is told "catch up" and asks for its parts once, which is always right,
whatever it missed.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import psycopg
from django.db import connection

from tickets.live import CHANNEL, MANY, MOST_IDS

logger = logging.getLogger(__name__)

# A dead connection that nobody closes is noticed after this many seconds without a word.
PROBE_SECONDS = 30.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


class Page:
    """One open page. What it has not been told yet is a set, so that a slow reader costs no memory."""

    def __init__(self, ticket: int | None) -> None:
        self.ticket = ticket
        self._ids: set[int] = set()
        self._catch_up = False
        self._news = asyncio.Event()

    def tell(self, ids: set[int] | None) -> None:
        """None: anything may have changed."""
        if ids is None:
            self._catch_up = True
        elif self.ticket is None:
            self._ids |= ids
        elif self.ticket in ids:
            self._ids.add(self.ticket)
        else:
            return
        self._news.set()

    async def wait(self, seconds: float) -> set[int] | None:
        """What changed since the last call: ids, None for "anything", or an empty set after `seconds` of silence."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        self._news.clear()
        ids, catch_up = self._ids, self._catch_up or len(self._ids) > MOST_IDS
        self._ids, self._catch_up = set(), False
        return None if catch_up else ids


class Hub:
    """The pages of one event loop and the one connection that listens for them."""

    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self._listening = False
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def page(self, ticket: int | None) -> Iterator[Page]:
        """Be told while the block lasts. The first word is "catch up", once the connection listens."""
        page = Page(ticket)
        self.pages.add(page)
        if self._listening:
            page.tell(None)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen_for_ever())
        try:
            yield page
        finally:
            self.pages.discard(page)

    def tell(self, payload: str) -> None:
        ids = read_payload(payload)
        for page in self.pages:
            page.tell(ids)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen_for_ever(self) -> None:
        failures = 0
        while True:
            try:
                async for payload in listen():
                    failures = 0
                    self._listening = True
                    self.tell(payload)
            except (psycopg.Error, OSError) as error:
                if failures == 0:
                    logger.warning("Live updates pause, the database does not answer: %s", type(error).__name__)
            self._listening = False
            await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
            failures += 1


async def listen() -> AsyncIterator[str]:
    """Payloads as they come; the first is empty and says that we listen now. Ends with psycopg.Error."""
    async with await psycopg.AsyncConnection.connect(autocommit=True, **_parameters()) as listener:
        await listener.execute(f"LISTEN {CHANNEL}")
        yield ""
        while True:
            async for notice in listener.notifies(timeout=PROBE_SECONDS):
                yield notice.payload
            await listener.execute("SELECT 1")


def _parameters() -> dict[str, Any]:
    """Django's own way to the database, without what belongs to its cursors."""
    parameters = connection.get_connection_params()
    return {name: value for name, value in parameters.items() if name not in ("cursor_factory", "context")}


def read_payload(payload: str) -> set[int] | None:
    """The ids of a notice; None when it names none (many, just connected, or not ours to understand)."""
    try:
        tickets = json.loads(payload)["tickets"] if payload else MANY
    except (ValueError, KeyError, TypeError):
        return None
    return {pk for pk in tickets if isinstance(pk, int)} if isinstance(tickets, list) else None


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def current_hub() -> Hub:
    """The hub of this event loop; a server process has one."""
    loop = asyncio.get_running_loop()
    for other in [other for other in _hubs if other.is_closed()]:
        del _hubs[other]
    return _hubs.setdefault(loop, Hub())

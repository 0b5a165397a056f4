"""Listens to PostgreSQL once per web process and tells every open page. Not here: who may listen (views/live.py).

Nothing is replayed: a page that was away is told "catch up" and asks for its parts once, which is always right,
whatever it missed.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.db import connection

from tickets.live import CHANNEL, MANY, MOST_IDS

logger = logging.getLogger(__name__)

# A dead connection that nobody closes is noticed after this many seconds without a word.
PROBE_SECONDS = 30.0
RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Notice:
    """One word from the database: which tickets changed (None: any), or on which somebody is typing.

    `private`: further ones, told to those alone who may see private tickets. `staffed`: further ones in queues that
    teams staff, as (queue, private, tickets). `people`: who of us has new notices.
    """

    tickets: frozenset[int] | None
    private: frozenset[int] = frozenset()
    typing: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    here: frozenset[int] = frozenset()  # where somebody of ours came or went
    here_private: bool = False
    here_queue: int = 0
    streams: frozenset[int] = frozenset()  # addresses of which the channel told something
    streams_private: frozenset[int] = frozenset()  # the same, of something private
    staffed: tuple[tuple[int, bool, frozenset[int]], ...] = ()


@dataclass(slots=True)
class News:
    """What happened since a page was last told. `tickets` is None when anything may have changed."""

    tickets: set[int] | None = field(default_factory=set)
    typing: bool = False  # the customer of the page's ticket is writing
    notices: bool = False  # whoever reads the page has new notices
    here: bool = False  # colleagues came to a ticket of the page, or left it
    stream: bool = False  # something came to the stream that the page shows


class Page:
    """One open page, of one ticket that its reader may see, or of all. What it has not been told yet is a set, so that
    a slow reader costs no memory. `queues`: those its reader may look into; None: every one. `stream`: the address
    whose stream it shows."""

    def __init__(
        self,
        ticket: int | None,
        *,
        private: bool = False,
        queues: frozenset[int] | None = None,
        person: int | None = None,
        stream: int | None = None,
    ) -> None:
        self.ticket = ticket
        self._stream = stream
        self._queues = queues
        self._person = person
        self._private = private or ticket is not None
        self._news = News()
        self._there_is_news = asyncio.Event()

    def tell(self, notice: Notice) -> None:
        told, typing = self._of_this(notice), self.ticket in notice.typing
        notices = self._person in notice.people
        here = bool(notice.here) and self._hears_of(notice)
        stream = self._stream in (notice.streams | notice.streams_private if self._private else notice.streams)
        if not (told is None or told or typing or notices or here or stream):
            return
        known = self._news.tickets
        if known is None or told is None or len(known) > MOST_IDS:
            self._news.tickets = None
        else:
            known |= told
        self._news.typing |= typing
        self._news.notices |= notices
        self._news.here |= here
        self._news.stream |= stream
        self._there_is_news.set()

    def _hears_of(self, notice: Notice) -> bool:
        if self.ticket is not None:
            return self.ticket in notice.here
        open_to_them = self._queues is None or notice.here_queue in self._queues
        return open_to_them and (self._private or not notice.here_private)

    def _of_this(self, notice: Notice) -> frozenset[int] | None:
        """What of a notice this page may know and wants to."""
        if notice.tickets is None:
            return None
        told = notice.tickets | notice.private if self._private else notice.tickets
        for queue, private, tickets in notice.staffed:
            if (self._queues is None or queue in self._queues) and (self._private or not private):
                told |= tickets
        return told if self.ticket is None else told & {self.ticket}

    async def wait(self, seconds: float) -> News:
        """What happened since the last call, or nothing after `seconds` of silence."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._there_is_news.wait(), seconds)
        self._there_is_news.clear()
        news, self._news = self._news, News()
        return news


class Hub:
    """The pages of one event loop and the one connection that listens for them."""

    def __init__(self) -> None:
        self.pages: set[Page] = set()
        self._listening = False
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def page(
        self,
        ticket: int | None,
        *,
        private: bool = False,
        queues: frozenset[int] | None = None,
        person: int | None = None,
        stream: int | None = None,
    ) -> Iterator[Page]:
        """Be told while the block lasts. The first word is "catch up", once the connection listens."""
        page = Page(ticket, private=private, queues=queues, person=person, stream=stream)
        self.pages.add(page)
        if self._listening:
            page.tell(Notice(tickets=None))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen_for_ever())
        try:
            yield page
        finally:
            self.pages.discard(page)

    def tell(self, payload: str) -> None:
        notice = read_payload(payload)
        for page in self.pages:
            page.tell(notice)

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


def read_payload(payload: str) -> Notice:
    """A notice that names nothing (many, just connected, or not ours to understand) means that anything changed."""
    try:
        told = json.loads(payload)
        if "typing" in told:
            return Notice(tickets=frozenset(), typing=_ids(told["typing"]))
        if "here" in told:
            private, queue = bool(told["private"]), int(told["queue"])
            return Notice(tickets=frozenset(), here=_ids(told["here"]), here_private=private, here_queue=queue)
        if "streams" in told:
            return Notice(tickets=frozenset(), streams=_ids(told["streams"]), streams_private=_ids(told["private"]))
        if "people" in told:
            return Notice(tickets=frozenset(), people=_ids(told["people"]))
        if told["tickets"] == MANY:
            return Notice(tickets=None)
        staffed = tuple((int(queue), bool(private), _ids(ids)) for queue, private, ids in told.get("staffed", ()))
        return Notice(tickets=_ids(told["tickets"]), private=_ids(told["private"]), staffed=staffed)
    except (ValueError, KeyError, TypeError):
        return Notice(tickets=None)


def _ids(told: Any) -> frozenset[int]:
    if not isinstance(told, list):
        raise TypeError("ids come as a list")
    return frozenset(pk for pk in told if isinstance(pk, int))


_hubs: dict[asyncio.AbstractEventLoop, Hub] = {}


def current_hub() -> Hub:
    """The hub of this event loop; a server process has one."""
    loop = asyncio.get_running_loop()
    for other in [other for other in _hubs if other.is_closed()]:
        del _hubs[other]
    return _hubs.setdefault(loop, Hub())

"""Several sends at a time: threads that call channels and nothing else, and hand back what became of each call.

A thread may ask the database (channels do); what it opens is closed when the crew is dismissed.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import Self

from django.db import connection
from django.utils.translation import gettext as _

from kapture import logs
from tickets.channels import channel_named
from tickets.models import OutboxEntry
from tickets.outbound import OutboundMessage, Receipt, SendError

log = logging.getLogger(__name__)

# Claimed ahead for each sender, so that none is idle while others are recorded. A worker that dies leaves as many to be
# looked for as it had claimed.
AHEAD = 8
# What ends within so long of the first is recorded with it, up to half of what is under way: to record thirty takes
# little longer than one, and most of it is not sending but waiting for the database.
GATHER = 0.4  # seconds
# No call begins so long after its claim: soon others take the claimer for dead (reading_back.ABANDONED_AFTER), and it
# may only have slept (a frozen machine) or waited behind calls that nobody answered.
LATEST_START = timedelta(seconds=45)


Task = tuple[OutboxEntry, OutboundMessage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One call: either a receipt or an error."""

    entry: OutboxEntry
    started_at: datetime
    ended_at: datetime
    receipt: Receipt | None = None
    error: SendError | None = None


class Crew:
    """So many senders; of one alone, the caller is it. Threads are begun as they are needed."""

    def __init__(self, size: int, *, clock: Callable[[], datetime]):
        self._size, self._clock = size, clock
        self._todo: SimpleQueue[Task | None] = SimpleQueue()
        self._done: SimpleQueue[Outcome] = SimpleQueue()
        self._threads: list[Thread] = []
        self._under_way = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _thread in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()

    @property
    def room(self) -> int:
        """How many more it can be given."""
        return (1 if self._size == 1 else self._size * AHEAD) - self._under_way

    def send(self, entry: OutboxEntry, message: OutboundMessage) -> None:
        self._under_way += 1
        if self._size == 1:
            self._done.put(self._call(entry, message))
            return
        if len(self._threads) < min(self._under_way, self._size):
            thread = Thread(target=self._work, name=f"sender {len(self._threads) + 1}", daemon=True)
            self._threads.append(thread)
            thread.start()
        self._todo.put((entry, message))

    def finished(self) -> list[Outcome]:
        """What ended since: waits for one while any is under way, and a moment for more. Empty: nothing is."""
        if not self._under_way:
            return []
        outcomes = [self._done.get()]
        until, enough = monotonic() + GATHER, min(self._size * AHEAD // 2, self._under_way)
        try:
            while len(outcomes) < enough:
                outcomes.append(self._done.get(timeout=max(until - monotonic(), 0)))
            while True:
                outcomes.append(self._done.get_nowait())
        except Empty:
            self._under_way -= len(outcomes)
            return outcomes

    def _work(self) -> None:
        try:
            while (task := self._todo.get()) is not None:
                self._done.put(self._call(*task))
        finally:
            connection.close()

    def _call(self, entry: OutboxEntry, message: OutboundMessage) -> Outcome:
        started, receipt, error = self._clock(), None, None
        if entry.claimed_at is not None and started > entry.claimed_at + LATEST_START:
            late = SendError(_("Its turn came too late; it is queued again."), code="late", unheard=True, retry_after=0)
            return Outcome(entry=entry, started_at=started, ended_at=started, error=late)
        with logs.trace(f"ticket {entry.message.ticket_id or '(none)'}"):
            try:
                receipt = channel_named(entry.address.channel).send(message)
            except SendError as refused:
                error = refused
            except Exception as trouble:
                error = unexpected(trouble)
        return Outcome(entry=entry, started_at=started, ended_at=self._clock(), receipt=receipt, error=error)


def unexpected(error: Exception) -> SendError:
    """What no channel should raise; it may have gone out all the same."""
    log.exception("A call ended in an unexpected way; it will be read back before anything else.")
    return SendError(
        _("The call ended in an unexpected way ({name}).").format(name=type(error).__name__), unsettled=True
    )

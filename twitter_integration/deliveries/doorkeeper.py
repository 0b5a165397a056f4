"""Knows from memory which webhook token belongs to which app, and its secrets; the table is asked in the background."""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

from kapture.sealing import CannotOpen
from twitter_integration.models import XApp

log = logging.getLogger(__name__)

FRESH_SECONDS = 15.0  # how long a changed secret may take to be known here
LOOKS_AT_ONCE = 5.0  # for what does not fit the known keys …
GLANCE_SECONDS = 1.0  # … and then one each, where the token itself is a stranger's
LOOK_AGAIN_SECONDS = 0.2  # … or where it is a signature or a challenge
PATIENCE_SECONDS = 1.0  # how long a challenge waits for that look; X gives us 3


@dataclass(frozen=True, slots=True)
class Keys:
    app_id: int
    secret: str
    replaced: tuple[tuple[str, datetime], ...]

    def secrets(self, now: datetime) -> Sequence[str]:
        """The current one first; each before it while it is still accepted (x-api 8, gotcha 32)."""
        return (self.secret, *(secret for secret, until in self.replaced if now < until))


class Allowance:
    """So many looks at once and then one in so many seconds: the first who comes with something new is not among the
    refused, and who sends forged ones by the thousand costs the table no more than this."""

    def __init__(self, *, again_after: float) -> None:
        self._again_after = again_after
        self._left, self._counted_at = LOOKS_AT_ONCE, time.monotonic()

    def take(self) -> bool:
        now = time.monotonic()
        self._left = min(LOOKS_AT_ONCE, self._left + (now - self._counted_at) / self._again_after)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Doorkeeper:
    def __init__(self) -> None:
        self._keys: dict[str, Keys] = {}
        self._looked_at = float("-inf")
        self._strangers = Allowance(again_after=GLANCE_SECONDS)
        self._misfits = Allowance(again_after=LOOK_AGAIN_SECONDS)
        self.has_read = False  # until then a token that is not known may be known to the table
        self._looking: asyncio.Task[None] | None = None

    async def keys(self, token: str) -> Keys | None:
        age = time.monotonic() - self._looked_at
        known = self._keys.get(token)
        if age > FRESH_SECONDS or (known is None and self._strangers.take()):
            looking = self._look()
            if known is None:
                await asyncio.shield(looking)
        elif known is None and self._looking is not None:
            await asyncio.shield(self._looking)
        return self._keys.get(token)

    async def fresh_keys(self, token: str) -> Keys | None:
        """What the table says now, for what the known keys do not fit: they may have been changed since they were read.
        Where that was asked too often of late, what is known is taken for it."""
        if self._looking is not None and not self._looking.done():
            await asyncio.shield(self._looking)  # it may have begun before they were changed
        if self._misfits.take():
            await asyncio.shield(self._look())
        return self._keys.get(token)

    async def fresh_keys_soon(self, token: str) -> Keys | None:
        """The same, but with what is known when the table keeps us waiting: a challenge may prove nothing by itself,
        and its answer must be that of the secret X has."""
        try:
            return await asyncio.wait_for(self.fresh_keys(token), PATIENCE_SECONDS)
        except TimeoutError:
            return self._keys.get(token)

    def _look(self) -> "asyncio.Task[None]":
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._refresh())
        return self._looking

    async def _refresh(self) -> None:
        try:
            self._keys = await sync_to_async(_load, thread_sensitive=False)()
            self.has_read = True
        except DatabaseError as error:
            log.warning("The X apps could not be read (%s); going on with what is known.", type(error).__name__)
        self._looked_at = time.monotonic()


def _load() -> dict[str, Keys]:
    try:
        return {app.webhook_token: _keys_of(app) for app in _readable_apps()}
    finally:
        close_old_connections()


def _readable_apps() -> list[XApp]:
    """An app whose secrets cannot be opened is deaf by itself; it must not silence the others."""
    apps = XApp.objects.only("webhook_token", "consumer_secret", "previous_consumer_secret", "previous_secret_until")
    try:
        return list(apps)
    except CannotOpen:
        found: list[XApp] = []
        for pk in XApp.objects.values_list("pk", flat=True):
            try:
                found.extend(apps.filter(pk=pk))
            except CannotOpen:
                log.error("The secrets of X app %d cannot be opened; its webhook answers nobody.", pk)
        return found


def _keys_of(app: XApp) -> Keys:
    return Keys(app.pk, app.consumer_secret, tuple(app.replaced_secrets))

"""When X last challenged us, noted behind the answer: a challenge itself is answered without the database.

The web process's receiver tells of every challenge it answered well; at most one write a minute and app.
"""

import asyncio
import logging
import time

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from twitter_integration.models import XApp

log = logging.getLogger(__name__)
PAUSE_SECONDS = 60.0


class ChallengeBook:
    def __init__(self) -> None:
        self._noted: dict[int, float] = {}
        self._writing: set[asyncio.Task[None]] = set()

    def note(self, app_id: int) -> None:
        """Called in the event loop; returns at once."""
        at = time.monotonic()
        if at - self._noted.get(app_id, float("-inf")) < PAUSE_SECONDS:
            return
        self._noted[app_id] = at
        task = asyncio.create_task(sync_to_async(_write, thread_sensitive=False)(app_id))
        self._writing.add(task)  # the loop itself holds tasks only weakly
        task.add_done_callback(self._writing.discard)

    async def settle(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._writing)


def _write(app_id: int) -> None:
    try:
        XApp.objects.filter(pk=app_id).update(last_challenge_at=timezone.now())
    except DatabaseError as error:
        log.warning("The challenge to X app %d could not be noted (%s).", app_id, type(error).__name__)
    finally:
        close_old_connections()

"""The web process's front door: hands a request to the application that owns its path, by default to Django.

Which paths are answered before Django is settings.ASGI_MOUNTS; what they do is theirs.
"""

import gc
import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import get_resolver
from django.utils.module_loading import import_string

log = logging.getLogger("kapture.access")
FAILURES = 400
_ASKED_ALL_THE_TIME = frozenset({"/healthz", "/readyz"})  # also while they cannot be well yet

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kapture.settings")


class Dispatcher:
    """Sends each request to the mount with the longest matching prefix, or to `default`."""

    def __init__(self, default: Application, mounts: dict[str, Application]) -> None:
        self.default = default
        self.mounts = sorted(mounts.items(), key=lambda mount: -len(mount[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        await self._owner(scope["path"])(scope, receive, _told(scope, send))

    def _owner(self, path: str) -> Application:
        return next((mount for prefix, mount in self.mounts if path.startswith(prefix)), self.default)


def _told(scope: Scope, send: Send) -> Send:
    """Log the answer when it is a failure: method, path and status, never the query. What succeeds leaves no line."""
    if scope["path"] in _ASKED_ALL_THE_TIME:
        return send

    async def telling(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start" and message["status"] >= FAILURES:
            log.info("%s %s %d", scope["method"], scope["path"], message["status"])
        await send(message)

    return telling


async def _live(receive: Receive, send: Send) -> None:
    """Answer the server's questions about starting and stopping; nothing of ours needs either."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _mounts() -> dict[str, Application]:
    return {prefix: import_string(path) for prefix, path in settings.ASGI_MOUNTS.items()}


def _settle() -> None:
    """What the program is made of stays as long as it does. Set apart, it is not walked again whenever Python looks
    for what is left over: that would hold up one answer in some thirty by more than the answer itself takes."""
    get_resolver().url_patterns  # noqa: B018  (the pages, which else the first who asks waits for)
    gc.collect()
    gc.freeze()


# Django first: it loads the apps that the mounts are made of.
application = Dispatcher(get_asgi_application(), _mounts())
_settle()

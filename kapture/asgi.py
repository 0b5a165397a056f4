"""The web process's front door: hands a request to the application that owns its path, by default to Django.

Which paths are answered before Django is settings.ASGI_MOUNTS; what they do is theirs.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.utils.module_loading import import_string

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
        await self._owner(scope["path"])(scope, receive, send)

    def _owner(self, path: str) -> Application:
        return next((mount for prefix, mount in self.mounts if path.startswith(prefix)), self.default)


async def _live(receive: Receive, send: Send) -> None:
    """Answer the server's questions about starting and stopping; nothing of ours needs either."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _mounts() -> dict[str, Application]:
    return {prefix: import_string(path) for prefix, path in settings.ASGI_MOUNTS.items()}


# Django first: it loads the apps that the mounts are made of.
application = Dispatcher(get_asgi_application(), _mounts())

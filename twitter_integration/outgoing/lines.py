"""Open connections to X, kept between messages: a connection of its own for each send costs as much as the send.

A line serves one thread at a time and belongs to one account's keys. Not here: what is said over it.
"""

import hashlib
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from twitter_integration.client import XClient
from twitter_integration.oauth import Keys

# A line that rested longer is closed: X ends resting connections by itself, and a message must not be lost to that.
MOST_REST = 15.0
_MOST_RESTING = 64

_lock = threading.Lock()
_resting: dict[str, deque[tuple[float, XClient]]] = {}


@contextmanager
def line(keys: Keys) -> Iterator[XClient]:
    """A client for these keys, open already if one rests; after an error it is closed instead of kept."""
    name = _name(keys)
    client = _wake(name) or XClient(keys, outbox=True)
    try:
        yield client
    except BaseException:
        client.close()
        raise
    _rest(name, client)


def close_all() -> None:
    for client in _too_old(now=float("inf")):
        client.close()


def _wake(name: str) -> XClient | None:
    stale = _too_old(now=time.monotonic())
    with _lock:
        resting = _resting.get(name)
        found = resting.pop()[1] if resting else None
    for client in stale:
        client.close()
    return found


def _rest(name: str, client: XClient) -> None:
    with _lock:
        full = sum(map(len, _resting.values())) >= _MOST_RESTING
        if not full:
            _resting.setdefault(name, deque()).append((time.monotonic(), client))
    if full:
        client.close()


def _too_old(*, now: float) -> list[XClient]:
    with _lock:
        old = []
        for name, resting in list(_resting.items()):
            while resting and now - resting[0][0] > MOST_REST:
                old.append(resting.popleft()[1])
            if not resting:
                del _resting[name]
        return old


def _name(keys: Keys) -> str:
    """Changes with every key and with X's address. A digest: no secret is kept for its sake."""
    place = (settings.X_API_URL, str(settings.X_TIMEOUT_SECONDS), repr(keys.payer))
    secrets = (keys.consumer_key, keys.consumer_secret, keys.access_token, keys.access_token_secret)
    told = "\n".join((*place, *secrets))
    return hashlib.sha256(told.encode()).hexdigest()

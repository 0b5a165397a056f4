"""The accounts that messages are sent as, with their keys: while the outbox is at work, each is read every few seconds
and not once a message."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from twitter_integration.accounts import keys_of
from twitter_integration.metering.meter import meter
from twitter_integration.models import PartnerAccount
from twitter_integration.oauth import Keys

# A pause or new keys take effect so late at most.
KEPT = 5.0  # seconds

Sender = tuple[PartnerAccount, Keys]

_lock = threading.Lock()
_known: dict[str, tuple[float, Sender]] = {}
_at_work: list[None] = []  # one for each that is


@contextmanager
def at_work() -> Iterator[None]:
    """Many messages are about to be sent. At the end nothing is kept, and the calls are booked."""
    with _lock:
        _at_work.append(None)
    try:
        yield
    finally:
        with _lock:
            _at_work.pop()
            if not _at_work:
                _known.clear()
        meter.settle()


def sender_of(page_id: str) -> Sender | None:
    """None: there is no such account, or it is switched off. Raises CannotOpen."""
    with _lock:
        found = _known.get(page_id)
    if found is not None and time.monotonic() - found[0] < KEPT:
        return found[1]
    account = PartnerAccount.objects.select_related("app").filter(page_id=page_id, enabled=True).first()
    if account is None:
        return None
    sender = account, keys_of(account)
    with _lock:
        if _at_work:
            _known[page_id] = time.monotonic(), sender
    return sender

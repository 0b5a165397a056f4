"""What we hold of a stream's window and X lists no more: it may be deleted there, so it is looked up one by one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from twitter_integration.client import XClient
from twitter_integration.events import Event, MessageEvent, PostEvent
from twitter_integration.models import PartnerAccount
from twitter_integration.models.cursor import Stream
from twitter_integration.reading import rechecking
from twitter_integration.reading.stored import known_to_x

_STORED_AS: dict[str, dict[str, Any]] = {
    Stream.MENTIONS: {"direction": "in", "visibility": "public", "kind": "mention"},
    Stream.MESSAGES: {"visibility": "private", "kind": "direct"},
    Stream.POSTS: {"direction": "out", "visibility": "public"},
}


def look_for_vanished(
    client: XClient,
    account: PartnerAccount,
    stream: str,
    *,
    listed: Sequence[Event],
    since: datetime,
    until: datetime,
    now: datetime,
) -> int:
    """How many of the window are gone from X, and emptied here. Raises XError."""
    if stream not in _STORED_AS:
        return 0
    numbers = {number for event in listed for number in _numbers(event)}
    held = known_to_x().filter(
        address=account.address_id,
        external_id__isnull=False,
        deleted_at=None,
        sent_at__gte=since,
        sent_at__lt=until,
        **_STORED_AS[stream],
    )
    gone = [number for number in held.values_list("external_id", flat=True) if number and number not in numbers]
    if stream == Stream.MESSAGES:
        return rechecking.recheck_messages(client, account, gone, now=now)
    return rechecking.recheck_posts(client, account, gone, now=now).gone


def _numbers(event: Event) -> tuple[str, ...]:
    """Every id a listed thing goes by, earlier versions of a post included."""
    if isinstance(event, PostEvent):
        return (event.post.id, *event.post.version_ids)
    return (event.message.id,) if isinstance(event, MessageEvent) else ()

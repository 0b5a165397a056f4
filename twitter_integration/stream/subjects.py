"""What an event is about: the posts it likes, reposts, quotes or answers, by X's ids. Data alone, no queries."""

from typing import Any

from twitter_integration.events import Event, LikeEvent, PostEvent


def subjects_of(message: Any, happening: Any, told: Event | None) -> frozenset[str]:
    """From whatever is known of it: the desk's rows, or X's event."""
    found: list[str] = []
    if message is not None:
        found += [message.in_reply_to, (message.quoted or {}).get("external_id", "")]
    if happening is not None:
        found.append(happening.about)
    if isinstance(told, LikeEvent):
        found.append(told.post_id)
    if isinstance(told, PostEvent):
        found += [told.post.reposted_id, told.post.quoted_id, told.post.in_reply_to_id]
    return frozenset(filter(None, found))


def reposted_in(told: Event | None) -> str:
    """Whose words a repost tells as its own; empty for all else."""
    return told.post.reposted_id if isinstance(told, PostEvent) else ""

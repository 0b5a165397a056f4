"""Addresses on X that a person can open (X docs "Web intents"; deep links of posts and messages). Pure but
for X_WEB_URL.
"""

from urllib.parse import quote, urlencode

from django.conf import settings

from twitter_integration.tiers import path_by_hand


def post_link(post_id: str, *, handle: str = "") -> str:
    """A post; X also finds it without its author's handle."""
    return f"{settings.X_WEB_URL}/{handle or 'i'}/status/{post_id}"


def place(path: str) -> str:
    """One of X's own pages."""
    return f"{settings.X_WEB_URL}{path}"


def profile_link(handle: str) -> str:
    return f"{settings.X_WEB_URL}/{handle}"


def conversation_link(*, other_id: str, own_id: str) -> str:
    """A direct message conversation, as its participant `own_id` sees it."""
    return f"{settings.X_WEB_URL}/messages/{other_id}-{own_id}"


def answer_by_hand_link(post_id: str, *, text: str = "") -> str:
    """X's own form for answering a post, for what the access tier forbids."""
    return f"{settings.X_WEB_URL}/intent/tweet?{_query(in_reply_to=post_id, text=text)}"


def quote_by_hand_link(post_id: str, *, text: str = "") -> str:
    """X's own form for quoting a post."""
    return by_hand_link("posts.quote", link=post_link(post_id), text=text)


def message_by_hand_link(recipient_id: str, *, text: str = "") -> str:
    return f"{settings.X_WEB_URL}/messages/compose?{_query(recipient_id=recipient_id, text=text)}"


def invitation_link(own_id: str) -> str:
    """What X turns into a "send a private message" button. Its own address, wherever links of ours lead."""
    return f"https://x.com/messages/compose?recipient_id={own_id}"


def _query(**values: str) -> str:
    """X's forms take a space as %20 only: a plus would stand in the text."""
    return urlencode({name: value for name, value in values.items() if value}, quote_via=quote)


def by_hand_link(operation: str, **known: str) -> str:
    """Where a person does by hand what the tier forbids; empty where X has no such place."""
    path = path_by_hand(operation, **known)
    return f"{settings.X_WEB_URL}{path}" if path else ""

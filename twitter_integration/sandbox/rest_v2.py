"""API v2's objects (post, user, media, direct message) with their field lists. Rendering only."""

from collections.abc import Collection
from typing import Any

from twitter_integration.sandbox import lists, polls, posts, users
from twitter_integration.sandbox import media as media_store
from twitter_integration.sandbox.ids import iso_time, time_of
from twitter_integration.sandbox.lists import Roster
from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.messages import Message
from twitter_integration.sandbox.polls import Poll
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.site import Site
from twitter_integration.sandbox.users import User

Json = dict[str, Any]
LONG = 280
"""Characters beyond which the full text moves to `note_tweet`."""
EDIT_WINDOW_MS = 3_600_000
MOST_EDITS = 5
POST_DEFAULT = frozenset({"id", "text", "edit_history_tweet_ids"})
USER_DEFAULT = frozenset({"id", "name", "username"})
MESSAGE_DEFAULT = frozenset({"id", "text", "event_type"})
LIST_DEFAULT = frozenset({"id", "name"})
POLL_DEFAULT = frozenset({"id", "options"})
MEDIA_DEFAULT = frozenset({"media_key", "type"})


def choose(full: Json, wanted: Collection[str] | None, default: Collection[str]) -> Json:
    """Only the fields asked for beside the defaults; all of them when `wanted` is None."""
    if wanted is None:
        return full
    return {key: value for key, value in full.items() if key in default or key in wanted}


def post_object(site: Site, post: Post, fields: Collection[str] | None = None) -> Json:
    history = posts.versions(site.store, post)
    full: Json = {
        "id": str(post.id),
        "text": shown_text(post),
        "author_id": str(post.author_id),
        "created_at": iso_time(post.created_ms),
        "conversation_id": str(post.conversation_id),
        "edit_history_tweet_ids": [str(version) for version in history],
        "display_text_range": [post.shape.start, post.shape.end],
        "lang": post.lang,
        "possibly_sensitive": False,
        "paid_partnership": post.manner.paid_partnership,
        "reply_settings": post.manner.reply_settings,
        "public_metrics": posts.metrics(site.store, post.id) | {"bookmark_count": 0, "impression_count": 0},
        "edit_controls": {
            "edits_remaining": max(MOST_EDITS + 1 - len(history), 0),
            "is_edit_eligible": post.reply_to_id is None and post.repost_of_id is None,
            "editable_until": iso_time(time_of(history[0]) + EDIT_WINDOW_MS),
        },
    }
    if post.reply_to_user_id:
        full["in_reply_to_user_id"] = str(post.reply_to_user_id)
    references = [
        {"type": kind, "id": str(target)}
        for kind, target in (
            ("replied_to", post.reply_to_id),
            ("quoted", post.quoted_id),
            ("retweeted", post.repost_of_id),
        )
        if target
    ]
    if references:
        full["referenced_tweets"] = references
    full |= _texts(site, post)
    return choose(full, fields, POST_DEFAULT)


def _texts(site: Site, post: Post) -> Json:
    parts: Json = {}
    marks = entities(post)
    if marks:
        parts["entities"] = marks
    attached = media_store.find_all(site.store, post.shape.media)
    if attached:
        parts["attachments"] = {"media_keys": [item.key for item in attached]}
    if post.manner.poll_id:
        parts["attachments"] = {"poll_ids": [str(post.manner.poll_id)]}
    if len(post.shape.text) > LONG:
        parts["note_tweet"] = {"text": post.shape.text} | ({"entities": marks} if marks else {})
    return parts


def shown_text(post: Post) -> str:
    """`text` as v2 gives it: cut at 280 characters, the rest being in `note_tweet`."""
    text = post.shape.text
    return text if len(text) <= LONG else text[: LONG - 1] + "…"


def entities(post: Post) -> Json:
    shape = post.shape
    links = [*shape.links, *([shape.media_link] if shape.media_link else [])]
    marks: Json = {
        "mentions": [_span(item) | {"username": item["handle"], "id": item["id"]} for item in shape.mentions],
        "hashtags": [_span(item) | {"tag": item["text"]} for item in shape.hashtags],
        "cashtags": [_span(item) | {"tag": item["text"]} for item in shape.cashtags],
        "urls": [
            _span(item) | {"url": item["url"], "expanded_url": item["expanded"], "display_url": item["display"]}
            for item in links
        ],
    }
    return {key: value for key, value in marks.items() if value}


def _span(item: Json) -> Json:
    return {"start": item["start"], "end": item["end"]}


def user_object(site: Site, user: User, fields: Collection[str] | None = None) -> Json:
    full: Json = {
        "id": str(user.id),
        "name": user.name,
        "username": user.handle,
        "created_at": iso_time(user.created_ms),
        "description": user.bio,
        "location": user.location,
        "url": user.url,
        "protected": user.protected,
        "verified": user.verified,
        "verified_type": "blue" if user.verified else "none",
        "is_identity_verified": False,
        "profile_image_url": site.avatar(user),
        **({"profile_banner_url": site.banner(user)} if user.banner else {}),
        "public_metrics": {
            "followers_count": user.followers,
            "following_count": user.following,
            "tweet_count": user.posts,
            "listed_count": 2,
            "like_count": user.likes,
            "media_count": 4,
        },
    }
    return choose(full, fields, USER_DEFAULT)


def standing(site: Site, user: User, *, viewer: User) -> Json:
    """How a person stands to the caller: fields that exist in user context only."""
    pairs = (
        ("following", "follow", viewer.id, user.id),
        ("followed_by", "follow", user.id, viewer.id),
        ("follow_request_sent", "request", viewer.id, user.id),
        ("follow_request_received", "request", user.id, viewer.id),
        ("blocking", "block", viewer.id, user.id),
        ("muting", "mute", viewer.id, user.id),
    )
    words = [
        word
        for word, kind, source, target in pairs
        if users.related(site.store, kind, source_id=source, target_id=target)
    ]
    return {
        "connection_status": words,
        "receives_your_dm": users.may_message(site.store, sender=viewer, recipient=user),
    }


def media_object(
    site: Site, media: Media, fields: Collection[str] | None = None, *, message_id: int | None = None
) -> Json:
    """`message_id`: the message it is attached to, which alone gives its file out."""
    file = site.private_file(media, message_id=message_id) if message_id else site.file(media)
    full: Json = {
        "media_key": media.key,
        "type": media.kind,
        "width": media.width,
        "height": media.height,
        "url": file,
    }
    if media.alt:
        full["alt_text"] = media.alt
    if media.kind != "photo":
        full.pop("url")  # only photos have one; films have a picture of themselves and variants
        full["preview_image_url"] = file.rpartition(".")[0] + ".jpg"
        full["variants"] = [{"bit_rate": 0, "content_type": media.mime, "url": file}]
    if media.kind == "video":
        full["duration_ms"] = media.duration_ms
    return choose(full, fields, MEDIA_DEFAULT)


def poll_object(site: Site, poll: Poll, fields: Collection[str] | None = None) -> Json:
    counted = zip(poll.options, polls.votes(site.store, poll), strict=True)
    full: Json = {
        "id": str(poll.id),
        "options": [
            {"position": number, "label": label, "votes": votes}
            for number, (label, votes) in enumerate(counted, start=1)
        ],
        "duration_minutes": poll.minutes,
        "end_datetime": iso_time(poll.ends_ms),
        "voting_status": "open" if poll.is_open else "closed",
    }
    return choose(full, fields, POLL_DEFAULT)


def list_object(site: Site, roster: Roster, fields: Collection[str] | None = None) -> Json:
    full: Json = {
        "id": str(roster.id),
        "name": roster.name,
        "owner_id": str(roster.owner_id),
        "description": roster.description,
        "private": roster.private,
        "created_at": iso_time(roster.created_ms),
        "member_count": lists.count(site.store, "member", roster),
        "follower_count": lists.count(site.store, "follower", roster),
    }
    return choose(full, fields, LIST_DEFAULT)


def message_object(site: Site, message: Message, fields: Collection[str] | None = None) -> Json:
    full: Json = {
        "id": str(message.id),
        "event_type": "MessageCreate",
        "text": message.shape.text,
        "sender_id": str(message.sender_id),
        "dm_conversation_id": message.conversation_id,
        "created_at": iso_time(message.created_ms),
    }
    attached = media_store.find_all(site.store, message.shape.media)
    if attached:
        full["attachments"] = {"media_keys": [item.key for item in attached]}
    links = [*message.shape.urls, *([message.shape.media_link] if message.shape.media_link else [])]
    if links:
        full["entities"] = {
            "urls": [
                _span(item) | {"url": item["url"], "expanded_url": item["expanded"], "display_url": item["display"]}
                for item in links
            ]
        }
    return choose(full, fields, MESSAGE_DEFAULT)

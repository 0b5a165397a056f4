"""The readers of X Activity: event type → what one element of `data` tells. New event types get a line in READERS."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import partial

from twitter_integration.events import (
    HANDLE,
    SHOWN_NAME,
    UNDATED,
    Dialect,
    EncryptedMessage,
    Event,
    Kind,
    LikeEvent,
    Person,
    PostDeleted,
    PostEvent,
    ProfileChanged,
    RelationEvent,
)
from twitter_integration.payloads.account_activity import (
    Envelope,
    read_receipt,
    read_typing,
    relation_kind,
    revoke_event,
)
from twitter_integration.payloads.fields import (
    Record,
    Unfit,
    as_id,
    as_key,
    as_record,
    as_stamp,
    as_text,
    as_time,
    need_id,
    need_record,
    unwrap,
)
from twitter_integration.payloads.parsed import digest, unknown_event
from twitter_integration.payloads.people import People, plain_name, read_person
from twitter_integration.payloads.rest_v2 import Includes, message_event, read_post
from twitter_integration.payloads.roles import role_of

RELATION_VERBS = {"follow": ("follow", "unfollow"), "block": ("block", "unblock"), "mute": ("mute", "unmute")}
PROFILE_PREFIX = "profile.update."
MAX_PROFILE_VALUE = 2_000
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,50}")  # as provisioning takes it


class Frame:
    """One element of `data`, taken apart."""

    __slots__ = ("account_id", "direction", "event_type", "includes", "payload", "raw", "uuid")

    def __init__(self, raw: Record) -> None:
        self.raw = raw
        self.event_type = as_text(raw, "event_type")
        wanted = as_record(raw.get("filter"))
        self.account_id = as_id(wanted, "user_id")
        self.direction = as_text(wanted, "direction")
        self.payload = as_record(raw.get("payload"))
        self.includes = Includes.of(raw.get("includes"))
        # May be negative, and X does not promise that a redelivery keeps it: only for facts without a key of
        # their own.
        self.uuid = as_key(raw, "event_uuid")

    def moment(self) -> datetime:
        """When it happened, as far as X says: follows and profile changes name no time."""
        return as_time(self.payload, "timestamp_ms", "created_timestamp", "created_at") or UNDATED


Reader = Callable[[Frame], Event]


def read_frame(raw: Record) -> Event:
    """The event of one element. Raises Unfit when a known event type lacks what it needs."""
    frame = Frame(raw)
    if not frame.event_type:
        raise Unfit("event_type: nothing to read")
    reader = READERS.get(frame.event_type)
    if reader is not None:
        return reader(frame)
    if frame.event_type.startswith(PROFILE_PREFIX):
        return read_profile_change(frame)
    return _unknown(frame)


def _unknown(frame: Frame) -> Event:
    return unknown_event(
        frame.raw,
        name=frame.event_type,
        account_id=frame.account_id,
        dialect=Dialect.X_ACTIVITY,
        uuid=frame.uuid,
    )


def envelope_of(frame: Frame) -> Envelope:
    """The legacy arrays inside `payload`, with their own map of users."""
    return Envelope(
        frame.payload,
        dialect=Dialect.X_ACTIVITY,
        account_id=frame.account_id,
        people=People.of_map(frame.payload.get("users")),
    )


def read_post_event(frame: Frame, *, hint: Kind | None) -> Event:
    post = read_post(unwrap(frame.payload), frame.includes)
    if hint is Kind.REPOST_OF_US and not post.reposted_id:
        raise Unfit("referenced_tweets: nothing that was reposted")
    return PostEvent(
        kind=role_of(post, us=frame.account_id, hint=hint),
        account_id=frame.account_id,
        occurred_at=post.created_at,
        dialect=Dialect.X_ACTIVITY,
        key=f"post:{post.id}",
        post=post,
    )


def read_deleted(frame: Frame) -> Event:
    number = need_id(frame.payload, "id")
    return PostDeleted(
        kind=Kind.POST_DELETED,
        account_id=frame.account_id,
        occurred_at=as_time(frame.payload, "timestamp_ms") or UNDATED,
        dialect=Dialect.X_ACTIVITY,
        key=f"delete:{number}",
        post_id=number,
        person_id=as_id(frame.payload, "author_id") or frame.account_id,
    )


def read_liked(frame: Frame) -> Event:
    """`created_at` is here the time of the liked post, so only `timestamp_ms` counts."""
    payload = frame.payload
    post_id = need_id(payload, "liked_tweet_id", "liked_post_id")
    author_id = as_id(payload, "liked_tweet_author_id", "liked_post_author_id", "tweet_author_id")
    by_us = frame.direction == "outbound" or (not frame.direction and author_id != frame.account_id)
    person = frame.includes.people.find(frame.account_id) if by_us else _find_liker(frame)
    liker = person.id if person else ""
    return LikeEvent(
        kind=Kind.LIKE_BY_US if by_us else Kind.LIKE_OF_US,
        account_id=frame.account_id,
        occurred_at=as_time(payload, "timestamp_ms") or UNDATED,
        dialect=Dialect.X_ACTIVITY,
        key=f"like:{as_key(payload, 'id') or f'{liker}:{post_id}'}",
        person=person,
        post_id=post_id,
        post_author_id=author_id,
    )


def _find_liker(frame: Frame) -> Person | None:
    """X names no liker; if exactly one other person came along, it is that one."""
    people = frame.includes.people
    others = people.others(frame.account_id)
    return people.find(others[0]) if len(others) == 1 else None


def read_relation(frame: Frame, *, verb: str) -> Event:
    """X gives a follow neither time nor id: two in a row differ only by their event_uuid."""
    source, target = _find_party(frame, "source"), _find_party(frame, "target")
    stamp = as_stamp(frame.payload, "created_timestamp", "timestamp_ms") or frame.uuid
    return RelationEvent(
        kind=relation_kind(verb, by_us=source.id == frame.account_id),
        account_id=frame.account_id,
        occurred_at=frame.moment(),
        dialect=Dialect.X_ACTIVITY,
        key=f"{verb}:{source.id}:{target.id}:{stamp}",
        source=source,
        target=target,
    )


def _find_party(frame: Frame, role: str) -> Person:
    if isinstance(frame.payload.get(role), dict):
        return read_person(frame.payload[role])
    return frame.includes.people.find(need_id(frame.payload, f"{role}_id", f"{role}_user_id", role))


def read_flat_message(frame: Frame) -> Event:
    """The v2 shape of a message; X's page shows it, its live traffic has the legacy arrays."""
    payload = unwrap(frame.payload)
    return message_event(
        payload,
        includes=frame.includes,
        account_id=frame.account_id,
        dialect=Dialect.X_ACTIVITY,
    )


def read_flat_typing(frame: Frame) -> Event:
    return read_typing(envelope_of(frame), unwrap(frame.payload))


def read_flat_receipt(frame: Frame) -> Event:
    return read_receipt(envelope_of(frame), unwrap(frame.payload))


def read_encrypted(frame: Frame) -> Event:
    payload = frame.payload
    number = as_key(payload, "id")
    if not number:
        raise Unfit("id: nothing to tell the message by")
    return EncryptedMessage(
        kind=Kind.ENCRYPTED_MESSAGE,
        account_id=frame.account_id,
        occurred_at=as_time(payload, "created_at_msec", "created_timestamp", "created_at") or UNDATED,
        dialect=Dialect.X_ACTIVITY,
        key=f"chat:{number}",
        message_id=number,
        sender_id=need_id(payload, "sender_id"),
        # Written with a colon here and with a dash everywhere else.
        conversation_id=as_key(payload, "conversation_id").replace(":", "-"),
    )


def read_revoked(frame: Frame) -> Event:
    return revoke_event(
        envelope_of(frame),
        frame.payload,
        person_id=need_id(frame.payload, "user_id"),
        app_id=as_id(frame.payload, "app_id"),
    )


def read_profile_change(frame: Frame) -> Event:
    field = frame.event_type.removeprefix(PROFILE_PREFIX)
    payload = need_record(frame.raw, "payload")
    return ProfileChanged(
        kind=Kind.PROFILE_CHANGED,
        account_id=frame.account_id,
        occurred_at=frame.moment(),
        dialect=Dialect.X_ACTIVITY,
        key=f"profile:{field}:{frame.uuid or digest(payload)}",
        field=field,
        before=_as_value(payload.get("before")),
        after=_as_name(payload.get("after"), field)
        if field in (HANDLE, SHOWN_NAME)
        else _as_value(payload.get("after")),
    )


def _as_name(value: object, field: str) -> str:
    """What people are called is a text, and a handle one of X's. Raises Unfit: it would rename an account."""
    if value is None:
        return ""
    if not isinstance(value, str) or (value and field == HANDLE and not _HANDLE.fullmatch(value)):
        raise Unfit(f"after: no {field} of an account")
    return plain_name(value)[:MAX_PROFILE_VALUE]


def _as_value(value: object) -> str:
    """Texts as they are; a badge or a place may be an object."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text[:MAX_PROFILE_VALUE]


RELATION_READERS: dict[str, Reader] = {
    f"{family}.{verb}": partial(read_relation, verb=verb) for family, verbs in RELATION_VERBS.items() for verb in verbs
}
READERS: dict[str, Reader] = {
    "post.create": partial(read_post_event, hint=None),
    "post.mention.create": partial(read_post_event, hint=Kind.MENTION),
    "post.reply.create": partial(read_post_event, hint=Kind.REPLY_TO_US),
    "post.quote.create": partial(read_post_event, hint=Kind.QUOTE_OF_US),
    "post.repost.create": partial(read_post_event, hint=Kind.REPOST_OF_US),
    "post.delete": read_deleted,
    "like.create": read_liked,
    "dm.received": read_flat_message,
    "dm.sent": read_flat_message,
    "dm.read": read_flat_receipt,
    "dm.indicate_typing": read_flat_typing,
    "chat.received": read_encrypted,
    "chat.sent": read_encrypted,
    "oauth.revoke": read_revoked,
    **RELATION_READERS,
}

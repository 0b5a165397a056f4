"""Decoder of Account Activity (v1.1 and v2 webhooks share it): arrays of events around `for_user_id`."""

from collections.abc import Callable
from functools import partial

from twitter_integration.events import (
    UNDATED,
    Dialect,
    Event,
    Kind,
    LikeEvent,
    MessageEvent,
    PostDeleted,
    PostEvent,
    ReadEvent,
    RelationEvent,
    ReplayFinished,
    RevokedEvent,
    TypingEvent,
)
from twitter_integration.payloads.fields import (
    Record,
    as_flag,
    as_id,
    as_key,
    as_record,
    as_stamp,
    as_text,
    as_time,
    moment_of,
    need_id,
    need_record,
)
from twitter_integration.payloads.legacy_messages import read_legacy_message
from twitter_integration.payloads.legacy_posts import read_legacy_post
from twitter_integration.payloads.parsed import Collector, Parsed, unknown_event
from twitter_integration.payloads.people import People, read_person
from twitter_integration.payloads.roles import role_of

RELATIONS = frozenset({"follow", "unfollow", "block", "unblock", "mute", "unmute"})
ENVELOPE = frozenset({"for_user_id", "user_has_blocked", "is_blocked_by", "users", "apps"})


class Envelope:
    """What every event of one body shares."""

    __slots__ = ("account_id", "blocked_by_us", "dialect", "people")

    def __init__(self, body: Record, *, dialect: Dialect, account_id: str, people: People) -> None:
        self.account_id = account_id
        self.dialect = dialect
        self.people = people
        self.blocked_by_us = as_flag(body, "user_has_blocked")


Reader = Callable[[Envelope, Record], Event]


def is_account_activity(body: Record) -> bool:
    return not body.keys().isdisjoint(ENVELOPE_MARKS)


def read_account_activity(body: Record) -> Parsed:
    """All events of one body, in its own order."""
    account_id = as_id(body, "for_user_id")
    collector = Collector(dialect=Dialect.ACCOUNT_ACTIVITY, account_id=account_id)
    envelope = Envelope(
        body,
        dialect=Dialect.ACCOUNT_ACTIVITY,
        account_id=account_id,
        people=People.of_map(body.get("users")),
    )
    for name, value in body.items():
        if name in READERS:
            read_array(collector, envelope, name, value, path=name)
        elif name.endswith(("_event", "_events")) and isinstance(value, list | dict):
            collector.read_each(partial(_unknown, envelope, name=name), value, path=name)
        elif name not in ENVELOPE:
            collector.note_unknown([name])
    return collector.finish()


def read_array(collector: Collector, envelope: Envelope, name: str, value: object, *, path: str) -> None:
    """The events of one array, by its name in Account Activity; X Activity carries some of them for messages."""
    collector.read_each(partial(READERS[name], envelope), value, path=path)


def _unknown(envelope: Envelope, item: Record, name: str) -> Event:
    return unknown_event(item, name=name, account_id=envelope.account_id, dialect=envelope.dialect)


def read_created(envelope: Envelope, item: Record) -> Event:
    post = read_legacy_post(item)
    return PostEvent(
        kind=role_of(post, us=envelope.account_id),
        account_id=envelope.account_id,
        occurred_at=post.created_at,
        dialect=envelope.dialect,
        key=f"post:{post.id}",
        post=post,
        blocked_by_us=envelope.blocked_by_us,
    )


def read_deleted(envelope: Envelope, item: Record) -> Event:
    status = need_record(item, "status")
    number = need_id(status, "id_str", "id")
    return PostDeleted(
        kind=Kind.POST_DELETED,
        account_id=envelope.account_id,
        occurred_at=as_time(item, "timestamp_ms") or UNDATED,
        dialect=envelope.dialect,
        key=f"delete:{number}",
        post_id=number,
        person_id=as_id(status, "user_id_str", "user_id"),
    )


def read_liked(envelope: Envelope, item: Record) -> Event:
    person = read_person(item.get("user"))
    status = need_record(item, "favorited_status")
    post_id = need_id(status, "id_str", "id")
    return LikeEvent(
        kind=Kind.LIKE_BY_US if person.id == envelope.account_id else Kind.LIKE_OF_US,
        account_id=envelope.account_id,
        occurred_at=as_time(item, "timestamp_ms", "created_at") or UNDATED,
        dialect=envelope.dialect,
        key=f"like:{as_key(item, 'id') or f'{person.id}:{post_id}'}",
        person=person,
        post_id=post_id,
        post_author_id=as_id(as_record(status.get("user")), "id_str", "id"),
    )


def read_relation(envelope: Envelope, item: Record, *, family: str) -> Event:
    """Follow, block and mute, and their undoing, which comes in the same array."""
    verb = as_text(item, "type")
    if verb not in RELATIONS:
        return _unknown(envelope, item, f"{family}.{verb}")
    source, target = read_person(item.get("source")), read_person(item.get("target"))
    moment = as_time(item, "created_timestamp", "timestamp_ms")
    return RelationEvent(
        kind=relation_kind(verb, by_us=source.id == envelope.account_id),
        account_id=envelope.account_id,
        occurred_at=moment or UNDATED,
        dialect=envelope.dialect,
        key=f"{verb}:{source.id}:{target.id}:{as_stamp(item, 'created_timestamp', 'timestamp_ms')}",
        source=source,
        target=target,
    )


def relation_kind(verb: str, *, by_us: bool) -> Kind:
    return Kind(f"{verb}_by_us" if by_us else f"{verb}_of_us")


def read_message(envelope: Envelope, item: Record) -> Event:
    kind = as_text(item, "type") or "message_create"
    if kind != "message_create":
        return _unknown(envelope, item, f"direct_message_events.{kind}")
    message = read_legacy_message(item, envelope.people)
    sent = message.sender.id == envelope.account_id
    return MessageEvent(
        kind=Kind.MESSAGE_SENT if sent else Kind.MESSAGE_RECEIVED,
        account_id=envelope.account_id,
        occurred_at=message.created_at,
        dialect=envelope.dialect,
        key=f"dm:{message.id}",
        message=message,
    )


def read_typing(envelope: Envelope, item: Record) -> Event:
    person_id = need_id(item, "sender_id")
    return TypingEvent(
        kind=Kind.TYPING,
        account_id=envelope.account_id,
        occurred_at=as_time(item, "created_timestamp") or UNDATED,
        dialect=envelope.dialect,
        key=f"typing:{person_id}:{as_stamp(item, 'created_timestamp')}",
        person_id=person_id,
    )


def read_receipt(envelope: Envelope, item: Record) -> Event:
    person_id = need_id(item, "sender_id")
    last_read_id = need_id(item, "last_read_event_id")
    recipient_id = as_id(as_record(item.get("target")), "recipient_id") or envelope.account_id
    return ReadEvent(
        kind=Kind.READ,
        account_id=envelope.account_id,
        occurred_at=moment_of(item, "created_timestamp", number=""),
        dialect=envelope.dialect,
        key=f"read:{person_id}:{recipient_id}:{last_read_id}",
        person_id=person_id,
        last_read_id=last_read_id,
    )


def read_user_event(envelope: Envelope, item: Record) -> Event:
    """The account took its consent back; X names no `for_user_id` here, so `account_id` stays empty."""
    revoked = item.get("revoke")
    if not isinstance(revoked, dict):
        return _unknown(envelope, item, ".".join(("user_event", *list(item)[:1])))
    return revoke_event(
        envelope,
        revoked,
        person_id=need_id(as_record(revoked.get("source")), "user_id"),
        app_id=as_id(as_record(revoked.get("target")), "app_id"),
    )


def revoke_event(envelope: Envelope, item: Record, *, person_id: str, app_id: str) -> Event:
    moment = as_time(item, "date_time") or UNDATED
    return RevokedEvent(
        kind=Kind.REVOKED,
        account_id=envelope.account_id,
        occurred_at=moment,
        dialect=envelope.dialect,
        key=f"revoke:{app_id}:{person_id}:{int(moment.timestamp())}",
        person_id=person_id,
        app_id=app_id,
    )


def read_replay_end(envelope: Envelope, item: Record) -> Event:
    job_id = need_id(item, "job_id")
    return ReplayFinished(
        kind=Kind.REPLAY_FINISHED,
        account_id=envelope.account_id,
        occurred_at=UNDATED,
        dialect=envelope.dialect,
        key=f"replay:{job_id}",
        job_id=job_id,
        webhook_id=as_id(item, "webhook_id"),
        state=as_text(item, "job_state"),
    )


READERS: dict[str, Reader] = {
    "tweet_create_events": read_created,
    "tweet_delete_events": read_deleted,
    "favorite_events": read_liked,
    "follow_events": partial(read_relation, family="follow_events"),
    "block_events": partial(read_relation, family="block_events"),
    "mute_events": partial(read_relation, family="mute_events"),
    "direct_message_events": read_message,
    "direct_message_indicate_typing_events": read_typing,
    "direct_message_mark_read_events": read_receipt,
    "user_event": read_user_event,
    "replay_job_status": read_replay_end,
}
ENVELOPE_MARKS = frozenset({"for_user_id", *READERS})

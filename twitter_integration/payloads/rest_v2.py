"""Decoder of REST v2: posts and messages with their `includes`, in "tweet" and in "post" naming.

Used for what polling and search fetch, and by X Activity, whose posts have the same shape.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from twitter_integration.events import Dialect, DirectMessage, Event, Kind, MessageEvent, Post, PostEvent
from twitter_integration.payloads.fields import (
    Record,
    Unfit,
    as_id,
    as_ids,
    as_link,
    as_list,
    as_record,
    as_text,
    first_moment_of,
    is_id,
    moment_of,
    need_id,
    records,
    unwrap,
)
from twitter_integration.payloads.legacy_messages import name_conversation
from twitter_integration.payloads.legacy_posts import MAX_NESTING, Content, quote_links
from twitter_integration.payloads.media import index_media, read_attached_media
from twitter_integration.payloads.parsed import Collector, Parsed, unknown_event
from twitter_integration.payloads.people import People
from twitter_integration.payloads.presenting import Presented, present
from twitter_integration.payloads.roles import role_of

REPLIED_TO, QUOTED, REPOSTED = "replied_to", "quoted", "retweeted"


class Includes(NamedTuple):
    """What came along with the posts or messages: people, other posts, media."""

    people: People
    posts: Mapping[str, Record]
    media: dict[str, Any]

    @classmethod
    def of(cls, value: object) -> "Includes":
        record = as_record(value)
        posts = [unwrap(post) for name in ("tweets", "posts") for post in records(record.get(name))]
        return cls(
            People.of_list(record.get("users")),
            {as_id(post, "id"): post for post in posts},
            index_media(record.get("media")),
        )


def parse_posts(answer: object, *, account_id: str) -> Parsed:
    """The posts of an answer (`data`, one or many, with `includes`) as events for this account. Never raises
    Unreadable.

    `errors` of a partial answer are the caller's: they say which ids X withheld.
    """
    collector = Collector(dialect=Dialect.REST_V2, account_id=account_id)
    body = as_record(answer)
    includes = Includes.of(body.get("includes"))
    read = partial(_post_event, includes=includes, account_id=account_id)
    collector.read_each(read, body.get("data"), path="data")
    return collector.finish()


def parse_messages(answer: object, *, account_id: str) -> Parsed:
    """The direct messages of an answer of `/2/dm_events` or of a conversation, as events for this account."""
    collector = Collector(dialect=Dialect.REST_V2, account_id=account_id)
    body = as_record(answer)
    includes = Includes.of(body.get("includes"))
    read = partial(message_event, includes=includes, account_id=account_id, dialect=Dialect.REST_V2)
    collector.read_each(read, body.get("data"), path="data")
    return collector.finish()


def _post_event(item: Record, *, includes: Includes, account_id: str) -> Event:
    post = read_post(item, includes)
    return PostEvent(
        kind=role_of(post, us=account_id),
        account_id=account_id,
        occurred_at=post.created_at,
        dialect=Dialect.REST_V2,
        key=f"post:{post.id}",
        post=post,
    )


def read_post(item: Record, includes: Includes, *, nesting: int = MAX_NESTING) -> Post:
    """Raises Unfit without id, author or text. What it quotes or reposts is read where X included it."""
    number = need_id(item, "id")
    references = read_references(item)
    quoted_id, reposted_id = references.get(QUOTED, ""), references.get(REPOSTED, "")
    reposted = _read_included(reposted_id, includes, nesting)
    content = _content_of(reposted) if reposted else read_content(item, includes, quoted_id=quoted_id)
    versions = as_ids(item.get("edit_history_tweet_ids") or item.get("edit_history_post_ids"))
    return Post(
        id=number,
        author=includes.people.find(need_id(item, "author_id")),
        created_at=moment_of(item, "created_at", number=number),
        text=content.text,
        spans=content.spans,
        original_text=content.original_text,
        language=as_text(item, "lang"),
        conversation_id=as_id(item, "conversation_id"),
        in_reply_to_id=references.get(REPLIED_TO, ""),
        in_reply_to_person_id=as_id(item, "in_reply_to_user_id"),
        quoted_id=quoted_id,
        quoted=_read_included(quoted_id, includes, nesting),
        reposted_id=reposted_id,
        reposted=reposted,
        mentioned_ids=content.mentioned_ids,
        media=content.media,
        version_ids=versions,
        first_created_at=first_moment_of(versions),
        reply_settings=as_text(item, "reply_settings"),
        source_app=as_text(item, "source"),
    )


def read_references(item: Record) -> dict[str, str]:
    """Kind of reference → id of the post referred to."""
    found = {}
    for reference in records(item.get("referenced_tweets") or item.get("referenced_posts")):
        kind, number = as_text(reference, "type"), as_id(reference, "id")
        if number:
            found[REPOSTED if kind == "reposted" else kind] = number
    answered = as_id(item, "in_reply_to_tweet_id", "in_reply_to_post_id")
    if answered:
        found.setdefault(REPLIED_TO, answered)
    return found


def read_content(item: Record, includes: Includes, *, quoted_id: str = "") -> Content:
    """The effective text: that of the long note where there is one (`text` is then cut), with its own entities."""
    note = as_record(item.get("note_tweet") or item.get("note_post"))
    whole: Record = note if as_text(note, "text") else item
    text = as_text(whole, "text")
    if not text:
        raise Unfit("text: nothing to read")
    entities = as_record(whole.get("entities"))
    presented = present(
        text,
        entities=entities,
        display_range=None if whole is note else item.get("display_text_range"),
        hidden=_hidden_links(entities, quoted_id, as_id(item, "id")),
    )
    mentions = records(entities.get("mentions")) if "mentions" in entities else _all_mentions(item)
    mentioned = dict.fromkeys(filter(None, (as_id(mention, "id") for mention in mentions)))
    return Content(*presented, read_attached_media(item.get("attachments"), includes.media), tuple(mentioned))


def _all_mentions(item: Record) -> list[Record]:
    return list(records(as_record(item.get("entities")).get("mentions")))


def _content_of(post: Post) -> Content:
    return Content(post.text, post.spans, post.original_text, post.media, post.mentioned_ids)


def _read_included(number: str, includes: Includes, nesting: int) -> Post | None:
    record = includes.posts.get(number) if number and nesting > 0 else None
    if record is None:
        return None
    try:
        return read_post(record, includes, nesting=nesting - 1)
    except Unfit:
        return None


def _hidden_links(entities: Record, quoted_id: str, own_id: str) -> list[str]:
    """The t.co links of attached media and of the quoted post."""
    hidden = quote_links(entities, quoted_id) if quoted_id else []
    own = f"/status/{own_id}/"
    for url in records(entities.get("urls")):
        if as_text(url, "media_key") or own in as_text(url, "expanded_url"):
            hidden.append(as_link(url, "url"))
    return hidden


def message_event(item: Record, *, includes: Includes, account_id: str, dialect: Dialect) -> Event:
    """A message between two people; joining, leaving and group messages are kept as unknown events."""
    kind = as_text(item, "event_type") or "MessageCreate"
    conversation = as_text(item, "dm_conversation_id")
    if kind == "MessageCreate" and conversation.isdigit():
        kind = "MessageCreate.group"
    if kind != "MessageCreate":
        return unknown_event(item, name=f"dm_event.{kind}", account_id=account_id, dialect=dialect)
    message = read_message(item, includes, account_id=account_id)
    return MessageEvent(
        kind=Kind.MESSAGE_SENT if message.sender.id == account_id else Kind.MESSAGE_RECEIVED,
        account_id=account_id,
        occurred_at=message.created_at,
        dialect=dialect,
        key=f"dm:{message.id}",
        message=message,
    )


def read_message(item: Record, includes: Includes, *, account_id: str) -> DirectMessage:
    """One `dm_event`. Raises Unfit without id, sender, or anything that tells the recipient."""
    number, sender_id = need_id(item, "id"), need_id(item, "sender_id")
    recipient_id = _recipient_of(item, sender_id, account_id)
    presented = _present_message(item)
    return DirectMessage(
        id=number,
        sender=includes.people.find(sender_id),
        recipient=includes.people.find(recipient_id),
        conversation_id=name_conversation(sender_id, recipient_id),
        created_at=moment_of(item, "created_at", number=number),
        text=presented.text,
        spans=presented.spans,
        original_text=presented.original_text,
        media=read_attached_media(item.get("attachments"), includes.media),
    )


def _recipient_of(item: Record, sender_id: str, account_id: str) -> str:
    """The other one of the conversation; since June 2025 messages name no participants."""
    parties = as_text(item, "dm_conversation_id").split("-")
    if len(parties) != 2 or not all(map(is_id, parties)):
        parties = [*as_ids(item.get("participant_ids")), account_id]
    for party in parties:
        if party and party != sender_id:
            return party
    if parties == [sender_id, sender_id]:
        return sender_id  # a note to oneself
    raise Unfit("dm_conversation_id: nothing tells the recipient")


def _present_message(item: Record) -> Presented:
    """A message with an attachment ends in its t.co link, which X sometimes leaves out of the entities."""
    text, entities = as_text(item, "text"), as_record(item.get("entities"))
    hidden: list[str] = []
    if as_list(as_record(item.get("attachments")).get("media_keys")):
        last = text.split()[-1:]
        others = [url for url in records(entities.get("urls")) if not _leads_to_media(url)]
        hidden = [link for link in last if link.startswith("https://t.co/")]
        hidden = [link for link in hidden if link not in [as_text(url, "url") for url in others]]
    return present(text, entities=entities, hidden=hidden)


def _leads_to_media(url: Record) -> bool:
    return bool(as_text(url, "media_key")) or "/messages/media/" in as_text(url, "expanded_url")

"""DirectMessage, from the v1.1 event that both Account Activity and X Activity carry."""

from twitter_integration.events import DirectMessage
from twitter_integration.payloads.fields import (
    Record,
    as_id,
    as_link,
    as_record,
    as_text,
    moment_of,
    need_id,
    need_record,
    records,
)
from twitter_integration.payloads.media import read_all_media
from twitter_integration.payloads.people import People
from twitter_integration.payloads.presenting import present


def read_legacy_message(item: Record, people: People) -> DirectMessage:
    """Raises Unfit without id, sender or recipient. The text may be empty: a message can be a picture alone."""
    number = need_id(item, "id", "id_str")
    created = need_record(item, "message_create")
    sender_id = need_id(created, "sender_id")
    recipient_id = need_id(need_record(created, "target"), "recipient_id")
    said = as_record(created.get("message_data"))
    attached = [media for attachment in records(said.get("attachment")) for media in records(attachment.get("media"))]
    presented = present(
        as_text(said, "text"),
        entities=as_record(said.get("entities")),
        hidden=[as_link(media, "url") for media in attached],
    )
    return DirectMessage(
        id=number,
        sender=people.find(sender_id),
        recipient=people.find(recipient_id),
        conversation_id=name_conversation(sender_id, recipient_id),
        created_at=moment_of(item, "created_timestamp", number=number),
        text=presented.text,
        spans=presented.spans,
        original_text=presented.original_text,
        media=read_all_media(attached),
        source_app_id=as_id(created, "source_app_id"),
        quick_reply=as_text(as_record(said.get("quick_reply_response")), "metadata"),
        initiated_by_post_id=as_id(as_record(item.get("initiated_via")), "tweet_id", "post_id"),
    )


def name_conversation(one: str, other: str) -> str:
    """`smaller-larger` of two ids compared as numbers: v1.1 names no conversation, v2 names it like this."""
    first, second = sorted((one, other), key=int)
    return f"{first}-{second}"

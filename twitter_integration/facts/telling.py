"""Turns events that nobody said into the helpdesk's facts, retractions, receipts. No queries, no decisions."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from tickets.happenings import Fact, ReadUpTo, Retraction, Typing
from tickets.inbound import InboundMessage
from tickets.inbound import Person as DeskPerson
from twitter_integration.events import (
    EncryptedMessage,
    Event,
    Kind,
    LikeEvent,
    MessageEvent,
    Person,
    PostDeleted,
    PostEvent,
    ReadEvent,
    RelationEvent,
    TypingEvent,
)
from twitter_integration.facts.moments import happened_at
from twitter_integration.facts.saying import CHANNEL, desk_person, permalink

# What a person did to us, as the line on their ticket says it.
_DID: Mapping[Kind, str] = {
    Kind.LIKE_OF_US: gettext_noop("liked our post."),
    Kind.REPOST_OF_US: gettext_noop("reposted our post."),
    Kind.FOLLOW_OF_US: gettext_noop("follows us."),
    Kind.UNFOLLOW_OF_US: gettext_noop("follows us no longer."),
    Kind.BLOCK_OF_US: gettext_noop("blocked us."),
    Kind.UNBLOCK_OF_US: gettext_noop("no longer blocks us."),
    Kind.MUTE_OF_US: gettext_noop("muted us."),
    Kind.UNMUTE_OF_US: gettext_noop("no longer mutes us."),
}


def tell_fact(event: Event, *, effect: str, received_at: datetime) -> Fact:
    """What stands on a customer's timeline: who, when and about which post; never a text, which X may take back."""
    person, by_us = who_did(event)
    about, data = _about(event)
    return Fact(
        channel=CHANNEL,
        address_key=event.account_id,
        key=event.key,
        kind=event.kind.value,
        at=happened_at(event, received_at),
        effect=effect,
        person=desk_person(person) if person is not None and person.id else None,
        by_us=by_us,
        about=about,
        data=data,
    )


def tell_reaction(event: Event, *, source: str, received_at: datetime) -> InboundMessage | None:
    """The same as something for a ticket. None where X does not say who did it: a ticket is somebody's.

    What one person does to us without a word is one conversation.
    """
    person, by_us = who_did(event)
    if person is None or not person.id or by_us:
        return None
    about, _ = _about(event)
    at, who = happened_at(event, received_at), desk_person(person)
    return reaction_to(event.account_id, event.key, event.kind, who=who, at=at, about=about, source=source)


def reaction_to(
    account: str, key: str, kind: Kind, *, who: DeskPerson, at: datetime, about: str, source: str = ""
) -> InboundMessage:
    return InboundMessage(
        channel=CHANNEL,
        address_key=account,
        external_id=reaction_id(key),
        kind="reaction",
        author=who,
        sent_at=at,
        text=_DID[kind],
        conversation=f"acts-{who.external_id}",
        permalink=f"{settings.X_WEB_URL}/i/status/{about}" if about else "",
        source=source,
    )


def reaction_id(key: str) -> str:
    """By what the desk knows it: a key may be longer than an id of X's, and names people; equal keys stay equal."""
    return f"act-{sha256(key.encode()).hexdigest()[:40]}"


def tell_retraction(event: PostDeleted, *, received_at: datetime) -> Retraction:
    return Retraction(
        channel=CHANNEL,
        address_key=event.account_id,
        external_id=event.post_id,
        at=happened_at(event, received_at),
        public_only=True,
    )


def tell_read(event: ReadEvent, *, received_at: datetime) -> ReadUpTo:
    return ReadUpTo(
        channel=CHANNEL,
        address_key=event.account_id,
        person_id=event.person_id,
        external_id=event.last_read_id,
        at=happened_at(event, received_at),
    )


def tell_typing(event: TypingEvent, *, received_at: datetime) -> Typing:
    at = happened_at(event, received_at)
    return Typing(channel=CHANNEL, address_key=event.account_id, person_id=event.person_id, at=at)


def who_did(event: Event) -> tuple[Person | None, bool]:
    """The customer concerned, and whether it was us who did it."""
    us = event.account_id
    match event:
        case PostEvent(post=post) if post.author.id == us:
            return (post.reposted.author if post.reposted else None), True
        case PostEvent(post=post):
            return post.author, False
        case LikeEvent(person=person) if person is not None and person.id == us:
            return Person(id=event.post_author_id), True
        case LikeEvent(person=person):
            return person, False
        case RelationEvent(source=source, target=target):
            return (target, True) if source.id == us else (source, False)
        case MessageEvent(message=message):
            return (message.recipient, True) if message.sender.id == us else (message.sender, False)
        case EncryptedMessage(sender_id=sender) if sender != us:
            return Person(id=sender), False
    return None, False


def _about(event: Event) -> tuple[str, Mapping[str, Any]]:
    match event:
        case PostEvent(post=post):
            return post.reposted_id or post.id, {"permalink": permalink(post)}
        case LikeEvent():
            return event.post_id, {}
        case MessageEvent():
            return event.message.id, {}
    return "", {}

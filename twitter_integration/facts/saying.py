"""Turns events that somebody said into the helpdesk's messages. No queries, no decisions."""

from datetime import datetime

from django.conf import settings

from tickets.inbound import Attachment, InboundMessage, Quoted
from tickets.inbound import Person as DeskPerson
from tickets.inbound import Span as DeskSpan
from twitter_integration import text
from twitter_integration.events import EncryptedMessage, Media, MessageEvent, Person, Post, PostEvent, Span
from twitter_integration.facts.moments import happened_at
from twitter_integration.facts.traits import traits

CHANNEL = "twitter"
# Where each kind of span leads; a url says so itself.
_PAGES = {"mention": "{web}/{word}", "hashtag": "{web}/hashtag/{word}", "cashtag": "{web}/search?q=%24{word}"}


def say_post(event: PostEvent, *, kind: str, source: str, received_at: datetime, by_us: bool = False) -> InboundMessage:
    post, said_at = event.post, happened_at(event, received_at)
    return InboundMessage(
        channel=CHANNEL,
        address_key=event.account_id,
        external_id=post.id,
        kind=kind,
        author=desk_person(post.author),
        counterpart=_answered(post) if by_us else None,
        by_us=by_us,
        sent_at=min(post.first_created_at or said_at, said_at),
        heard_at=received_at,
        edited_at=said_at if post.first_created_at else None,
        text=post.text,
        original_text=post.original_text,
        language=post.language,
        spans=_spans(post.spans),
        attachments=_attachments(post.media),
        in_reply_to=post.in_reply_to_id,
        conversation=post.conversation_id,
        quoted=_quoted(post),
        permalink=permalink(post),
        source=source,
        fingerprint=text.fingerprint(post.text, spans=post.spans) if by_us else "",
        traits=traits(post.text, private=False, files=len(post.media), spans=post.spans) if by_us else "",
        versions=post.version_ids if len(post.version_ids) > 1 else (),
    )


def say_direct(event: MessageEvent, *, source: str, received_at: datetime, by_us: bool) -> InboundMessage:
    said = event.message
    return InboundMessage(
        channel=CHANNEL,
        address_key=event.account_id,
        external_id=said.id,
        kind="direct",
        heard_at=received_at,
        private=True,
        author=desk_person(said.sender),
        counterpart=desk_person(said.recipient) if by_us else None,
        by_us=by_us,
        sent_at=happened_at(event, received_at),
        text=said.text,
        original_text=said.original_text,
        spans=_spans(said.spans),
        attachments=_attachments(said.media),
        conversation=said.conversation_id,
        source=source,
        fingerprint=text.fingerprint(said.text, spans=said.spans) if by_us else "",
        traits=traits(said.text, private=True, files=len(said.media), spans=said.spans) if by_us else "",
    )


def say_encrypted(event: EncryptedMessage, *, source: str, received_at: datetime) -> InboundMessage | None:
    """A message without words: X Chat tells only that there is one. None for a group, whose partner is nobody."""
    people = [number for number in event.conversation_id.replace(":", "-").split("-") if number != event.account_id]
    by_us = event.sender_id == event.account_id
    partner = event.sender_id if not by_us else people[0] if len(people) == 1 else ""
    if not partner.isdigit():
        return None
    return InboundMessage(
        channel=CHANNEL,
        address_key=event.account_id,
        external_id=event.message_id,
        kind="encrypted",
        private=True,
        author=DeskPerson(external_id=event.sender_id),
        counterpart=DeskPerson(external_id=partner) if by_us else None,
        by_us=by_us,
        sent_at=happened_at(event, received_at),
        text="",
        conversation=event.conversation_id,
        permalink=f"{settings.X_WEB_URL}/messages",
        source=source,
    )


def permalink(post: Post) -> str:
    """x-api 7: the form without the name works as well, and survives a change of handle."""
    return f"{settings.X_WEB_URL}/{post.author.handle or 'i'}/status/{post.id}"


def desk_person(person: Person) -> DeskPerson:
    return DeskPerson(
        external_id=person.id,
        handle=person.handle,
        name=person.name,
        avatar_url=person.avatar_url,
        bio=person.bio,
        location=person.location,
        followers=person.followers,
        verified=person.verified,
        protected=person.protected,
        joined_at=person.joined_at,
    )


def _answered(post: Post) -> DeskPerson | None:
    """Whom our own post answers; X tells the id, the handle stands in the text."""
    if not post.in_reply_to_person_id or post.in_reply_to_person_id == post.author.id:
        return None
    return DeskPerson(external_id=post.in_reply_to_person_id)


def _spans(spans: tuple[Span, ...]) -> list[DeskSpan]:
    """Mentions, hashtags and cashtags stay live (x-api 6.7): their target is X's page of them."""
    web = settings.X_WEB_URL
    return [
        DeskSpan(
            start=s.start,
            end=s.end,
            kind=s.kind,
            target=_PAGES.get(s.kind, "{word}").format(web=web, word=s.target),
            title=s.title,
            id=s.id,
        )
        for s in spans
    ]


def _attachments(media: tuple[Media, ...]) -> list[Attachment]:
    return [
        Attachment(
            external_id=m.id,
            kind="animation" if m.kind == "animated_gif" else m.kind,
            url=m.url,
            preview_url=m.preview_url,
            alt_text=m.alt_text,
            width=m.width,
            height=m.height,
            needs_auth=m.needs_auth,
        )
        for m in media
    ]


def _quoted(post: Post) -> Quoted | None:
    if not post.quoted_id:
        return None
    quoted = post.quoted
    if quoted is None:
        return Quoted(external_id=post.quoted_id, permalink=f"{settings.X_WEB_URL}/i/status/{post.quoted_id}")
    return Quoted(
        external_id=quoted.id,
        author_name=quoted.author.name,
        author_handle=quoted.author.handle,
        text=quoted.text,
        sent_at=quoted.created_at,
        permalink=permalink(quoted),
    )

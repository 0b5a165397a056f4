"""What each kind of event does: a table from kind to a small function that makes a message of it, or says why not.

No queries. To act on a further kind, write its function and put it into HANDLERS.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from tickets.channels import Attachment, InboundMessage, Quoted
from tickets.channels import Person as DeskPerson
from tickets.channels import Span as DeskSpan
from twitter_integration import text
from twitter_integration.choices import Outcome
from twitter_integration.events import Event, Kind, Media, MessageEvent, Person, Post, PostEvent, Span
from twitter_integration.models import PartnerAccount

CHANNEL = "twitter"


@dataclass(frozen=True, slots=True)
class Handled:
    outcome: Outcome
    reason: str = ""
    message: InboundMessage | None = None


def handle(event: Event, account: PartnerAccount | None, *, source: str, received_at: datetime) -> Handled:
    """`account` is the one the event names; events that name none are kept."""
    if account is not None and not account.enabled:
        return Handled(Outcome.IGNORED, "The partner configuration is switched off.")
    handler = HANDLERS.get(event.kind)
    if handler is None or account is None:
        return Handled(Outcome.KEPT)
    return handler(event, source)


def _post(kind: str, *, by_us: bool = False) -> Callable[[Any, str], Handled]:
    def handle_post(event: PostEvent, source: str) -> Handled:
        post = event.post
        message = InboundMessage(
            channel=CHANNEL,
            address_key=event.account_id,
            external_id=post.id,
            kind=kind,
            author=_person(post.author),
            counterpart=_answered(post) if by_us else None,
            by_us=by_us,
            sent_at=post.created_at,
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
        )
        return Handled(Outcome.ACTED, message=message)

    return handle_post


def _direct(*, by_us: bool) -> Callable[[Any, str], Handled]:
    def handle_direct(event: MessageEvent, source: str) -> Handled:
        said = event.message
        message = InboundMessage(
            channel=CHANNEL,
            address_key=event.account_id,
            external_id=said.id,
            kind="direct",
            private=True,
            author=_person(said.sender),
            counterpart=_person(said.recipient) if by_us else None,
            by_us=by_us,
            sent_at=said.created_at,
            text=said.text,
            original_text=said.original_text,
            spans=_spans(said.spans),
            attachments=_attachments(said.media),
            conversation=said.conversation_id,
            source=source,
            fingerprint=text.fingerprint(said.text, spans=said.spans) if by_us else "",
        )
        return Handled(Outcome.ACTED, message=message)

    return handle_direct


def _count(event: Event, source: str) -> Handled:
    return Handled(Outcome.COUNTED)


HANDLERS: Mapping[Kind, Callable[[Any, str], Handled]] = {
    Kind.MENTION: _post("mention"),
    Kind.REPLY_TO_US: _post("reply"),
    Kind.QUOTE_OF_US: _post("quote"),
    Kind.POST_BY_US: _post("post", by_us=True),
    Kind.REPLY_BY_US: _post("reply", by_us=True),
    Kind.QUOTE_BY_US: _post("quote", by_us=True),
    Kind.MESSAGE_RECEIVED: _direct(by_us=False),
    Kind.MESSAGE_SENT: _direct(by_us=True),
    Kind.REPOST_OF_US: _count,
    Kind.REPOST_BY_US: _count,
}


def permalink(post: Post) -> str:
    """x-api 7: the form without the name works as well, and survives a change of handle."""
    return f"{settings.X_WEB_URL}/{post.author.handle or 'i'}/status/{post.id}"


def _person(person: Person) -> DeskPerson:
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
    return [DeskSpan(start=s.start, end=s.end, kind=s.kind, target=s.target, title=s.title) for s in spans]


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

"""Turns what a channel handed in into unsaved rows. No queries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from tickets.choices import Direction, MessageKind, Visibility
from tickets.inbound import Attachment, InboundMessage
from tickets.models import Address, Identity, Media, Message, Ticket


class Arrived(Protocol):
    """What a row is made of."""

    message: InboundMessage
    address: Address
    identity: Identity | None
    sources: list[str]
    labels: list[str]


def message_row(
    arrived: Arrived, *, conversation: str, now: datetime, quoted_gone_at: datetime | None = None
) -> Message:
    """quoted_gone_at: when what it quotes was deleted on its channel, if we know that it was."""
    message = arrived.message
    if message.kind == MessageKind.REACTION:  # only the desk sees it there: nobody can answer it on its channel
        direction, visibility = Direction.INTERNAL, Visibility.INTERNAL
    else:
        direction = Direction.OUT if message.by_us else Direction.IN
        visibility = Visibility.PRIVATE if message.private else Visibility.PUBLIC
    return Message(
        address=arrived.address,
        external_id=message.external_id,
        kind=message.kind,
        direction=direction,
        visibility=visibility,
        identity=arrived.identity,
        text=message.text,
        original_text=message.original_text if message.original_text != message.text else "",
        language=message.language[:12],
        spans=span_rows(message),
        in_reply_to=message.in_reply_to,
        conversation=conversation,
        quoted=_quoted(message, gone_at=quoted_gone_at),
        permalink=message.permalink[:300],
        sources=list(arrived.sources),
        labels=list(arrived.labels),
        sent_at=message.sent_at,
        received_at=now,
    )


def span_rows(message: InboundMessage) -> list[dict[str, Any]]:
    """As Message.spans keeps them."""
    return [
        {"start": s.start, "end": s.end, "kind": s.kind, "target": s.target}
        | {name: told for name, told in (("title", s.title), ("id", s.id)) if told}
        for s in message.spans
    ]


def media_row(row: Message, attachment: Attachment) -> Media:
    return Media(
        message=row,
        external_id=attachment.external_id,
        kind=attachment.kind[:10],
        url=attachment.url[:500],
        preview_url=attachment.preview_url[:500],
        alt_text=attachment.alt_text,
        width=attachment.width,
        height=attachment.height,
        needs_auth=attachment.needs_auth,
    )


def last_words(ticket: Ticket, message: Message) -> str:
    """What lists show of the ticket's latest message: private words on private tickets only."""
    return "" if message.visibility == Visibility.PRIVATE and not ticket.private else shorten(message.text)


def shorten(text: str, *, longest: int = 200) -> str:
    """A text as one line for lists."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def without_words(quoted: Mapping[str, Any], *, deleted_at: datetime) -> dict[str, Any]:
    """What a message quotes, as Message.quoted keeps it, once that is gone from its channel."""
    return {**quoted, "text": "", "deleted_at": deleted_at.isoformat()}


def _quoted(message: InboundMessage, *, gone_at: datetime | None) -> dict[str, Any] | None:
    quoted = message.quoted
    if quoted is None:
        return None
    row = {
        "external_id": quoted.external_id,
        "author_name": quoted.author_name,
        "author_handle": quoted.author_handle,
        "text": quoted.text,
        "sent_at": quoted.sent_at.isoformat() if quoted.sent_at else None,
        "permalink": quoted.permalink,
    }
    return without_words(row, deleted_at=gone_at) if gone_at is not None else row

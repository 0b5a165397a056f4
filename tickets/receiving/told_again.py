"""A stored message as its channel told it: what was kept on no ticket goes to one later. No queries but its files'."""

from tickets.choices import Direction, Visibility
from tickets.inbound import Attachment, InboundMessage, Person, Quoted, Span
from tickets.models import Media, Message


def as_told(row: Message) -> InboundMessage:
    """`row` with its address and identity. One statement."""
    identity = row.identity
    assert identity is not None
    return InboundMessage(
        channel=row.address.channel,
        address_key=row.address.key,
        external_id=row.external_id or "",
        kind=row.kind,
        author=Person(external_id=identity.external_id, handle=identity.handle, name=identity.name),
        sent_at=row.sent_at,
        text=row.text,
        source=next(iter(row.sources), ""),
        by_us=row.direction == Direction.OUT,
        private=row.visibility == Visibility.PRIVATE,
        original_text=row.original_text or row.text,
        language=row.language,
        spans=[Span(**{"title": "", **span}) for span in row.spans],
        attachments=[_attachment(media) for media in row.media.all()],
        in_reply_to=row.in_reply_to,
        conversation=row.conversation,
        quoted=_quoted(row),
        permalink=row.permalink,
        labels=row.labels,
        heard_at=row.received_at,
    )


def _attachment(media: Media) -> Attachment:
    return Attachment(external_id=media.external_id, kind=media.kind, url=media.url, needs_auth=media.needs_auth)


def _quoted(row: Message) -> Quoted | None:
    told = row.quoted
    return Quoted(external_id=told["external_id"], text=told.get("text", "")) if told else None

"""Puts what is to be sent into the outbox: the message, its entry, what its ticket shows of it, the bell.

Who may and whether it may be sent at all has been asked by then (replies.py, posting.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q

from tickets.choices import Direction, MessageKind, Priority, Status, Visibility
from tickets.composing.enclosing import attach
from tickets.finding.entries import index
from tickets.models import Address, Identity, Invitation, Message, OutboxEntry, StoredFile, Ticket
from tickets.outbound import Part
from tickets.promises.asked import note_asked
from tickets.reading.last_word import LAST_WORD, tell_last_word
from tickets.sending.queueing import queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One thing to be sent: what, in which parts, as whom, to whom, when. The caller has locked `ticket`.

    `key` is new for every letter; of two with the same key the database refuses the second.
    """

    address: Address
    parts: Sequence[Part]
    key: UUID
    by: User
    now: datetime
    kind: MessageKind
    at: datetime | None = None  # scheduled for then; None: as soon as the undo window is over
    awaits: bool = False  # not before somebody lets it go
    seen: int | None = None  # the latest message of the ticket its writer knew
    ticket: Ticket | None = None
    identity: Identity | None = None
    in_reply_to: str = ""
    conversation: str = ""
    quoted: Mapping[str, Any] | None = None
    files: Sequence[StoredFile] = ()  # they go with the first part
    invite: bool = False  # stands below the last part
    circle: str = ""  # who may answer it (Channel.circles); said of the first part, which the others answer
    spares: Sequence[str] = ()  # whom no part of it notifies by itself
    behind: bool = False  # what people write one by one goes first

    @property
    def private(self) -> bool:
        return self.kind == MessageKind.DIRECT


def dispatch(letter: Letter) -> Message:
    """Write the message and queue it behind the undo window; of a thread all parts. Returns the first."""
    later = letter.awaits or (letter.at is not None and letter.at > letter.now)
    written = [_write(letter, part, first=number == 0) for number, part in enumerate(letter.parts)]
    index(written)
    if letter.invite and letter.identity is not None:
        Invitation.objects.create(message=written[-1], address=letter.address, identity=letter.identity)
    before: OutboxEntry | None = None
    for number, message in enumerate(written):
        before = queue(
            message,
            # The same for the same part of the same sheet.
            key=uuid5(letter.key, str(number)) if number else letter.key,
            recipient=letter.identity,
            priority=letter.ticket.priority if letter.ticket else Priority.NORMAL,
            not_before=max(letter.now + timedelta(seconds=settings.UNDO_SECONDS), letter.at or letter.now),
            now=letter.now,
            follows=before,
            circle="" if number else letter.circle,
            spares=letter.spares,
            behind=letter.behind,
            seen=(letter.seen or message.pk) if later and before is None else None,
            awaits=letter.awaits and before is None,
        )
    attach(written[0], letter.files)  # behind the entries: of one sheet submitted twice the second ends there
    if letter.ticket is not None:
        _take_up(letter.ticket) if later else tell_ticket(letter.ticket, written)
    return written[0]


def make_once(make: Callable[[], Message], *, made: Q) -> Message:
    """What was made of this sheet before, or is by another request at this moment; only else it is made."""
    before = Message.objects.filter(made).first()
    if before is None:
        try:
            with transaction.atomic():
                return make()
        except IntegrityError:
            before = Message.objects.filter(made).first()
            if before is None:
                raise
    return before


def _write(letter: Letter, part: Part, *, first: bool) -> Message:
    message = Message(
        ticket=letter.ticket,
        address=letter.address,
        kind=letter.kind if first or letter.private else MessageKind.REPLY,
        direction=Direction.OUT,
        visibility=Visibility.PRIVATE if letter.private else Visibility.PUBLIC,
        identity=letter.identity,
        agent=letter.by,
        text=part.text,
        original_text=part.source if len(letter.parts) > 1 else "",
        # What a later part answers is known when the part before it is out (outbox.py).
        in_reply_to=letter.in_reply_to if first else "",
        conversation=letter.conversation,
        quoted=dict(letter.quoted) if letter.quoted and first else None,
        sent_at=max(letter.at or letter.now, letter.now),
        received_at=letter.now,
    )
    note_asked(message, letter.ticket)
    message.save(force_insert=True)
    return message


def _take_up(ticket: Ticket) -> None:
    """What is scheduled or awaits approval says nothing yet; but somebody has looked at the ticket."""
    if ticket.status == Status.NEW:
        ticket.status = Status.OPEN
        ticket.save(update_fields=["status"])


def tell_ticket(ticket: Ticket, written: Sequence[Message]) -> None:
    """The last word is ours."""
    ticket.message_count += len(written)
    tell_last_word(ticket, written[-1])
    if ticket.status == Status.NEW:
        ticket.status = Status.OPEN
    ticket.save(update_fields=["message_count", *LAST_WORD, "status"])

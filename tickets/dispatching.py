"""Puts what is to be sent into the outbox: the message, its entry, what its ticket shows of it, the bell.

Who may and whether it may be sent at all has been asked by then (replies.py, posting.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q

from tickets.choices import Direction, MessageKind, Priority, Status, Visibility
from tickets.models import Address, Identity, Message, Ticket
from tickets.queueing import queue
from tickets.rows import last_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One thing to be sent: what, as whom, to whom, when. `ticket` is locked by the caller's transaction.

    `key` is new for every letter; of two with the same key the database refuses the second.
    """

    address: Address
    text: str
    key: UUID
    by: User
    now: datetime
    kind: MessageKind
    at: datetime | None = None  # not before; None: as soon as the undo window is over
    ticket: Ticket | None = None
    identity: Identity | None = None
    in_reply_to: str = ""
    conversation: str = ""
    quoted: Mapping[str, Any] | None = None

    @property
    def private(self) -> bool:
        return self.kind == MessageKind.DIRECT


def dispatch(letter: Letter) -> Message:
    """Write the message and queue it behind the undo window."""
    message = _write(letter)
    queue(
        message,
        key=letter.key,
        recipient=letter.identity,
        priority=letter.ticket.priority if letter.ticket else Priority.NORMAL,
        not_before=max(letter.now + timedelta(seconds=settings.UNDO_SECONDS), letter.at or letter.now),
        now=letter.now,
    )
    return message


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


def _write(letter: Letter) -> Message:
    message = Message.objects.create(
        ticket=letter.ticket,
        address=letter.address,
        kind=letter.kind,
        direction=Direction.OUT,
        visibility=Visibility.PRIVATE if letter.private else Visibility.PUBLIC,
        identity=letter.identity,
        agent=letter.by,
        text=letter.text,
        in_reply_to=letter.in_reply_to,
        conversation=letter.conversation,
        quoted=dict(letter.quoted) if letter.quoted else None,
        sent_at=letter.now,
        received_at=letter.now,
    )
    if letter.ticket is not None:
        _tell_ticket(letter.ticket, message)
    return message


def _tell_ticket(ticket: Ticket, message: Message) -> None:
    ticket.message_count += 1
    ticket.last_message_at, ticket.last_text, ticket.last_by_us = message.sent_at, last_words(ticket, message), True
    if ticket.status == Status.NEW:
        ticket.status = Status.OPEN
    ticket.save(update_fields=["message_count", "last_message_at", "last_text", "last_by_us", "status"])

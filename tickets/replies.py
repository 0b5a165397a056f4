"""Answers and notes of agents. A reply is written and queued here; `outbox` sends it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from tickets.assignment import take
from tickets.bells import ring_later
from tickets.channels import Limits, Permission, channel_named
from tickets.choices import Direction, MessageKind, Priority, SendState, Status, Visibility
from tickets.errors import CannotChange, CannotSend, TooLate
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Message, OutboxEntry, Ticket
from tickets.permissions import may, require
from tickets.rows import shorten

OUTBOX_TASK = "tickets.tasks.outbox"
_SENDING_ORDER = {Priority.LOW: 0, Priority.NORMAL: 1, Priority.HIGH: 2, Priority.URGENT: 3}


def check_reply(ticket: Ticket, *, private: bool) -> Permission:
    """May this ticket be answered this way? To be asked before anybody writes."""
    answered = answerable(ticket, private=private)
    if answered is None and not private:
        return Permission(allowed=False, reason="The customer wrote privately; there is no public message to answer.")
    channel = channel_named(ticket.address.channel)
    in_reply_to = answered.external_id if answered and answered.external_id else ""
    return channel.may_send(ticket.address.key, private=private, in_reply_to=in_reply_to)


def answerable(ticket: Ticket, *, private: bool) -> Message | None:
    """The customer's latest message of that visibility: the one an answer goes to."""
    visibility = Visibility.PRIVATE if private else Visibility.PUBLIC
    said = ticket.messages.filter(direction=Direction.IN, visibility=visibility, deleted_at__isnull=True)
    return said.order_by("-sent_at", "-id").first()


def measure(ticket: Ticket, text: str, *, private: bool) -> Limits:
    return channel_named(ticket.address.channel).measure(text, private=private)


@transaction.atomic
def reply(
    ticket: Ticket, *, text: str, private: bool, by: User, now: datetime, in_reply_to: Message | None = None
) -> Message:
    """Write an answer and queue it behind the undo window. Raises NotAllowed or CannotSend; then nothing is kept."""
    require(by, "send")
    if private:
        require(by, "see_private")
    text = _checked(ticket, text, private=private)
    ticket = locked(ticket)
    answered = in_reply_to or answerable(ticket, private=private)
    message = _write(ticket, text, private=private, answered=answered, by=by, now=now)
    entry = OutboxEntry.objects.create(
        message=message,
        address=ticket.address,
        recipient=answered.identity if answered and answered.identity else ticket.identity,
        state=SendState.HELD,
        priority=_SENDING_ORDER[Priority(ticket.priority)],
        fingerprint=channel_named(ticket.address.channel).fingerprint(text),
        not_before=now + timedelta(seconds=settings.UNDO_SECONDS),
        created_at=now,
    )
    with one_gesture():
        note_activity(ticket, "reply.queued", by=by, at=now, message=message.pk, private=private)
        if ticket.assignee_id is None and may(by, "work"):
            take(ticket, by=by, now=now)
    ring_later(task=OUTBOX_TASK, at=entry.not_before)
    announce([ticket.pk])
    return message


def _checked(ticket: Ticket, text: str, *, private: bool) -> str:
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise CannotSend("There is nothing to send yet.")
    permission = check_reply(ticket, private=private)
    if not permission.allowed:
        raise CannotSend(permission.reason)
    limits = measure(ticket, text, private=private)
    if limits.remaining < 0:
        raise CannotSend(f"The text is {-limits.remaining} too long: {limits.length} of {limits.maximum}.")
    return text


def _write(ticket: Ticket, text: str, *, private: bool, answered: Message | None, by: User, now: datetime) -> Message:
    message = Message.objects.create(
        ticket=ticket,
        address=ticket.address,
        kind=MessageKind.DIRECT if private else MessageKind.REPLY,
        direction=Direction.OUT,
        visibility=Visibility.PRIVATE if private else Visibility.PUBLIC,
        identity=answered.identity if answered and answered.identity else ticket.identity,
        agent=by,
        text=text,
        in_reply_to=(answered.external_id or "") if answered and not private else "",
        conversation=answered.conversation if answered else "",
        sent_at=now,
        received_at=now,
    )
    ticket.message_count += 1
    ticket.last_message_at, ticket.last_text, ticket.last_by_us = now, shorten(text), True
    if ticket.status == Status.NEW:
        ticket.status = Status.OPEN
    ticket.save(update_fields=["message_count", "last_message_at", "last_text", "last_by_us", "status"])
    return message


@transaction.atomic
def note(ticket: Ticket, *, text: str, by: User, now: datetime) -> Message:
    """For colleagues only. Raises NotAllowed, CannotSend."""
    require(by, "work")
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise CannotSend("The note is empty.")
    ticket = locked(ticket)
    message = Message.objects.create(
        ticket=ticket,
        address=ticket.address,
        kind=MessageKind.NOTE,
        direction=Direction.INTERNAL,
        visibility=Visibility.INTERNAL,
        agent=by,
        text=text,
        sent_at=now,
        received_at=now,
    )
    announce([ticket.pk])
    return message


@transaction.atomic
def undo(message: Message, *, by: User, now: datetime) -> str:
    """Take a reply back before it goes out; returns its text for the composer. Raises TooLate."""
    require(by, "send")
    assert message.ticket is not None
    # Outbox before ticket, as everywhere.
    entry = OutboxEntry.objects.select_for_update().filter(message=message).first()
    ticket = locked(message.ticket)
    if entry is None or entry.state not in (SendState.HELD, SendState.QUEUED) or entry.tries:
        raise TooLate("It is on its way already.")
    text, pk = message.text, message.pk
    message.delete()
    recount(ticket)
    note_activity(ticket, "reply.cancelled", by=by, at=now, message=pk)
    announce([ticket.pk])
    return text


def recount(ticket: Ticket) -> None:
    """The last word and the count, after a message went away."""
    said = ticket.messages.exclude(direction=Direction.INTERNAL)
    last = said.order_by("-sent_at", "-id").first()
    ticket.message_count = said.count()
    if last is not None:
        ticket.last_message_at, ticket.last_text = last.sent_at, shorten(last.text)
        ticket.last_by_us = last.direction == Direction.OUT
    ticket.save(update_fields=["message_count", "last_message_at", "last_text", "last_by_us"])


@transaction.atomic
def try_again(message: Message, *, by: User, now: datetime) -> None:
    """Queue a failed reply once more. Raises CannotChange when it is not a failed one."""
    require(by, "send")
    entry = OutboxEntry.objects.select_for_update().filter(message=message).first()
    if entry is None or entry.state != SendState.FAILED or message.ticket is None:
        raise CannotChange("Only an answer that failed can be tried again.")
    entry.state, entry.not_before, entry.tries, entry.settled_at = SendState.QUEUED, now, 0, None
    entry.code = entry.reason = ""
    entry.save(update_fields=["state", "not_before", "tries", "settled_at", "code", "reason"])
    private = message.visibility == Visibility.PRIVATE
    note_activity(message.ticket, "reply.queued", by=by, at=now, message=message.pk, private=private, again=True)
    ring_later(task=OUTBOX_TASK, at=now)
    announce([message.ticket.pk])

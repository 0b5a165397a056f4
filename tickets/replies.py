"""Answers and notes of agents. A reply is written and queued here; `outbox` sends it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from tickets.answering import answerable, check_reply, check_text, tidy
from tickets.assignment import take
from tickets.bells import ring_later
from tickets.choices import Direction, MessageKind, SendState, Visibility
from tickets.dispatching import Letter, dispatch, make_once
from tickets.errors import CannotChange, CannotSend, TooLate
from tickets.following import free_followers
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import locked
from tickets.live import announce
from tickets.models import Message, OutboxEntry, Ticket
from tickets.permissions import may, require
from tickets.queueing import OUTBOX_TASK
from tickets.rows import last_words

GONE = "The message you were answering is not there any more. Look whom you answer now, then send it again."


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    text: str,
    private: bool,
    by: User,
    now: datetime,
    in_reply_to: Message | None = None,
    at: datetime | None = None,
    token: UUID | None = None,
) -> Message:
    """Write an answer and queue it behind the undo window. Raises NotAllowed or CannotSend; then nothing is kept.

    `at`: it does not go out before that moment. `token` names the sheet it was written on: the second time it is seen,
    what was made of it is returned unchanged.
    """
    _require_send(by, private=private)
    write = partial(_reply, ticket, text=text, private=private, by=by, now=now, at=at, in_reply_to=in_reply_to)
    if token is None:
        return write(key=uuid4())
    return _make_once(ticket, partial(write, key=token), made=Q(outbox__key=token))


def _require_send(by: User, *, private: bool) -> None:
    require(by, "send")
    if private:
        require(by, "see_private")


def _require_for(message: Message, by: User) -> bool:
    """What sending this message asks of a person; returns whether it is private."""
    private = message.visibility == Visibility.PRIVATE
    if message.ticket_id is None and not private:
        require(by, "publish")
    else:
        _require_send(by, private=private)
    return private


def _make_once(ticket: Ticket, make: Callable[[], Message], *, made: Q) -> Message:
    message = make_once(make, made=made)
    if message.ticket_id != ticket.pk:
        raise CannotSend("This was written on the sheet of another ticket.")
    return message


def _reply(
    ticket: Ticket,
    *,
    text: str,
    private: bool,
    by: User,
    now: datetime,
    at: datetime | None,
    in_reply_to: Message | None,
    key: UUID,
) -> Message:
    text = _checked(ticket, text, private=private, answered=in_reply_to)
    ticket = locked(ticket)
    answered = answerable(ticket, private=private, pk=in_reply_to.pk if in_reply_to else None)
    if in_reply_to is not None and answered is None:
        raise CannotSend(GONE)
    message = dispatch(
        Letter(
            address=ticket.address,
            text=text,
            key=key,
            by=by,
            now=now,
            at=at,
            kind=MessageKind.DIRECT if private else MessageKind.REPLY,
            ticket=ticket,
            identity=answered.identity if answered and answered.identity else ticket.identity,
            in_reply_to=(answered.external_id or "") if answered and not private else "",
            conversation=answered.conversation if answered else "",
        )
    )
    with one_gesture():
        note_activity(ticket, "reply.queued", by=by, at=now, message=message.pk, private=private)
        if ticket.assignee_id is None and may(by, "work"):
            take(ticket, by=by, now=now)
    announce([ticket.pk])
    return message


def _checked(ticket: Ticket, text: str, *, private: bool, answered: Message | None) -> str:
    if not tidy(text):
        raise CannotSend("There is nothing to send yet.")
    permission = check_reply(ticket, private=private, answered=answered)
    if not permission.allowed:
        raise CannotSend(permission.reason)
    return check_text(ticket.address, text, private=private)


@transaction.atomic
def note(ticket: Ticket, *, text: str, by: User, now: datetime, token: UUID | None = None) -> Message:
    """For colleagues only; once for each token, as `reply`. Raises NotAllowed, CannotSend."""
    require(by, "work")
    name = f"note:{token}" if token else None
    write = partial(_note, ticket, text=text, by=by, now=now, name=name)
    return _make_once(ticket, write, made=Q(address=ticket.address, external_id=name)) if name else write()


def _note(ticket: Ticket, *, text: str, by: User, now: datetime, name: str | None) -> Message:
    text = tidy(text)
    if not text:
        raise CannotSend("The note is empty.")
    ticket = locked(ticket)
    message = Message.objects.create(
        ticket=ticket,
        address=ticket.address,
        external_id=name,
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
    _require_for(message, by)
    # Outbox before ticket, as everywhere.
    entry = OutboxEntry.objects.select_for_update().filter(message=message).first()
    ticket = locked(message.ticket) if message.ticket is not None else None
    if entry is None or entry.state not in (SendState.HELD, SendState.QUEUED) or entry.tries:
        raise TooLate("It is on its way already.")
    text, pk = message.text, message.pk
    message.delete()
    if ticket is not None:
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
        ticket.last_message_at, ticket.last_text = last.sent_at, last_words(ticket, last)
        ticket.last_by_us = last.direction == Direction.OUT
    ticket.save(update_fields=["message_count", "last_message_at", "last_text", "last_by_us"])


@transaction.atomic
def try_again(message: Message, *, by: User, now: datetime) -> None:
    """Queue a failed reply once more. Raises CannotChange when it is not a failed one."""
    private = _require_for(message, by)
    entry = OutboxEntry.objects.select_for_update().filter(message=message).first()
    if entry is None or entry.state != SendState.FAILED:
        raise CannotChange("Only an answer that failed can be tried again.")
    entry.state, entry.not_before, entry.tries, entry.settled_at = SendState.QUEUED, now, 0, None
    entry.code = entry.reason = ""
    entry.save(update_fields=["state", "not_before", "tries", "settled_at", "code", "reason"])
    ring_later(task=OUTBOX_TASK, at=now)
    if message.ticket is not None:
        note_activity(message.ticket, "reply.queued", by=by, at=now, message=message.pk, private=private, again=True)
        announce([message.ticket.pk])
    free_followers([entry.pk])

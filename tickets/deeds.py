"""What may be done on a channel about a ticket's messages and customer, beside answering: liking, following and so on.

The channel says what there is, whether it is so already, what it has to be told, and does it with the person's rights.
Here: which messages, and that the ticket's history tells of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404

from tickets.channels import CannotDo, Deed, Did, Post, Want, Wish, channel_named
from tickets.choices import Direction, MessageKind, Visibility
from tickets.history import note_activity
from tickets.inbound import Person
from tickets.live import announce
from tickets.models import Message, Ticket
from tickets.permissions import visible_messages

__all__ = ["CannotDo", "Doable", "Wish", "do", "doable", "find_deed", "wants_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doable:
    """By the key of the message, and about the customer."""

    on_messages: Mapping[int, Sequence[Deed]]
    on_customer: Sequence[Deed]


def doable(ticket: Ticket, messages: Iterable[Message], *, by: User, now: datetime) -> Doable:
    """A fixed number of statements."""
    posts = {message.pk: _post(message) for message in messages if _is_there(message)}
    customer = Person(external_id=ticket.identity.external_id, handle=ticket.identity.handle)
    told = channel_named(ticket.address.channel).deeds(
        ticket.address.key, by=by, posts=list(posts.values()), person=customer, now=now
    )
    return Doable(
        on_messages={pk: told.on_posts.get(post.external_id, ()) for pk, post in posts.items()},
        on_customer=told.on_person if not ticket.identity.erased else (),
    )


def find_deed(ticket: Ticket, name: str, *, about: int | None, by: User, now: datetime) -> tuple[Deed | None, str]:
    """What is offered now under that name, None where other things are, as after it was done; and the external id it
    is about. `about`: a message's key, else the customer. Raises Http404 where nothing is offered."""
    found = visible_messages(by).filter(ticket=ticket, pk=about) if about is not None else Message.objects.none()
    messages = [message for message in found if _is_there(message)]
    there = doable(ticket, messages, by=by, now=now)
    offered = there.on_customer if about is None else there.on_messages.get(about, ())
    if not offered:
        raise Http404
    deed = next((deed for deed in offered if deed.name == name), None)
    return deed, (messages[0].external_id or "") if about is not None else ticket.identity.external_id


def wants_of(ticket: Ticket, deed: Deed, *, about: str, by: User, now: datetime, anew: bool = False) -> Sequence[Want]:
    """What it has to be told first; `about`: the external id that `find_deed` told. Raises CannotDo,
    where the channel is asked for it `anew`."""
    if not deed.asks or deed.why_not or not deed.words:
        return ()
    channel = channel_named(ticket.address.channel)
    return channel.wants(ticket.address.key, deed.name, about=about, by=by, now=now, anew=anew)


def do(ticket: Ticket, wish: Wish, *, by: User, now: datetime, message: int | None = None) -> Did:
    """Do it, and tell the ticket's history, once for each wish. Raises CannotDo. Calls the channel outside any
    transaction."""
    channel = channel_named(ticket.address.channel)
    wish = replace(wish, person=_whom(ticket, message))
    did = channel.do(ticket.address.key, wish, by=by, now=now)
    if did.before:
        return did
    with transaction.atomic():
        facts: dict[str, Any] = {"deed": wish.name, "words": channel.label(wish.name), "on": message}
        facts |= {"private": True} if channel.is_private(wish.name) else {}
        facts |= {"here": True} if did.here else {}
        # What came of it by then is said when it is read.
        facts |= {"ordered": did.ordered} if did.ordered is not None else {}
        note_activity(ticket, "channel.did", by=by, at=now, **facts)
        announce([ticket.pk])
    return did


def _whom(ticket: Ticket, message: int | None) -> str:
    """Of a merged ticket the message's own customer."""
    if message is None:
        return ticket.identity.external_id
    theirs = Message.objects.filter(pk=message, identity__isnull=False).values_list("identity__external_id", flat=True)
    return theirs.first() or ticket.identity.external_id


def _post(message: Message) -> Post:
    return Post(
        external_id=message.external_id or "",
        ours=message.direction == Direction.OUT,
        private=message.visibility == Visibility.PRIVATE,
        answers=message.in_reply_to,
        answers_us=message.kind == MessageKind.REPLY,
        conversation=message.conversation,
    )


def _is_there(message: Message) -> bool:
    """On the channel now; what is sealed cannot be acted on from here."""
    said = message.visibility != Visibility.INTERNAL and message.kind != MessageKind.ENCRYPTED
    return bool(said and message.external_id and message.deleted_at is None)

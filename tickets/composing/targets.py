"""Which message an answer goes to: the one somebody names, else the customer's latest that can be answered.

In public each message is a thread of its own, and its channel may let one be answered and another not. In private it is
the person who is written to, whichever of their messages was the last.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import BooleanField, Case, ExpressionWrapper, F, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber

from tickets.channels import channel_named
from tickets.choices import Direction, Visibility
from tickets.models import Message, Ticket
from tickets.outbound import Permission

# So many of the latest are looked through for one that can be answered, and offered for it on a page.
MOST = 200
# Of each of many tickets, and where only a composer is shown.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Aim:
    """The message answered, and what its channel says of that, where it was asked."""

    message: Message | None
    told: Permission | None = None


def answerable(ticket: Ticket, *, private: bool, pk: int | None = None) -> Message | None:
    """The message of that visibility that an answer goes to: the one asked for, else the usual one."""
    if pk is not None:
        return _said(ticket, private=private).filter(pk=pk).first()
    return aim(ticket, private=private).message


def answered_by(message: Message) -> Message | None:
    """What an answer of ours speaks to, by whichever of its ids it was named; None where it is not on its ticket. One
    statement, and one more where that was edited since."""
    if not message.in_reply_to:
        return None
    there = Message.objects.filter(ticket=message.ticket_id)
    found = there.filter(external_id=message.in_reply_to).first()
    return found or there.filter(versions__external_id=message.in_reply_to).first()


def aim(ticket: Ticket, *, private: bool) -> Aim:
    """Where an answer goes when nobody says: to the latest of the ticket's own customer that can be answered, and where
    none can, to their latest. A bystander in the thread is answered only when somebody says so. Two statements at most;
    in public one more, and two where the latest cannot be answered."""
    usual = usual_target(ticket, latest_said(ticket, private=private), private=private)
    if usual is None or private:
        return Aim(usual)
    told = judge(ticket, [usual])
    return Aim(usual, told[usual.pk]) if told[usual.pk].allowed else earlier(ticket, usual, told[usual.pk])


def earlier(ticket: Ticket, usual: Message, told: Permission) -> Aim:
    """The latest before `usual`, of the same writer or writers, that can be answered; `usual` and what was `told` of it
    where there is none. Two statements."""
    said = _said(ticket, private=False).exclude(pk=usual.pk)
    if is_theirs(ticket, usual):
        said = said.filter(identity__customer=ticket.customer_id)
    others = list(said.order_by("-sent_at", "-id")[:MOST])
    judged = judge(ticket, others)
    found = first_allowed(others, judged)
    return Aim(found, judged[found.pk]) if found else Aim(usual, told)


def judge(ticket: Ticket, messages: Collection[Message]) -> dict[int, Permission]:
    """What the channel says of answering these in public, by their keys. One statement, if any."""
    if not messages:
        return {}
    about = [(one.external_id or "", (one.identity or ticket.identity).external_id) for one in messages]
    told = channel_named(ticket.address.channel).may_answer(ticket.address.key, about)
    return {one.pk: permission for one, permission in zip(messages, told, strict=True)}


def first_allowed(messages: Iterable[Message], judged: Mapping[int, Permission]) -> Message | None:
    return next((one for one in messages if one.pk in judged and judged[one.pk].allowed), None)


def answerable_of(tickets: Collection[Ticket]) -> dict[int, Message]:
    """The latest of many tickets, of what is private on private ones and of what is public on the others. One
    statement."""
    shown = Q(ticket__private=True, visibility=Visibility.PRIVATE)
    shown |= Q(ticket__private=False, visibility=Visibility.PUBLIC)
    said = Message.objects.filter(shown, ticket__in=tickets, direction=Direction.IN, deleted_at__isnull=True)
    theirs = Case(When(identity__customer=F("ticket__customer"), then=1), default=0)
    latest = said.annotate(theirs=theirs).order_by("ticket", "-theirs", "-sent_at", "-id").distinct("ticket")
    return {message.ticket_id or 0: message for message in latest.select_related("identity")}


def earlier_of(answered: Mapping[int, Message]) -> dict[int, list[Message]]:
    """As `earlier` looks, of many tickets by their numbers: what the same person said in public before what would be
    answered there, the latest first. One statement."""
    before = Message.objects.filter(
        ticket__in=answered,
        identity__in={one.identity_id for one in answered.values()},
        direction=Direction.IN,
        visibility=Visibility.PUBLIC,
        deleted_at__isnull=True,
    ).exclude(pk__in=[one.pk for one in answered.values()])
    place = Window(RowNumber(), partition_by="ticket", order_by=["-sent_at", "-id"])
    rows = before.annotate(place=place).filter(place__lte=_FEW).select_related("identity").order_by("ticket", "place")
    found: dict[int, list[Message]] = {}
    for one in rows:
        found.setdefault(one.ticket_id or 0, []).append(one)
    return found


def usual_target(ticket: Ticket, latest: Message | None, *, private: bool) -> Message | None:
    """`latest` if the customer wrote it, else what they wrote last."""
    if latest is None or is_theirs(ticket, latest):
        return latest
    said = _said(ticket, private=private)
    theirs = ExpressionWrapper(Q(identity__customer=ticket.customer_id), output_field=BooleanField())
    return said.annotate(theirs=theirs).order_by("-theirs", "-sent_at", "-id").first()


def latest_said(ticket: Ticket, *, private: bool) -> Message | None:
    """The latest message of that visibility, whoever wrote it."""
    return _said(ticket, private=private).order_by("-sent_at", "-id").first()


def just_said(ticket: Ticket, *, private: bool) -> list[Message]:
    """The few latest messages of that visibility, the latest first."""
    return list(_said(ticket, private=private).order_by("-sent_at", "-id")[:_FEW])


def said_among(messages: Sequence[Message], *, private: bool) -> list[Message]:
    """What was said to us that way and is still there, the latest first, of messages in the order they were said."""
    visibility = Visibility.PRIVATE if private else Visibility.PUBLIC
    wanted = (Direction.IN, visibility, None)
    return [m for m in reversed(messages) if (m.direction, m.visibility, m.deleted_at) == wanted]


def is_theirs(ticket: Ticket, message: Message) -> bool:
    return message.identity is not None and message.identity.customer_id == ticket.customer_id


def _said(ticket: Ticket, *, private: bool) -> QuerySet[Message]:
    visibility = Visibility.PRIVATE if private else Visibility.PUBLIC
    said = ticket.messages.filter(direction=Direction.IN, visibility=visibility, deleted_at__isnull=True)
    return said.select_related("identity")

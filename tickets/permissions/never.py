"""What somebody can never have seen: rows in queues that are not open to them and that no line of history brought there
from one that is, and what is private where they read nothing private. It is told of nowhere, not even as gone."""

from collections.abc import Collection, Iterable
from typing import Literal

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Exists, OuterRef, Q, QuerySet

from tickets.models import Activity, Message, Ticket
from tickets.permissions.queues import queues_for
from tickets.permissions.roles import may
from tickets.permissions.seeing import sees_all, visible_messages, visible_tickets

# Lines of a ticket to which messages may have come from another one.
_BROUGHT = (
    *("ticket.took_in", "ticket.merged", "ticket.split", "ticket.split_off"),
    *("ticket.message_left", "ticket.message_came", "ticket.undone"),
)


def never_seen(
    kind: Literal["ticket", "message"], numbers: Collection[int], *, user: User | AnonymousUser
) -> frozenset[int]:
    """Of these, which exist still. One statement; none where they see all."""
    if not numbers or sees_all(user):
        return frozenset()
    return frozenset(_tickets(numbers, user) if kind == "ticket" else _messages(numbers, user))


def _tickets(numbers: Collection[int], user: User | AnonymousUser) -> Iterable[int]:
    seen = visible_tickets(user).filter(pk__in=numbers).values("pk")
    never = Q(~Exists(_moved(user).filter(ticket=OuterRef("pk"))))
    if not may(user, "see_private"):
        never |= Q(private=True)
    return Ticket.objects.filter(never, pk__in=numbers).exclude(pk__in=seen).values_list("pk", flat=True)


def _messages(numbers: Collection[int], user: User | AnonymousUser) -> Iterable[int]:
    seen = visible_messages(user).filter(pk__in=numbers).values("pk")
    brought = Activity.objects.filter(verb__in=_BROUGHT, ticket=OuterRef("ticket"))
    never = Q(~Exists(brought), ~Exists(_moved(user).filter(ticket=OuterRef("ticket"))))
    if not may(user, "see_private"):
        never |= Q(visibility="private") | Q(ticket__private=True)
    rows = Message.objects.filter(never, pk__in=numbers, ticket__isnull=False).exclude(pk__in=seen)
    return rows.values_list("pk", flat=True)


def _moved(user: User | AnonymousUser) -> QuerySet[Activity]:
    """By hand, out of a queue that is open to them; by a rule or a step, out of whichever."""
    by_hand = Q(verb="ticket.moved", data__before__in=sorted(queues_for(user, "see").queues))
    return Activity.objects.filter(by_hand | Q(verb__in=("ticket.ruled", "clock.step"), data__has_key="queue"))

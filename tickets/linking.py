"""Tickets that belong together and stay apart: links, made and taken away by people."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from tickets.errors import CannotChange
from tickets.history import note_activity, one_gesture
from tickets.live import announce
from tickets.models import Ticket, TicketLink
from tickets.permissions import require, visible_tickets

MOST = 50  # links of one ticket


@transaction.atomic
def link(ticket: Ticket, other: Ticket, *, by: User, now: datetime) -> None:
    """Whichever comes first; once. Raises CannotChange for a ticket with itself, and for too many."""
    require(by, "work")
    if ticket.pk == other.pk:
        raise CannotChange("A ticket is not linked with itself.")
    pair = _hold(ticket, other)
    if TicketLink.objects.filter(one=pair[0]).filter(other=pair[1]).exists():
        return
    for one in pair:
        if TicketLink.objects.filter(Q(one=one) | Q(other=one)).count() >= MOST:
            raise CannotChange(f"#{one.pk} has {MOST} links already.")
    TicketLink.objects.create(one=pair[0], other=pair[1], by=by, at=now)
    _tell(pair, "ticket.linked", by=by, now=now)


@transaction.atomic
def unlink(ticket: Ticket, other: Ticket, *, by: User, now: datetime) -> None:
    require(by, "work")
    pair = _hold(ticket, other)
    gone, _ = TicketLink.objects.filter(one=pair[0], other=pair[1]).delete()
    if gone:
        _tell(pair, "ticket.unlinked", by=by, now=now)


def linked_with(ticket: Ticket, *, by: User) -> list[Ticket]:
    """Those of them the person may see, as they are told in lists; also what was linked with tickets that were merged
    into this one. One statement."""
    mine = Q(one=ticket.pk) | Q(other=ticket.pk) | Q(one__merged_into=ticket.pk) | Q(other__merged_into=ticket.pk)
    pairs = TicketLink.objects.filter(mine)
    ends = Q(pk__in=pairs.values("one")) | Q(pk__in=pairs.values("other"))
    own = Q(pk=ticket.pk) | Q(merged_into=ticket.pk, merged_into__isnull=False)
    found = visible_tickets(by).filter(ends).exclude(own).select_related("identity")
    return list(found.order_by("-last_message_at", "-pk")[:MOST])


def _hold(ticket: Ticket, other: Ticket) -> list[Ticket]:
    """Both, the smaller number first, locked."""
    pks: Collection[int] = (ticket.pk, other.pk)
    return list(Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=pks).order_by("pk"))


def _tell(pair: list[Ticket], verb: str, *, by: User, now: datetime) -> None:
    """In both histories; where one is private, who may not know of it is not told of it by the other."""
    hidden = {"private": True} if any(one.private for one in pair) else {}
    with one_gesture():
        for one, other in (pair, pair[::-1]):
            note_activity(one, verb, by=by, at=now, ticket=other.pk, **hidden)
    announce(one.pk for one in pair)

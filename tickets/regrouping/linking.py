"""Tickets that belong together and stay apart: links, made and taken away by people."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from kapture.prepared import Given
from tickets.errors import CannotChange
from tickets.history import note_activity, one_gesture
from tickets.live import announce
from tickets.models import Ticket, TicketLink
from tickets.permissions import require_on

MOST = 50  # links of one ticket


@transaction.atomic
def link(ticket: Ticket, other: Ticket, *, by: User, now: datetime) -> None:
    """Whichever comes first; once: who may work the one and see the other. Raises CannotChange for a ticket with
    itself, and for too many."""
    _check(ticket, other, by=by)
    if ticket.pk == other.pk:
        raise CannotChange(_("A ticket is not linked with itself."))
    pair = _hold(ticket, other)
    if TicketLink.objects.filter(one=pair[0]).filter(other=pair[1]).exists():
        return
    for one in pair:
        if TicketLink.objects.filter(Q(one=one) | Q(other=one)).count() >= MOST:
            raise CannotChange(_("#%(number)s has %(most)s links already.") % {"number": one.pk, "most": MOST})
    TicketLink.objects.create(one=pair[0], other=pair[1], by=by, at=now)
    _tell(pair, "ticket.linked", by=by, now=now)


@transaction.atomic
def unlink(ticket: Ticket, other: Ticket, *, by: User, now: datetime) -> None:
    _check(ticket, other, by=by)
    pair = _hold(ticket, other)
    gone, _ = TicketLink.objects.filter(one=pair[0], other=pair[1]).delete()
    if gone:
        _tell(pair, "ticket.unlinked", by=by, now=now)


def _check(ticket: Ticket, other: Ticket, *, by: User) -> None:
    require_on(by, "work", ticket)
    require_on(by, "see", other)


def linked_keys(ticket: int | Given, *more: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The keys of what is linked with a ticket, and `more` keys, for one statement by indexes alone."""
    ends = _ends(ticket)
    others = TicketLink.objects.filter(one__in=ends).values_list("other")
    return others.union(TicketLink.objects.filter(other__in=ends).values_list("one"), *more)


def is_linked(ticket: int | Given) -> Exists:
    """Of the outer query's tickets, whether they are linked with that ticket."""
    ends = _ends(ticket)
    either = Q(one__in=ends, other=OuterRef("pk")) | Q(other__in=ends, one=OuterRef("pk"))
    return Exists(TicketLink.objects.filter(either))


def _ends(ticket: int | Given) -> QuerySet[Ticket, Any]:
    return Ticket.objects.filter(Q(pk=ticket) | Q(merged_into=ticket)).values_list("pk")


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

"""Who wants no automatic messages from an address: marked by what they wrote (autoreplies.py), seen by whoever may read
it, lifted by whoever may. What a person of ours writes to them is sent all the same."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kapture.prepared import Given, prepared
from tickets.errors import CannotChange
from tickets.history import note_activity
from tickets.live import announce
from tickets.models import Message, OptOut, Ticket
from tickets.permissions import may, require


def mark(message: Message, *, now: datetime) -> None:
    """Its writer wants no automatic messages any more. Safe to run twice."""
    assert message.address is not None and message.identity is not None
    marked = OptOut(address=message.address, identity=message.identity, message=message, at=now)
    OptOut.objects.bulk_create([marked], ignore_conflicts=True)
    if message.ticket is not None:
        note_activity(message.ticket, "customer.opted_out", by=None, at=now, message=message.pk)
        announce([message.ticket.pk])


def seen_opt_out(ticket: Ticket, *, by: User) -> OptOut | None:
    """The opt-out of the ticket's customer that holds now, for who may read private messages. At most one statement."""
    if not may(by, "see_private"):
        return None
    return next(iter(_holding(address=ticket.address_id, identity=ticket.identity_id)), None)


@prepared
def _holding() -> QuerySet[OptOut]:
    return OptOut.objects.filter(address=Given("address"), identity=Given("identity"), lifted_at=None)


def lift(opt_out: OptOut, *, by: object, now: datetime) -> None:
    """From now on this person may get automatic messages again."""
    OptOut.objects.filter(pk=opt_out.pk, lifted_at=None).update(lifted_at=now, lifted_by=by)


@transaction.atomic
def lift_of(ticket: Ticket, *, by: User, now: datetime) -> None:
    """Of the ticket's customer, told in its history. Raises NotAllowed, CannotChange when there is none."""
    require(by, "lift", "see_private")
    opt_out = seen_opt_out(ticket, by=by)
    if opt_out is None:
        raise CannotChange(_("This customer has not opted out of automatic messages."))
    lift(opt_out, by=by, now=now)
    note_activity(ticket, "customer.opted_in", by=by, at=now)
    announce([ticket.pk])

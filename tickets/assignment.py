"""Who answers for a ticket. Claiming is atomic: of two who take it at once one wins, the other is told who."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from kapture.people import shown_name
from tickets.errors import CannotChange
from tickets.history import note_activity, one_gesture
from tickets.lifecycle import locked, locked_to_change, rouse
from tickets.live import announce
from tickets.models import Ticket
from tickets.permissions import may, may_on, require_on


@transaction.atomic
def take(ticket: Ticket, *, by: User, now: datetime) -> Ticket:
    """Raises CannotChange naming the winner when somebody else has it already."""
    ticket = locked_to_change(ticket)
    require_on(by, "work", ticket)
    if ticket.assignee_id == by.pk:
        return ticket
    if ticket.assignee is not None:
        raise CannotChange(_("%(name)s has taken it already.") % {"name": shown_name(ticket.assignee)})
    return _assign(ticket, to=by, by=by, now=now)


def take_on(ticket: Ticket, *, by: User, now: datetime) -> None:
    """Whoever answers a ticket that is nobody's has it, by whichever way the answer goes out, if they may work it."""
    ticket = locked(ticket)
    if ticket.assignee_id is None and ticket.merged_into_id is None and may_on(by, "work", ticket):
        take(ticket, by=by, now=now)


@transaction.atomic
def assign(ticket: Ticket, *, to: User | None, by: User, now: datetime) -> Ticket:
    """Raises CannotChange when the chosen person may not work this ticket."""
    ticket = locked_to_change(ticket)
    require_on(by, "work", ticket)
    if to is not None and not may(to, "work"):
        raise CannotChange(_("%(name)s does not work tickets.") % {"name": shown_name(to)})
    if to is not None and ticket.private and not may(to, "see_private"):
        raise CannotChange(_("%(name)s may not read private messages.") % {"name": shown_name(to)})
    if to is not None and not may_on(to, "work", ticket):
        raise CannotChange(
            _("%(name)s does not work tickets in %(queue)s.") % {"name": shown_name(to), "queue": ticket.queue.name}
        )
    if ticket.assignee_id == (to.pk if to else None):
        return ticket
    return _assign(ticket, to=to, by=by, now=now)


def _assign(ticket: Ticket, *, to: User | None, by: User, now: datetime) -> Ticket:
    before = ticket.assignee_id
    ticket.assignee = to
    ticket.save(update_fields=["assignee"])
    facts = {"to": to.pk if to else None, "from": before}
    with one_gesture():
        note_activity(ticket, "ticket.assigned", by=by, at=now, **facts)
        rouse(ticket, by=by, now=now)
    announce([ticket.pk])
    return ticket

"""Which skills a ticket needs, said by hand."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from tickets.errors import CannotChange
from tickets.history import note_activity
from tickets.lifecycle import locked_to_change
from tickets.live import announce
from tickets.models import Skill, Ticket
from tickets.permissions import require_on
from tickets.staffing.giving import give_out


@transaction.atomic
def set_skills(ticket: Ticket, skills: Collection[int], *, by: User, now: datetime) -> Ticket:
    """These and no others; rules leave it at that. A ticket that is nobody's is given out by them, where its queue does
    so. Raises CannotChange for a skill that is not there."""
    ticket, wanted = locked_to_change(ticket), set(skills)
    require_on(by, "work", ticket)
    if wanted - set(Skill.objects.filter(pk__in=wanted).values_list("pk", flat=True)):
        raise CannotChange(_("There is no such skill any more."))
    before = set(ticket.skills.values_list("pk", flat=True))
    if before == wanted:
        return ticket
    ticket.skills.set(wanted)
    note_activity(ticket, "ticket.skills", by=by, at=now, before=sorted(before), after=sorted(wanted))
    if ticket.assignee_id is None and give_out([ticket.pk], now=now):
        ticket.refresh_from_db(fields=["assignee"])
    announce([ticket.pk])
    return ticket

"""What was done by a slip of the finger, and is taken back where that was said: docs/rules.md, "Status"."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tickets.choices import CATEGORY_OF, Priority, Status, StatusCategory
from tickets.errors import CannotChange
from tickets.history import note_activities, one_gesture, taking_back
from tickets.lifecycle import change_priority, change_status, locked_to_change
from tickets.models import Activity, Ticket
from tickets.models.departed import doer_of
from tickets.resting.reopening import put_aside_again


def goes_back(before: Status, after: Status) -> Status | None:
    """The status it goes back to, where it was done with by this: open where it was new."""
    if CATEGORY_OF[after] != StatusCategory.DONE or CATEGORY_OF[before] == StatusCategory.DONE:
        return None
    return Status.OPEN if before == Status.NEW else before


@transaction.atomic
def take_back(ticket: Ticket, status: str, *, undoes: Status, by: User, now: datetime) -> Ticket:
    """It goes back to `status`, for the reason that had, and is put aside again if that was ended by it. Raises
    CannotChange where it is not `undoes` any more."""
    ticket = locked_to_change(ticket)
    line = _line_of(ticket, "status", undoes, by=by)
    with one_gesture(taking_back(line.gesture) if line else None):
        ticket = stand_as_before(ticket, status, by=by, now=now)
        if line is not None:
            put_aside(ticket, since=line.at, by=by, now=now)
    return ticket


@transaction.atomic
def take_priority_back(ticket: Ticket, priority: str, *, undoes: Priority, by: User, now: datetime) -> Ticket:
    """The same of its priority: promises take the lengths they had, and what ran out by those stays late."""
    ticket = locked_to_change(ticket)
    line = _line_of(ticket, "priority", undoes, by=by)
    with one_gesture(taking_back(line.gesture) if line else None):
        ticket = change_priority(ticket, priority, by=by, now=now)
        if line is not None:
            put_aside(ticket, since=line.at, by=by, now=now)
    return ticket


def stand_as_before(ticket: Ticket, status: str, *, by: User, now: datetime, new: bool = False) -> Ticket:
    """In that status, for the reason it had. `new`: it may be that it was new."""
    pause = ticket.pauses.filter(status=status).order_by("-since", "-pk").first()
    why = pause.reason if pause else ""
    return change_status(ticket, status, by=by, now=now, reason=why, undoing=new, undone=True)


def _line_of(ticket: Ticket, what: str, undoes: Status | Priority, *, by: User) -> Activity | None:
    """By which it became what it still is. Raises CannotChange where it is not, or became so by somebody else."""
    if getattr(ticket, what) != undoes:
        stands = getattr(ticket, f"get_{what}_display")().lower()
        raise CannotChange(
            _("#%(number)s is %(stands)s by now. Nothing was undone.") % {"number": ticket.pk, "stands": stands}
        )
    lines = ticket.activities.filter(verb=f"ticket.{what}", data__after=undoes)
    line = lines.order_by("-at", "-pk").first()
    if line is not None and line.actor_id != by.pk:
        who = doer_of(line) or pgettext("nobody in person acted", "The desk")
        raise CannotChange(
            _("%(who)s made #%(number)s %(status)s since. Nothing was undone.")
            % {"who": who, "number": ticket.pk, "status": undoes.label.lower()}
        )
    return line


def put_aside(ticket: Ticket, *, since: datetime, by: User, now: datetime, gesture: UUID | None = None) -> None:
    """As it was before what was done then, or in that gesture. A ticket that the caller has locked."""
    if lines := list(put_aside_again([ticket], since=since, now=now, gesture=gesture)):
        ticket.save(update_fields=["snoozed_at", "snoozed_until"])
        note_activities(lines, by=by, at=now)

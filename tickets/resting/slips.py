"""What was done with by a slip of the finger, and is taken back where that was said: docs/rules.md, "Status"."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from kapture.people import shown_name
from tickets.choices import CATEGORY_OF, Status, StatusCategory
from tickets.errors import CannotChange
from tickets.history import note_activities, one_gesture
from tickets.lifecycle import change_status, locked_to_change
from tickets.models import Ticket
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
    if ticket.status != undoes:
        raise CannotChange(f"#{ticket.pk} is {ticket.get_status_display().lower()} by now. Nothing was undone.")
    set_at = ticket.activities.filter(verb="ticket.status", data__after=undoes).order_by("-at", "-pk").first()
    if set_at is not None and set_at.actor_id != by.pk:
        who = shown_name(set_at.actor) or "The desk"
        raise CannotChange(f"{who} made #{ticket.pk} {undoes.label.lower()} since. Nothing was undone.")
    pause = ticket.pauses.filter(status=status).order_by("-since", "-pk").first()
    with one_gesture():
        ticket = change_status(ticket, status, by=by, now=now, reason=pause.reason if pause else "")
        if set_at is not None and (lines := list(put_aside_again([ticket], since=set_at.at, now=now))):
            ticket.save(update_fields=["snoozed_at", "snoozed_until"])
            note_activities(lines, by=by, at=now)
    return ticket

"""A macro that was run by a slip is taken back, as far as nobody has changed that since: docs/rules.md, "Macros"."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from tickets.errors import CannotChange
from tickets.history import one_gesture, taking_back
from tickets.models import Activity, BulkRun
from tickets.permissions import visible_tickets
from tickets.resting.reverting import Reverted, revert


def unrun(gesture: UUID, *, by: User, now: datetime) -> list[Reverted]:
    """Each ticket by itself. What was written stays, and so does a status that ended what was done. Nothing
    is told where they ran no macro in this gesture. Raises CannotChange for a change of many tickets."""
    if BulkRun.objects.filter(gesture=gesture, by=by).exists():
        raise CannotChange(_("It was run on many tickets at once: undo it on the page that tells of that."))
    ran = Activity.objects.filter(gesture=gesture, verb="macro.ran", actor=by)
    numbers = list(dict.fromkeys(ran.order_by("ticket").values_list("ticket", flat=True)))
    there = visible_tickets(by).in_bulk(numbers) if numbers else {}
    with one_gesture(taking_back(gesture)):
        return [revert(there.get(number), number, gesture, by=by, now=now) for number in numbers]

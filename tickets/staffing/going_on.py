"""To the next ticket: who has some of their own that wait goes to these first, and is given another one after that."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet

from tickets.choices import UNSETTLED_STATES
from tickets.models import OutboxEntry, Ticket
from tickets.permissions import require, workable_tickets
from tickets.staffing.giving import BY_DUE, after, answerable_first
from tickets.staffing.pulling import take_next
from tickets.staffing.roster import AT_WORK


def go_on(*, by: User, now: datetime, left: int | None = None) -> tuple[Ticket, bool]:
    """The next ticket, and whether it was theirs before. `left`: the one they go on from; where it waits still, what
    is due before it was passed, too. Raises NothingWaits."""
    require(by, "work")
    own = _next_own(by, left=left)
    return (own, True) if own is not None else (take_next(by=by, now=now), False)


def _next_own(by: User, *, left: int | None) -> Ticket | None:
    """What is late or due first; that in which nothing is left to answer last. Three statements at most."""
    own = _waiting(by)
    passed = own.filter(pk=left).first() if left else None
    found = (after(some, passed).order_by(*BY_DUE).first() for some in answerable_first(own))
    return next((one for one in found if one is not None), None)


def _waiting(by: User) -> QuerySet[Ticket]:
    """Their own where the last word is the customer's, and no answer is on its way."""
    answered = OutboxEntry.objects.filter(message__ticket=OuterRef("pk"), state__in=UNSETTLED_STATES)
    theirs = workable_tickets(by).filter(AT_WORK, assignee=by, last_by_us=False)
    return theirs.filter(~Exists(answered))

"""Puts a ticket aside until a moment or the customer's next message, and wakes it. In words: docs/rules.md, "Putting a
ticket aside"."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kapture.sets import copy_rows, update_rows
from tickets.bells import ring_later
from tickets.choices import UNDONE_STATUSES, StatusCategory
from tickets.composing.blanks import shown
from tickets.errors import CannotChange
from tickets.history import current_gesture, note_activity
from tickets.lifecycle import locked_to_change, rouse
from tickets.live import announce
from tickets.models import Activity, Ticket
from tickets.models.sla import LONGEST_REASON
from tickets.permissions import require_on

TASK = "tickets.tasks.snoozes"
LONGEST = timedelta(days=366)
AT_ONCE = 500
SWEPT_EVERY = timedelta(minutes=1)
_FIELDS = ("snoozed_at", "snoozed_until", "snoozed_by", "snooze_reason")


@transaction.atomic
def snooze(ticket: Ticket, until: datetime | None, *, by: User, now: datetime, reason: str = "") -> Ticket:
    """Until that moment or the customer's next message, whichever comes first; None: until they write. Promises run on.
    Again: the later word counts. Raises CannotChange."""
    ticket, reason = locked_to_change(ticket), shown(" ".join(reason.split()))
    require_on(by, "work", ticket)
    _check(ticket, until, reason, now=now)
    facts: dict[str, object] = {"until": until.isoformat()} if until else {}
    if ticket.snoozed_at is not None:  # what it is put back to
        facts["before"] = ticket.snoozed_until.isoformat() if ticket.snoozed_until else None
    ticket.snoozed_at, ticket.snoozed_until = now, until
    ticket.snoozed_by, ticket.snooze_reason = by, reason
    ticket.save(update_fields=list(_FIELDS))
    note_activity(ticket, "ticket.snoozed", by=by, at=now, **facts, **({"reason": reason} if reason else {}))
    announce([ticket.pk])
    if until is not None and until - now <= SWEPT_EVERY:
        ring_later(task=TASK, at=until)
    return ticket


def _check(ticket: Ticket, until: datetime | None, reason: str, *, now: datetime) -> None:
    if ticket.category == StatusCategory.DONE:
        raise CannotChange(_("Only what is not done can be put aside. Reopen it first."))
    if until is not None and until <= now:
        raise CannotChange(_("Choose a moment that is still to come."))
    if until is not None and until > now + LONGEST:
        raise CannotChange(_("A ticket is put aside for a year at most."))
    if len(reason) > LONGEST_REASON:
        raise CannotChange(_("A reason has up to %(most)s characters.") % {"most": LONGEST_REASON})


@transaction.atomic
def wake(ticket: Ticket, *, by: User, now: datetime) -> Ticket:
    """Nothing happens to one that is not put aside."""
    ticket = locked_to_change(ticket)
    require_on(by, "work", ticket)
    rouse(ticket, by=by, now=now, why="asked")
    announce([ticket.pk])
    return ticket


def wake_due(*, now: datetime) -> int:
    """Wake what was put aside until now; returns how many. The next one within a minute is rung for."""
    woken = 0
    while due := _due(now):
        woken += _wake(due, now=now)
    following = _asleep().filter(snoozed_until__lte=now + SWEPT_EVERY).order_by("snoozed_until")
    moment = following.values_list("snoozed_until", flat=True).first()
    if moment is not None:
        ring_later(task=TASK, at=moment)
    return woken


def _asleep() -> QuerySet[Ticket]:
    return Ticket.objects.filter(snoozed_until__isnull=False)


def _due(now: datetime) -> Sequence[int]:
    rows = _asleep().filter(snoozed_until__lte=now).order_by("snoozed_until")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _wake(due: Sequence[int], *, now: datetime) -> int:
    """Looked at again under the lock: somebody may have put it aside for longer. Four statements."""
    rows = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=due, snoozed_until__lte=now)
    tickets = list(rows.order_by("pk"))
    undone = [ticket for ticket in tickets if ticket.status in UNDONE_STATUSES]
    told = [[ticket.pk, "ticket.woke", _facts(ticket), now, current_gesture()] for ticket in undone]
    update_rows(Ticket, ["id", "snoozed_at", "snoozed_until"], [[ticket.pk, None, None] for ticket in tickets])
    if told:
        copy_rows(Activity, ["ticket", "verb", "data", "at", "gesture"], told)
    announce([ticket.pk for ticket in undone])
    return len(undone)


def _facts(ticket: Ticket) -> dict[str, object]:
    return {"why": "time", **({"put_aside_by": ticket.snoozed_by_id} if ticket.snoozed_by_id else {})}

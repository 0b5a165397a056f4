"""Whoever asks for the next ticket gets the most urgent one they can work, and nobody else gets the same."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.errors import NothingWaits
from tickets.history import note_activity
from tickets.live import announce
from tickets.models import Agent, Queue, Staffing, Ticket
from tickets.permissions import queues_for, require, visible_tickets
from tickets.staffing.giving import BY_DUE, after, answerable_first
from tickets.staffing.past import read_past
from tickets.staffing.roster import AT_WORK

# So many are looked at in each queue at a time, for several people may ask at once.
AT_ONCE = 25
MOST_ROUNDS = 8


@transaction.atomic
def take_next(*, by: User, now: datetime) -> Ticket:
    """The most urgent one that is nobody's in the queues they staff: what is due first, then the older; that in which
    nothing is left to answer last. Not one they gave back, or that was taken from them lately, nor one that needs a
    skill they lack. A limit is no matter here: they ask. Raises NothingWaits."""
    require(by, "work")
    waiting = [answerable_first(some) for some in _waiting_for(by)]
    first, last = [one for one, _ in waiting], [one for _, one in waiting]
    ticket = _take(first, by=by, now=now) or _take(last, by=by, now=now)
    if ticket is None:
        raise NothingWaits(_("Nothing waits for you in your queues at this moment."))
    ticket.assignee = by
    ticket.save(update_fields=["assignee"])
    note_activity(ticket, "ticket.assigned", by=by, at=now, **{"to": by.pk, "from": None, "how": "next"})
    announce([ticket.pk])
    return ticket


def _take(waiting: Sequence[QuerySet[Ticket]], *, by: User, now: datetime) -> Ticket | None:
    """The first of these that is free, locked."""
    last: Ticket | None = None
    for _round in range(MOST_ROUNDS):
        found = _first_of(waiting, last)
        if not found:
            break
        ticket = _claim(found, by=by, now=now)
        if ticket is not None:
            return ticket
        last = found[-1]
    return None


def _waiting_for(person: User) -> Sequence[QuerySet[Ticket]]:
    """One set for each queue they staff. Four statements at most."""
    theirs = Staffing.objects.filter(team__memberships__person=person, see=True, work=True, queue=OuterRef("pk"))
    closed = Staffing.objects.filter(queue=OuterRef("pk"))
    open_to = queues_for(person, "work")
    queues = Queue.objects.annotate(theirs=Exists(theirs), closed=Exists(closed))
    found = queues.order_by("pk").values_list("pk", "asks_skills", "theirs", "closed")
    rows = [row for row in found if row[0] in open_to]
    # Who is of no team, and may go everywhere all the same, looks everywhere.
    chosen = [(pk, asks) for pk, asks, own, shut in rows if own or not shut] or [(pk, asks) for pk, asks, *_ in rows]
    skills = Agent.objects.filter(person=person, skills__isnull=False).values_list("skills", flat=True)
    lacking = Ticket.skills.through.objects.filter(ticket=OuterRef("pk")).exclude(skill__in=list(skills))
    free = visible_tickets(person).filter(AT_WORK, assignee=None)
    return [free.filter(~Exists(lacking) if asks else Q(), queue=pk) for pk, asks in chosen]


def _first_of(waiting: Sequence[QuerySet[Ticket]], last: Ticket | None) -> list[Ticket]:
    """Of all queues, in their order; each is read by its own index. One statement."""
    slices = [after(one, last).order_by(*BY_DUE)[:AT_ONCE] for one in waiting]
    if not slices:
        return []
    found = slices[0].union(*slices[1:], all=True) if len(slices) > 1 else slices[0]
    rows = sorted(found, key=lambda one: (one.next_due_at is None, one.next_due_at or one.created_at, one.pk))
    return rows[:AT_ONCE]


def _claim(found: Sequence[Ticket], *, by: User, now: datetime) -> Ticket | None:
    """The first that nobody takes at this moment. Two statements."""
    past = read_past([ticket.pk for ticket in found], now=now)
    gone = {pk for pk, one in past.items() if by.pk in (one.given_back_by, one.taken_from)}
    keys = [ticket.pk for ticket in found if ticket.pk not in gone]
    free = Ticket.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    return free.filter(AT_WORK, pk__in=keys, assignee=None).order_by(*BY_DUE).first()

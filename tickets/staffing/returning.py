"""Gives back what somebody has in hand: when they leave, lose the right, stay away for long, or want it. The tickets go
back to their queue, the history says why, and the queue gives them out as it does everything."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from kapture.sets import copy_rows
from tickets.bells import answer
from tickets.history import current_gesture
from tickets.live import announce
from tickets.models import Activity, Agent, Ticket
from tickets.permissions import who_may, who_may_where
from tickets.staffing.giving import BELL, give_out, give_out_waiting
from tickets.staffing.roster import AT_WORK

AT_ONCE = 500

# Why it went back, as the history keeps it (words.py has the sentences).
GONE, RIGHT, AWAY, LONG_AWAY, RELEASED = "gone", "right", "away", "long_away", "released"


@transaction.atomic
def return_work(
    people: Iterable[int], *, why: str, now: datetime, by: User | None = None, only: Q | None = None
) -> list[int]:
    """The active tickets of these people, or some of them, are nobody's, and given out anew. Returns which. A fixed
    number of statements, however many."""
    theirs = Ticket.objects.filter(only or Q(), AT_WORK, assignee__in=list(people))
    rows = list(theirs.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", "assignee_id"))
    pks = [pk for pk, _ in rows]
    if not pks:
        return []
    Ticket.objects.filter(pk__in=pks).update(assignee=None)
    actor, key = by.pk if by else None, current_gesture()
    told = [[pk, "ticket.assigned", {"to": None, "from": had, "returned": why}, actor, now, key] for pk, had in rows]
    copy_rows(Activity, ["ticket", "verb", "data", "actor", "at", "gesture"], told)
    give_out(pks, now=now)
    announce(pks)
    return pks


def give_back_and_out(*, now: datetime) -> None:
    """What the bell asks for, and the minute: take back what nobody works any more, give out what waits."""
    answer(BELL)
    return_lost(now=now)
    give_out_waiting(now=now)


def return_lost(*, now: datetime) -> int:
    """Active tickets of who is gone, may not work them any more or has been away for long. Returns how many. A fixed
    number of statements for AT_ONCE of one reason."""
    count = 0
    for why, holdings in _lost(now).items():
        for some in _pieces(holdings):
            only = reduce(or_, (Q(assignee=h.person, queue=h.queue, private=h.private) for h in some))
            count += len(return_work({h.person for h in some}, why=why, now=now, only=only))
    return count


@dataclass(frozen=True, slots=True)
class _Holding:
    """That somebody has active tickets of one queue, private ones or others."""

    person: int
    queue: int
    private: bool


def _lost(now: datetime) -> dict[str, list[_Holding]]:
    """Nine statements at most; the first walks an index of what is in hand."""
    rows = Ticket.objects.filter(AT_WORK, assignee__isnull=False).order_by()
    held = [_Holding(*row) for row in rows.values_list("assignee_id", "queue_id", "private").distinct() if row[0]]
    if not held:
        return {}
    people, queues = {one.person for one in held}, {one.queue for one in held}
    here = set(User.objects.filter(pk__in=people, is_active=True).values_list("pk", flat=True))
    able = who_may_where(here, queues, "work")
    confidants = set(who_may("see_private").filter(pk__in=here).values_list("pk", flat=True))
    long_ago = now - timedelta(hours=settings.AWAY_HOURS)
    away = set(
        Agent.objects.filter(person__in=here, away=True, away_since__lte=long_ago).values_list("person", flat=True)
    )
    found: dict[str, list[_Holding]] = {}
    for one in held:
        if one.person not in here:
            found.setdefault(GONE, []).append(one)
        elif (one.person, one.queue) not in able or (one.private and one.person not in confidants):
            found.setdefault(RIGHT, []).append(one)
        elif one.person in away:
            found.setdefault(LONG_AWAY, []).append(one)
    return found


def _pieces(holdings: Collection[_Holding]) -> Iterable[list[_Holding]]:
    listed = sorted(holdings, key=lambda one: (one.person, one.queue, one.private))
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))

"""Gives back what somebody has in hand: when they leave, lose the right, stay away for long, or want it. The tickets go
back to their queue, the history says why, and the queue gives them out as it does everything."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from kapture.sets import copy_rows
from tickets.bells import answer
from tickets.choices import NoticeEvent
from tickets.history import current_gesture, wake_tellers
from tickets.live import announce
from tickets.models import Activity, Agent, Notice, Ticket
from tickets.notices.storing import store
from tickets.permissions import who_may, who_may_where, workable_tickets
from tickets.staffing.giving import BELL, give_out, give_out_waiting
from tickets.staffing.past import ASSIGNED, RELEASED, read_past
from tickets.staffing.roster import AT_WORK
from tickets.staffing.speaking import need_tongues

AT_ONCE = 500

# Why it went back, as the history keeps it (words.py has the sentences).
GONE, RIGHT, AWAY, LONG_AWAY = "gone", "right", "away", "long_away"
_WHERE = ("pk", "queue_id", "private")


@transaction.atomic
def return_work(
    people: Iterable[int],
    *,
    why: str,
    now: datetime,
    by: User | None = None,
    only: Q | None = None,
    among: QuerySet[Ticket] | None = None,
) -> list[int]:
    """The active tickets of these people, or some of them, are nobody's, and given out anew; whoever lost some by
    another one's hand is told. Returns which. A fixed number of statements, however many."""
    tickets = Ticket.objects.all() if among is None else among
    theirs = tickets.filter(only or Q(), AT_WORK, assignee__in=list(people))
    rows = list(theirs.select_for_update(no_key=True, of=("self",)).order_by("pk").values_list("pk", "assignee_id"))
    pks = _free(rows, why=why, by=by, now=now)
    if pks:
        give_out(pks, now=now)
        announce(pks)
    if why in (AWAY, RELEASED):
        _tell(Counter(had for _, had in rows if had is not None), by=by, now=now)
    return pks


def release_work(
    people: Iterable[int], *, now: datetime, by: User | None = None, among: QuerySet[Ticket] | None = None
) -> list[int]:
    """All these people have in hand (`among` these) goes back, and for RELEASED_HOURS not to the same person by
    itself."""
    return return_work(people, why=RELEASED, by=by, now=now, among=among)


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody else gave back for a person within RELEASED_HOURS, as it stands now."""

    free: list[int]  # nobody has had it since, and they may work it
    barred: int  # nobody has had it since, but they may not work it where it is now
    gone: int  # others have or had it since, or it rests


def taken_lately(person: int, *, by: User, now: datetime) -> Taken:
    """Of what `by` may work themselves. Six statements, however many; two where nothing was taken."""
    since = now - timedelta(hours=settings.RELEASED_HOURS)
    lines = Activity.objects.filter(verb=ASSIGNED, at__gt=since, data__returned=RELEASED, data__from=person)
    lines = lines.filter(ticket__in=workable_tickets(by))
    taken = {pk for pk in lines.values_list("ticket", flat=True) if pk is not None}
    open_still = Ticket.objects.filter(AT_WORK, pk__in=taken, assignee=None)
    rows = {pk: _Holding(person, queue, private) for pk, queue, private in open_still.values_list(*_WHERE)}
    past = read_past(list(rows), now=now)
    free = [pk for pk in sorted(rows) if pk in past and past[pk].taken_from == person]
    kept = _kept([rows[pk] for pk in free])
    allowed = [pk for pk in free if rows[pk] in kept]
    return Taken(allowed, len(free) - len(allowed), len(taken) - len(free))


@transaction.atomic
def give_again(person: int, *, by: User, now: datetime) -> Taken:
    """They have again what was taken from them, is nobody's yet and they may work. Returns what was, and was not. Ten
    statements, however many."""
    found = taken_lately(person, by=by, now=now)
    rows = workable_tickets(by).select_for_update(no_key=True, of=("self",))
    # Locked, it is looked at once more: it may have been taken, or moved to where they may not work it.
    locked = rows.filter(AT_WORK, pk__in=found.free, assignee=None).order_by("pk")
    holdings = {pk: _Holding(person, queue, private) for pk, queue, private in locked.values_list(*_WHERE)}
    kept = _kept(holdings.values())
    pks = [pk for pk, one in holdings.items() if one in kept]
    if pks:
        Ticket.objects.filter(pk__in=pks).update(assignee=person)
        key, facts = current_gesture(), {"to": person, "from": None}
        copy_rows(
            Activity,
            ["ticket", "verb", "data", "actor", "at", "gesture"],
            [[pk, ASSIGNED, facts, by.pk, now, key] for pk in pks],
        )
        wake_tellers([ASSIGNED])
        announce(pks)
    barred = len(holdings) - len(pks)
    return Taken(pks, found.barred + barred, found.gone + len(found.free) - len(holdings))


def _tell(lost: Mapping[int, int], *, by: User | None, now: datetime) -> None:
    """person → how many tickets; not of what they did themselves."""
    actor = by.pk if by else None
    told = [
        Notice(person_id=person, event=NoticeEvent.RETURNED, actor_id=actor, data={"n": count}, at=now)
        for person, count in lost.items()
        if person != actor
    ]
    if told:
        store(told, now=now)


def free_moved(tickets: Iterable[int], *, now: datetime) -> None:
    """Of these tickets, which came to another queue by a rule or by the clock, those are nobody's from now on whose
    owners may not work them there, and need the language they are in where that queue asks for it. The caller has
    locked them, gives them out and announces them. A fixed number of statements, however many."""
    pks = list(tickets)
    need_tongues(pks, now=now)
    moved = Ticket.objects.filter(pk__in=pks, assignee__isnull=False).order_by("pk")
    found = moved.values_list("pk", "assignee_id", "queue_id", "private")
    rows = [(pk, _Holding(person, queue, private)) for pk, person, queue, private in found if person is not None]
    if not rows:
        return
    kept = _kept([held for _, held in rows])
    _free(((pk, held.person) for pk, held in rows if held not in kept), why=RIGHT, by=None, now=now)


def _free(holders: Iterable[tuple[int, int | None]], *, why: str, by: User | None, now: datetime) -> list[int]:
    """Two statements, or none; the history says why."""
    rows = list(holders)
    pks = [pk for pk, _ in rows]
    if pks:
        Ticket.objects.filter(pk__in=pks).update(assignee=None)
        actor, key = by.pk if by else None, current_gesture()
        told = [[pk, ASSIGNED, {"to": None, "from": had, "returned": why}, actor, now, key] for pk, had in rows]
        copy_rows(Activity, ["ticket", "verb", "data", "actor", "at", "gesture"], told)
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

    def kept(self, able: Collection[tuple[int, int]], confidants: Collection[int]) -> bool:
        """`able`: who may work in which queue; `confidants`: who may read private messages."""
        return (self.person, self.queue) in able and (not self.private or self.person in confidants)


def _kept(holdings: Collection[_Holding]) -> set[_Holding]:
    """Which of these may stay in their hands: they may work there, and read what is private. No statement for none."""
    if not holdings:
        return set()
    people = {held.person for held in holdings}
    able = who_may_where(people, {held.queue for held in holdings}, "see", "work")
    confidants = frozenset(who_may("see_private").filter(pk__in=people).values_list("pk", flat=True))
    return {held for held in holdings if held.kept(able, confidants)}


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
        elif not one.kept(able, confidants):
            found.setdefault(RIGHT, []).append(one)
        elif one.person in away:
            found.setdefault(LONG_AWAY, []).append(one)
    return found


def _pieces(holdings: Collection[_Holding]) -> Iterable[list[_Holding]]:
    listed = sorted(holdings, key=lambda one: (one.person, one.queue, one.private))
    return (listed[start : start + AT_ONCE] for start in range(0, len(listed), AT_ONCE))

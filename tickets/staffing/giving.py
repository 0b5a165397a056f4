"""Gives tickets to people as their queues want it: at opening, when they come back, when somebody has room. Who gets
which is decided by allotting.py; here it is done, and the history says why.

Whoever gives out tickets of a queue waits for whoever does so at this moment, so nobody is given more than they take
and turns are fair. A fixed number of statements, however many tickets.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from kapture.sets import update_rows
from tickets.bells import ring
from tickets.choices import ALLOTTING_MODES
from tickets.history import note_activities
from tickets.live import announce
from tickets.models import LastTurn, Queue, Ticket
from tickets.staffing.allotting import Choice, Task, allot_all, has_room
from tickets.staffing.past import ASSIGNED, HOLLOW, NOTHING, WAITS, Past, read_past
from tickets.staffing.roster import AT_WORK, Roster, load_roster, load_tasks, lock_queues

BELL, TASK = "staffing", "tickets.tasks.staffing"
AT_ONCE = 500
BY_DUE = (F("next_due_at").asc(nulls_last=True), "pk")
MOST_ROUNDS = 20  # a minute: what is further down the line waits for the next
_GIVES_OUT = Q(queue__assignment__in=ALLOTTING_MODES) | Q(queue__sticky=True)


_held: ContextVar[set[int] | None] = ContextVar("held", default=None)


@contextmanager
def given_out_afterwards(*, now: datetime) -> Iterator[None]:
    """Nothing is given out by what is done inside, but at its end, as it stands then, what is nobody's."""
    held: set[int] = set()
    token = _held.set(held)
    try:
        yield
    finally:
        _held.reset(token)
    if held:
        give_out(sorted(held), now=now)


@transaction.atomic
def give_out(tickets: Iterable[int], *, now: datetime, came_back: Collection[int] = ()) -> list[int]:
    """Of these tickets those that are nobody's, where their queue gives them out. Returns which found somebody; of
    the others the history says why not. `came_back`: these also where who has them is not there, and somebody else is;
    else they stay with whom they are. One statement where nothing is to be given out."""
    if (held := _held.get()) is not None:
        held.update(tickets)
        return []
    back = list(came_back)
    free = Q(assignee=None) | Q(pk__in=back) if back else Q(assignee=None)
    found = Ticket.objects.filter(_GIVES_OUT, free, AT_WORK, pk__in=list(tickets))
    queues = set(found.order_by().values_list("queue_id", flat=True))
    if not queues:
        return []
    lock_queues(queues)
    rows = list(_locked(found))
    roster = load_roster(queues, now=now)
    return _give(rows, roster, now=now, tell_why_not=True)


def give_out_waiting(*, now: datetime) -> int:
    """What waits in all queues that give out by themselves, the earliest due first; returns how many found somebody."""
    queues = list(Queue.objects.filter(assignment__in=ALLOTTING_MODES).values_list("pk", flat=True))
    return _give_out_of(queues, now=now) if queues else 0


def ring_for_staffing() -> None:
    """Somebody has room, or is back: a worker shall look. The last statement of the transaction."""
    ring(BELL, task=TASK)


@transaction.atomic
def _give_out_of(queues: Sequence[int], *, now: datetime) -> int:
    """What has something left to answer comes before what has not."""
    lock_queues(queues)
    roster = load_roster(queues, now=now)
    waiting = Ticket.objects.filter(AT_WORK, queue__in=queues, assignee=None)
    return sum(_give_in_rounds(some, roster, now=now) for some in answerable_first(waiting))


def answerable_first(waiting: QuerySet[Ticket]) -> tuple[QuerySet[Ticket], QuerySet[Ticket]]:
    """What waits, and behind it that in which nothing is left to answer, for it was deleted on its channel."""
    return waiting.filter(~Q(HOLLOW)), waiting.filter(HOLLOW)


def _give_in_rounds(waiting: QuerySet[Ticket], roster: Roster, *, now: datetime) -> int:
    given, last = 0, None
    for _ in range(MOST_ROUNDS):
        if not has_room(roster.lines.values(), roster.people):
            break
        rows = list(_locked(after(waiting, last))[:AT_ONCE])
        taken = _give(rows, roster, now=now, tell_why_not=False)
        announce(taken)
        given += len(taken)
        if len(rows) < AT_ONCE:
            break
        last = rows[-1]
    return given


def after(waiting: QuerySet[Ticket], last: Ticket | None) -> QuerySet[Ticket]:
    """What is behind a ticket, by due time and then by age."""
    if last is None:
        return waiting
    if last.next_due_at is None:
        return waiting.filter(next_due_at=None, pk__gt=last.pk)
    later = Q(next_due_at__gt=last.next_due_at) | Q(next_due_at=last.next_due_at, pk__gt=last.pk)
    return waiting.filter(later | Q(next_due_at=None))


def _locked(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """What somebody is changing at this moment is theirs, and looked at the next time."""
    return tickets.select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by(*BY_DUE)


def _give(tickets: Sequence[Ticket], roster: Roster, *, now: datetime, tell_why_not: bool) -> list[int]:
    past = read_past([ticket.pk for ticket in tickets], now=now)
    found = load_tasks(tickets, roster.lines, past, now=now)
    tasks = [task for task in found if _looks_for_somebody(task, roster)]
    choices = allot_all(tasks, roster.lines, roster.people)
    by_key = {task.key: task for task in tasks}
    given = [[pk, choice.to] for pk, choice in choices.items() if choice.to is not None]
    update_rows(Ticket, ["id", "assignee"], given)
    _save_turns({(by_key[pk].line, person) for pk, person in given}, roster)
    told = [(task, _line_of(task, choices[task.key], tell_why_not=tell_why_not)) for task in tasks]
    _note([(task, *line) for task, line in told if line is not None], past, now=now)
    return [pk for pk, _ in given]


def _note(lines: Iterable[tuple[Task, str, dict[str, Any]]], past: Mapping[int, Past], *, now: datetime) -> None:
    """Into the history; why something waits once, until anything changed."""
    news = (
        (t.key, verb, facts) for t, verb, facts in lines if verb != WAITS or facts != past.get(t.key, NOTHING).waits
    )
    note_activities(news, by=None, at=now)


def _looks_for_somebody(task: Task, roster: Roster) -> bool:
    """Not what is with somebody who is there, or who does not belong to this queue."""
    if task.had_by is None:
        return True
    person = roster.people.get(task.had_by)
    return person is not None and not person.there


def _save_turns(pairs: Collection[tuple[int, int]], roster: Roster) -> None:
    """One statement, or none."""
    rows = [
        LastTurn(queue_id=queue, person_id=person, number=roster.lines[queue].turns[person])
        for queue, person in sorted(pairs)
    ]
    LastTurn.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["queue", "person"], update_fields=["number"]
    )


def _line_of(task: Task, choice: Choice, *, tell_why_not: bool) -> tuple[str, dict[str, Any]] | None:
    """The history's facts; none of what stays as it was."""
    facts: dict[str, Any] = {"queue": task.line}
    if choice.to is not None and choice.how is not None:
        facts |= {"to": choice.to, "from": task.had_by, "how": choice.how.value}
        passed = [[person, why.value] for person, why in choice.passed]
        return ASSIGNED, facts | ({"passed": passed} if passed else {})
    if not tell_why_not or choice.why is None or task.had_by is not None:
        return None
    facts |= {"why": choice.why.value} | ({"skills": sorted(task.needs)} if task.needs else {})
    return WAITS, facts

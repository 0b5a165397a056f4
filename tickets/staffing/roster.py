"""Who works in which queues, who is there, and what each has in hand: read for the rules in allotting.py. A fixed
number of statements, however many queues and people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from kapture.sets import lock_together
from tickets.choices import ACTIVE_STATUSES, Direction, SendState
from tickets.models import Agent, DeskLimit, LastTurn, Message, Queue, Staffing, Ticket
from tickets.permissions import who_may, who_may_where
from tickets.staffing.allotting import Line, Person, Task, is_seen
from tickets.staffing.past import NOTHING, Past, hollow_of

# Advisory locks: keyed by queue, and by person. A queue's before a person's, after everything else that is locked.
_QUEUES = 0x0A110
_PEOPLE = 0x0A111

# Ours to act on, and not put aside: what somebody is looked for, and what somebody has in hand.
AT_WORK = Q(status__in=ACTIVE_STATUSES, snoozed_at=None)


@dataclass(frozen=True, slots=True)
class Roster:
    lines: Mapping[int, Line]
    people: Mapping[int, Person]


def presence_lasts() -> timedelta:
    return timedelta(minutes=settings.PRESENCE_MINUTES)


def lock_queues(queues: Iterable[int]) -> None:
    """Until the end of the transaction nobody else gives out tickets of these queues."""
    lock_together(_QUEUES, queues)


def lock_people(people: Iterable[int]) -> None:
    """Nor anything to these people. A queue's lock is taken before."""
    lock_together(_PEOPLE, people)


def load_roster(queues: Collection[int], *, now: datetime) -> Roster:
    """Of these queues, locked by the caller; whoever works in them is locked as well. Fourteen statements."""
    rows = list(Queue.objects.filter(pk__in=queues))
    agents = {agent.person_id: agent for agent in Agent.objects.prefetch_related("skills")}
    staff = staff_of([row.pk for row in rows], among=agents)
    people = sorted(frozenset().union(*staff.values()))
    lock_people(people)
    turns, of_the_desk = _turns(queues), DeskLimit.told().capacity
    lines = {
        row.pk: Line(
            key=row.pk,
            mode=row.mode,
            sticky=row.sticky,
            asks_skills=row.asks_skills,
            capacity=limit_in(row, of_the_desk),
            staff=staff[row.pk],
            turns=turns.get(row.pk, {}),
        )
        for row in rows
    }
    confidants = set(who_may("see_private").filter(pk__in=people).values_list("pk", flat=True))
    loads = in_hand(people)
    told = {key: _person(agents[key], load=loads.get(key, 0), confidant=key in confidants, now=now) for key in people}
    return Roster(lines, told)


def limit_in(queue: Queue, of_the_desk: int | None) -> int | None:
    """What the desk gives anybody there who has no limit of their own. None: no limit."""
    if queue.no_limit:
        return None
    return of_the_desk if queue.capacity is None else queue.capacity


def staff_of(queues: Collection[int], *, among: Iterable[int]) -> dict[int, frozenset[int]]:
    """Who is given tickets of each: of a queue that teams staff their members, of another one everybody who may work
    there. Whoever may go into every queue, and is of none of its teams, only looks after it."""
    pairs = who_may_where(among, queues, "work")
    rows = Staffing.objects.filter(queue__in=queues).values_list("queue_id", "team__memberships__person_id")
    members: dict[int, set[int]] = {}
    for queue, person in rows:
        members.setdefault(queue, set()).update([person] if person else [])
    found: dict[int, set[int]] = {queue: set() for queue in queues}
    for person, queue in pairs:
        if queue not in members or person in members[queue]:
            found[queue].add(person)
    return {queue: frozenset(people) for queue, people in found.items()}


def in_hand(people: Collection[int], *, among: QuerySet[Ticket] | None = None) -> dict[int, int]:
    """Active tickets of each, of all queues or `among` these: what waits for a customer or somebody else is not in
    hand."""
    tickets = Ticket.objects.all() if among is None else among
    rows = tickets.filter(AT_WORK, assignee__in=people).order_by()
    return dict(rows.values_list("assignee_id").annotate(count=Count("pk")))


def load_tasks(
    tickets: Sequence[Ticket], lines: Mapping[int, Line], past: Mapping[int, Past], *, now: datetime
) -> list[Task]:
    """What is known of tickets when somebody is looked for. Three statements at most."""
    pks = [ticket.pk for ticket in tickets]
    needs: dict[int, set[int]] = {}
    for ticket, skill in Ticket.skills.through.objects.filter(ticket__in=pks).values_list("ticket_id", "skill_id"):
        needs.setdefault(ticket, set()).add(skill)
    sticky = {ticket.customer_id for ticket in tickets if lines[ticket.queue_id].sticky}
    regulars = regulars_of(sticky, now=now) if sticky else {}
    hollow = hollow_of(tickets)
    return [
        Task(
            key=ticket.pk,
            line=ticket.queue_id,
            private=ticket.private,
            needs=frozenset(needs.get(ticket.pk, ())),
            due=ticket.next_due_at,
            regular=regulars.get(ticket.customer_id),
            given_back_by=past.get(ticket.pk, NOTHING).given_back_by,
            taken_from=past.get(ticket.pk, NOTHING).taken_from,
            had_by=ticket.assignee_id,
            hollow=ticket.pk in hollow,
        )
        for ticket in tickets
    ]


def regulars_of(customers: Collection[int], *, now: datetime) -> dict[int, int]:
    """customer → who of us last answered them, within STICKY_DAYS. What failed or is not out yet is no answer."""
    out = Q(outbox=None) | Q(outbox__state=SendState.SENT)
    said = Message.objects.filter(out, ticket__customer__in=customers, direction=Direction.OUT, agent__is_active=True)
    lately = said.filter(sent_at__gt=now - timedelta(days=settings.STICKY_DAYS), sent_at__lte=now)
    newest = lately.order_by("ticket__customer_id", "-sent_at", "-id").distinct("ticket__customer_id")
    return {customer: agent for customer, agent in newest.values_list("ticket__customer_id", "agent_id") if agent}


def _turns(queues: Collection[int]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    for queue, person, number in LastTurn.objects.filter(queue__in=queues).values_list("queue", "person", "number"):
        found.setdefault(queue, {})[person] = number
    return found


def _person(agent: Agent, *, load: int, confidant: bool, now: datetime) -> Person:
    return Person(
        key=agent.person_id,
        away=agent.away,
        seen=is_seen(agent.seen_at, now=now, within=presence_lasts()),
        capacity=agent.capacity,
        unlimited=agent.no_limit,
        load=load,
        skills=frozenset(skill.pk for skill in agent.skills.all()),
        confidant=confidant,
    )

"""Who is at work: what a supervisor sees of each agent. To read; what is done there is presence.py."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from kapture.people import shown_name
from tickets.choices import ACTIVE_STATUSES
from tickets.finding.terms import quote
from tickets.models import Agent, DeskLimit, Membership, Queue, Skill, Team
from tickets.permissions import may, queues_for, visible_tickets, who_may
from tickets.staffing.allotting import is_seen
from tickets.staffing.roster import in_hand, presence_lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLimit:
    """What the desk gives at most in a queue that has a word of its own on it. None: as many as there are."""

    queue: Queue
    capacity: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """`state`: here, away, or unseen (not heard of lately, or never). `capacity` None: no limit; `limit_of`: whose it
    is, the person's or the desk's, and `elsewhere`: in which of their queues another one holds."""

    person: User
    state: str
    since: datetime | None  # away since; else last heard of
    in_hand: int
    capacity: int | None
    limit_of: str
    elsewhere: Sequence[QueueLimit]
    skills: Sequence[Skill]
    teams: Sequence[Team]

    @property
    def full(self) -> bool:
        return self.capacity is not None and self.in_hand >= self.capacity

    @property
    def query(self) -> str:
        """The search that finds what they have in hand, as far as its reader may see it."""
        return f"assignee:{quote(self.person.get_username())} status:{','.join(ACTIVE_STATUSES)} -is:snoozed"


def looked_after_by(user: User) -> QuerySet[User]:
    """Everybody who works tickets, for who works in every queue; for who leads a team, its members. Else nobody."""
    people = who_may("work")
    if not may(user, "work"):
        return people.none()
    if may(user, "every_queue"):
        return people
    led = Membership.objects.filter(person=user.pk, lead=True).values("team")
    return people.filter(memberships__team__in=led).distinct()


def leads(user: User) -> bool:
    """Whether there is anybody they look after."""
    if not may(user, "work"):
        return False
    return may(user, "every_queue") or Membership.objects.filter(person=user.pk, lead=True).exists()


def at_work(people: QuerySet[User], *, to: User, now: datetime) -> list[AtWork]:
    """By name, as one of us may know of it: in hand counts what they may see. Eight statements, however many."""
    rows = list(people.select_related("agent").prefetch_related("agent__skills", "memberships__team"))
    loads = in_hand([person.pk for person in rows], among=visible_tickets(to))
    of_the_desk, of_queues = DeskLimit.told(), _queue_limits(to)
    found = [_row(person, loads.get(person.pk, 0), of_the_desk, of_queues, now=now) for person in rows]
    return sorted(found, key=lambda row: shown_name(row.person).lower())


def state_of(agent: Agent | None, *, now: datetime) -> str:
    if agent is None:
        return "unseen"
    if agent.away:
        return "away"
    return "here" if is_seen(agent.seen_at, now=now, within=presence_lasts()) else "unseen"


# By team, None for who is of any; a queue once for each team that works there.
_OfQueues = Mapping[int | None, Sequence[QueueLimit]]


def _queue_limits(to: User) -> _OfQueues:
    """Of the queues they may see. Two statements at most."""
    found: dict[int | None, list[QueueLimit]] = {}
    open_to = queues_for(to, "see")
    limited = Queue.objects.filter(Q(capacity__isnull=False) | Q(no_limit=True))
    for queue in limited.prefetch_related("staffings"):
        if queue.pk in open_to:
            limit = QueueLimit(queue=queue, capacity=queue.capacity)
            for team in {one.team_id for one in queue.staffings.all() if one.see and one.work} or _anybody(queue):
                found.setdefault(team, []).append(limit)
    return found


def _anybody(queue: Queue) -> Collection[int | None]:
    return () if queue.staffings.all() else (None,)


def _elsewhere(teams: Collection[int], of_queues: _OfQueues) -> list[QueueLimit]:
    found = {limit.queue.pk: limit for team in (None, *teams) for limit in of_queues.get(team, ())}
    return sorted(found.values(), key=lambda limit: (limit.queue.position, limit.queue.name))


def _row(person: User, load: int, of_the_desk: DeskLimit, of_queues: _OfQueues, *, now: datetime) -> AtWork:
    agent: Agent | None = getattr(person, "agent", None)
    own = agent is not None and (agent.no_limit or agent.capacity is not None)
    teams = [one.team for one in person.memberships.all()]
    since = None if agent is None else agent.away_since if agent.away else agent.seen_at
    return AtWork(
        person=person,
        state=state_of(agent, now=now),
        since=since,
        in_hand=load,
        capacity=agent.capacity if agent and own else of_the_desk.capacity,
        limit_of="person" if own else "desk",
        elsewhere=() if own else _elsewhere([team.pk for team in teams], of_queues),
        skills=list(agent.skills.all()) if agent else [],
        teams=teams,
    )

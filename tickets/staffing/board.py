"""Who is at work: what a supervisor sees of each agent. To read; what is done there is presence.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from tickets.models import Agent, Membership, Skill, Team
from tickets.permissions import may, who_may
from tickets.staffing.allotting import is_seen
from tickets.staffing.roster import in_hand, presence_lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """`state`: here, away, or unseen (not heard of lately, or never)."""

    person: User
    state: str
    since: datetime | None  # away since; else last heard of
    in_hand: int
    capacity: int | None
    skills: Sequence[Skill]
    teams: Sequence[Team]

    @property
    def full(self) -> bool:
        return self.capacity is not None and self.in_hand >= self.capacity


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


def at_work(people: QuerySet[User], *, now: datetime) -> list[AtWork]:
    """By name. Five statements, however many."""
    rows = list(people.select_related("agent").prefetch_related("agent__skills", "memberships__team"))
    loads = in_hand([person.pk for person in rows])
    found = [_row(person, loads.get(person.pk, 0), now=now) for person in rows]
    return sorted(found, key=lambda row: (row.person.get_full_name() or row.person.get_username()).lower())


def state_of(agent: Agent | None, *, now: datetime) -> str:
    if agent is None:
        return "unseen"
    if agent.away:
        return "away"
    return "here" if is_seen(agent.seen_at, now=now, within=presence_lasts()) else "unseen"


def _row(person: User, load: int, *, now: datetime) -> AtWork:
    agent: Agent | None = getattr(person, "agent", None)
    since = None if agent is None else agent.away_since if agent.away else agent.seen_at
    return AtWork(
        person=person,
        state=state_of(agent, now=now),
        since=since,
        in_hand=load,
        capacity=agent.capacity if agent else None,
        skills=list(agent.skills.all()) if agent else [],
        teams=[one.team for one in person.memberships.all()],
    )

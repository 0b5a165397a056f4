"""People at work, as tests of assignment have them: in teams, with skills, heard of, away."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from tests.factories import NOW, make_agent, make_customer, make_queue, make_ticket
from tests.tickets.test_intake_at_scale import person
from tickets.models import Agent, Membership, Queue, Skill, Staffing, Team, Ticket


def at_work(name: str, *skills: str, seen_at: datetime | None = NOW, **facts: Any) -> User:
    """An agent who was heard of at NOW, or as told."""
    person = User.objects.filter(username=name).first() or make_agent(name)
    agent, _ = Agent.objects.update_or_create(person=person, defaults={"seen_at": seen_at} | facts)
    agent.skills.set([skill(one) for one in skills])
    return person


def skill(name: str, language: str = "") -> Skill:
    return Skill.objects.get_or_create(name=name, defaults={"language": language})[0]


def staffed(name: str = "Billing", *people: User, mode: str = "round_robin", **facts: Any) -> Queue:
    """A queue that gives out its tickets to a team of these people; of nobody named, to everybody who may work."""
    queue = make_queue(name)
    Queue.objects.filter(pk=queue.pk).update(assignment=mode, **facts)
    queue.refresh_from_db()
    if people:
        team = Team.objects.get_or_create(name=f"Team {name}")[0]
        Staffing.objects.get_or_create(queue=queue, team=team)
        for person in people:
            Membership.objects.get_or_create(team=team, person=person)
    return queue


def waits(number: int, due: datetime | None = None, **facts: object) -> Ticket:
    """The ticket of a customer of its own, due at that moment."""
    return make_ticket(make_customer(person(number)), next_due_at=due, **facts)

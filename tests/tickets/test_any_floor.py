"""However tickets come and people go: who has which is what a slow and obvious reference says."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import NOW, make_customer, make_ticket
from tests.tickets.floor import at_work, skill, staffed
from tests.tickets.test_intake_at_scale import person
from tickets.models import Agent, DeskLimit, Ticket
from tickets.staffing.giving import give_out, give_out_waiting

pytestmark = pytest.mark.django_db
NAMES = ("ana", "bob", "cleo")
SKILLS = ("German", "Refunds")


@dataclass
class Someone:
    skills: set[str]
    away: bool = False
    seen_at: datetime = NOW
    capacity: int | None = None
    no_limit: bool = False
    last_turn: int = 0


@dataclass
class Paper:
    """The floor as somebody would keep it on paper: lists, looked through from the start each time."""

    mode: str
    people: dict[str, Someone]
    of_the_queue: int | None
    of_the_desk: int | None
    has: dict[int, str | None] = field(default_factory=dict)  # active tickets
    needs: dict[int, set[str]] = field(default_factory=dict)
    due: dict[int, datetime | None] = field(default_factory=dict)
    turn: int = 0

    def load(self, name: str) -> int:
        return list(self.has.values()).count(name)

    def limit(self, name: str) -> int | None:
        one = self.people[name]
        said = [limit for limit in (one.capacity, self.of_the_queue, self.of_the_desk) if limit is not None]
        return said[0] if said and not one.no_limit else None

    def can(self, name: str, ticket: int, now: datetime) -> bool:
        one, limit = self.people[name], self.limit(name)
        full = limit is not None and self.load(name) >= limit
        lately = now - one.seen_at < timedelta(minutes=5)
        return lately and not one.away and not full and self.needs[ticket] <= one.skills

    def give(self, ticket: int, now: datetime) -> None:
        able = [name for name in NAMES if self.can(name, ticket, now)]
        if self.mode == "least_loaded":
            largest = max((limit for name in NAMES if (limit := self.limit(name))), default=1)
            shares = {name: self.load(name) / (self.limit(name) or largest) for name in able}
            able = [name for name in able if shares[name] == min(shares.values())]
        chosen = min(able, key=lambda name: self.people[name].last_turn, default=None)
        self.has[ticket] = chosen
        if chosen is not None:
            self.turn += 1
            self.people[chosen].last_turn = self.turn

    def give_waiting(self, now: datetime) -> None:
        waiting = [ticket for ticket, who in self.has.items() if who is None]
        for ticket in sorted(waiting, key=lambda one: (self.due[one] is None, self.due[one] or NOW, one)):
            self.give(ticket, now)


def walk(mode: str, seed: int, steps: int) -> None:
    chance, now = random.Random(seed), NOW
    users = {name: at_work(name) for name in NAMES}
    limits = chance.choice([None, 2, 3]), chance.choice([None, 2, 4])
    queue = staffed("Billing", *users.values(), mode=mode, capacity=limits[0])
    DeskLimit.objects.update(capacity=limits[1])
    paper = Paper(mode, {name: Someone(set()) for name in NAMES}, *limits)
    for name in NAMES:
        known = {one for one in SKILLS if chance.random() < 0.6}
        paper.people[name].skills = known
        at_work(name, *known)
    for step in range(steps):
        now += timedelta(seconds=chance.randrange(90))
        chance.choice([_arrives, _arrives, _ends, _changes, _changes, _minute])(paper, users, queue, chance, now, step)
        found = dict(Ticket.objects.filter(status="new").values_list("pk", "assignee__username"))
        assert found == paper.has, (mode, seed, step)


def _arrives(paper: Paper, users: object, queue: object, chance: random.Random, now: datetime, step: int) -> None:
    due = now + timedelta(minutes=chance.randrange(60)) if chance.random() < 0.7 else None
    ticket = make_ticket(make_customer(person(step)), queue=queue, next_due_at=due)
    needs = {one for one in SKILLS if chance.random() < 0.25}
    ticket.skills.add(*(skill(one) for one in needs))
    paper.needs[ticket.pk], paper.due[ticket.pk] = needs, due
    paper.give(ticket.pk, now)
    give_out([ticket.pk], now=now)


def _ends(paper: Paper, users: object, queue: object, chance: random.Random, now: datetime, step: int) -> None:
    held = [ticket for ticket, who in paper.has.items() if who is not None]
    if held:
        ticket = chance.choice(held)
        del paper.has[ticket]
        Ticket.objects.filter(pk=ticket).update(status="pending")


def _changes(
    paper: Paper, users: dict[str, User], queue: object, chance: random.Random, now: datetime, step: int
) -> None:
    name = chance.choice(NAMES)
    one = paper.people[name]
    what = chance.choice(["away", "seen_at", "capacity", "no_limit"])
    capacity, no_limit = chance.choice([None, 1, 2, 4]), chance.random() < 0.3
    value = {"away": not one.away, "seen_at": now, "capacity": capacity, "no_limit": no_limit}[what]
    setattr(one, what, value)
    Agent.objects.filter(person=users[name]).update(**{what: value})


def _minute(paper: Paper, users: object, queue: object, chance: random.Random, now: datetime, step: int) -> None:
    paper.give_waiting(now)
    give_out_waiting(now=now)


@pytest.mark.parametrize("mode", ["round_robin", "least_loaded"])
def test_whoever_comes_and_goes_has_what_the_reference_says(mode: str) -> None:
    @given(seed=st.integers(0, 2**32))
    @settings(max_examples=6, deadline=None, database=None)
    def walked(seed: int) -> None:
        with transaction.atomic():
            walk(mode, seed, steps=40)
            transaction.set_rollback(True)

    walked()

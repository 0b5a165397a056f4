"""A change of many tickets goes on where it was when its worker is killed, there and back, and does nothing twice."""

import random
import sys
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from tests.factories import make_ticket
from tests.twitter_integration.test_kill import House
from tickets.bells import answer, ring
from tickets.bulk import running
from tickets.bulk.ordering import Aim, order
from tickets.models import Activity, BulkRun, Ticket

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]
TICKETS, KILLS = 200, 1


@pytest.fixture
def house(process_environment: dict[str, str]) -> Iterator[House]:
    house = House(process_environment, 0)
    yield house
    house.kill_all()


@pytest.mark.timeout(300)
def test_kill_9_in_the_middle_changes_each_ticket_once_and_takes_it_back_once(
    house: House, acme: object, alice: User
) -> None:
    seed = random.randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    for _ in range(TICKETS):
        make_ticket()
    run = order(Aim(view="all"), "priority", {"priority": "urgent"}, by=alice, now=timezone.now(), sheet=uuid4())
    assert kill_on_the_way(house, run, "changed", random.Random(seed)) > 0
    assert once_each(run.gesture) and running.tally(run)["changed"] == TICKETS
    assert set(Ticket.objects.values_list("priority", flat=True)) == {"urgent"}
    running.undo(run, now=timezone.now())
    assert kill_on_the_way(house, run, "back", random.Random(seed + 1)) > 0
    run.state = "undoing"  # by which the gesture of its undoing is known
    assert once_each(running.gesture_of(run)) and running.tally(run)["back"] == TICKETS
    assert set(Ticket.objects.values_list("priority", flat=True)) == {"normal"}


def once_each(gesture: UUID) -> bool:
    """Whether its history says of each ticket once that the priority was changed."""
    lines = Activity.objects.filter(gesture=gesture, verb="ticket.priority").order_by()
    by_ticket = lines.values("ticket").annotate(n=Count("pk")).values_list("n", flat=True)
    return list(by_ticket) == [1] * TICKETS


def kill_on_the_way(house: House, run: BulkRun, mark: str, chance: random.Random) -> int:
    """How often it was killed while there was something done and something left."""
    hits, deadline = 0, time.monotonic() + 140
    ends = sorted(chance.sample(range(TICKETS // 10, TICKETS - TICKETS // 10), KILLS))
    while not BulkRun.objects.filter(pk=run.pk).exclude(ended_at=None).exists():
        assert time.monotonic() < deadline, running.tally(run)
        if "worker" not in house.running:
            house.start("worker")
            wake()
        done = running.tally(run)[mark]
        if ends and done >= ends[0]:
            house.kill("worker")
            ends = [one for one in ends if one > done]
            hits += running.tally(run)[mark] < TICKETS
        time.sleep(0.05)
    house.kill_all()
    return hits


def wake() -> None:
    """As the schedule does each minute; the bell of whoever was killed is taken for lost."""
    answer(running.BELL)
    with transaction.atomic():
        ring(running.BELL, task=running.TASK)

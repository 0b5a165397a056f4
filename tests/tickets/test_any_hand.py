"""What somebody sets by hand, amid questions and answers that X tells late and in any order: status, promises and what
stood still come out as if all had been told when it was said. Questions are told before the next thing that is set by
hand, which else was set knowing nothing of them."""

import random
from collections.abc import Iterator, Sequence
from itertools import product, repeat
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import make_address, make_policy, make_queue
from tests.tickets.said import at, only_ticket, says, take_in, we_say
from tests.tickets.test_any_order import picture, stood_still, total_of
from tickets import lifecycle
from tickets.choices import Metric, Status
from tickets.merging import merge
from tickets.models import SlaPolicy, Ticket

pytestmark = pytest.mark.django_db
Story = Sequence[tuple[int, str]]
SAID = ("asks", "answered")
BY_HAND = (Status.ON_HOLD, Status.PENDING, Status.OPEN)
STOPS = {"pending": [Status.PENDING], "on hold": [Status.ON_HOLD], "both": [Status.PENDING, Status.ON_HOLD], "none": []}


@pytest.fixture(params=STOPS)
def policy(request: pytest.FixtureRequest) -> SlaPolicy:
    policy = make_policy()
    make_address(queue=make_queue(), sla_policy=policy)
    for metric, status in product((Metric.RESOLUTION, Metric.NEXT_RESPONSE), STOPS[request.param]):
        policy.pause_rules.create(status=status, metric=metric)
    policy.targets.update(minutes=30)
    return policy


def make_story(chance: random.Random) -> Story:
    minute, story = 1, [(0, "asks")]
    for what in chance.choices((*SAID, *SAID, *BY_HAND), k=chance.randint(3, 9)):
        minute += chance.randint(2, 9)
        story.append((minute, what))
    return story


def delayed(story: Story, delays: Iterator[int]) -> list[tuple[int, int]]:
    """When each of it happens to us, and its place in the story."""
    heard = []
    for place, (minute, what) in enumerate(story):
        late = next(delays) if place and what in SAID else 0
        by_hand = any(minute < moment <= minute + late for moment, other in story if other in BY_HAND)
        heard.append((minute if what == "asks" and by_hand else minute + late, place))
    return sorted(heard)


def play(story: Story, heard: list[tuple[int, int]], by: User) -> Any:
    """How the ticket stands in the end; None where something by hand changed nothing."""
    for moment, place in heard:
        minute, what = story[place]
        told: dict[str, Any] = {"external_id": str(1000 + place), "conversation": "1000", "minute": minute}
        told |= {"in_reply_to": "1000"} if place else {}
        if what in SAID:
            take_in(says(**told) if what == "asks" else we_say(**told), minute=moment)
        elif only_ticket().status == what:
            Ticket.objects.all().delete()
            return None
        else:
            lifecycle.change_status(only_ticket(), what, by=by, now=at(moment))
    found = only_ticket().status, picture()[-1], total_of(stood_still())
    Ticket.objects.all().delete()
    return found


@pytest.mark.parametrize("seed", range(80, 120))
def test_what_is_told_late_is_as_if_it_had_come_in_order(seed: int, policy: SlaPolicy, alice: User) -> None:
    chance = random.Random(seed)
    late = in_order = None
    while late is None or in_order is None:
        story = make_story(chance)
        late = play(story, delayed(story, iter(chance.choices((0, 0, 3, 15, 60), k=9))), alice)
        in_order = play(story, delayed(story, repeat(0)), alice)
    assert late == in_order, story


@pytest.mark.parametrize("order", [("A", "Q30", "Q600"), ("A", "Q600", "Q30"), ("Q30", "A", "Q600")], ids=", ".join)
@pytest.mark.parametrize("status", [Status.ON_HOLD, Status.PENDING])
def test_what_waits_by_hand_goes_on_with_a_question_that_is_told_after_its_answer(
    order: tuple[str, ...], status: Status, acme: object, alice: User
) -> None:
    policy = SlaPolicy.objects.get()
    for one in (Status.PENDING, Status.ON_HOLD):
        policy.pause_rules.create(status=one, metric=Metric.RESOLUTION)
    told: dict[str, Any] = {"in_reply_to": "1000", "conversation": "1000"}
    happen = {"Q30": says(minute=30, **told), "A": we_say(minute=400, **told), "Q600": says(minute=600, **told)}
    take_in(says(external_id="1000", conversation="1000"), minute=0)
    lifecycle.change_status(only_ticket(), status, by=alice, now=at(10))
    for what in order:
        take_in(happen[what], minute=610)
    due = only_ticket().clocks.get(metric=Metric.RESOLUTION)
    assert due.due_at == at(due.minutes + 20 + 200)
    assert only_ticket().status == Status.OPEN


@pytest.mark.parametrize("to", [Status.OPEN, Status.ON_HOLD])
@pytest.mark.parametrize("resolved", [56, 70], ids=["in time", "late"])
def test_a_promise_that_a_merge_carried_is_owed_again_when_a_resolution_is_taken_back(
    to: Status, resolved: int, acme: object, alice: User
) -> None:
    """It was promised to a question from before our latest answer on the ticket that took it in."""
    take_in(says("First", external_id="1000", conversation="1000"), minute=0)
    take_in(says("Second", external_id="2000", conversation="2000", minute=20), minute=20)
    take_in(we_say(external_id="2001", in_reply_to="2000", conversation="2000", minute=40), minute=40)
    take_in(says("Third", external_id="2002", in_reply_to="2000", conversation="2000", minute=50), minute=50)
    first, home = (Ticket.objects.get(messages__external_id=number) for number in ("1000", "2000"))
    merge([first.pk], into=home.pk, by=alice, now=at(55))
    owed = home.clocks.exclude(metric=Metric.RESOLUTION).filter(ended_at=None)
    before = list(owed.values_list("metric", "started_at", "due_at"))
    lifecycle.change_status(home, Status.RESOLVED, by=alice, now=at(resolved))
    lifecycle.change_status(home, to, by=alice, now=at(resolved + 1))
    assert before == list(owed.values_list("metric", "started_at", "due_at")) != []


def test_asked_after_an_answer_that_is_told_once_resolved_it_is_owed_when_that_is_taken_back(
    acme: object, alice: User
) -> None:
    take_in(says(external_id="1000"), minute=0)
    take_in(says(minute=40, in_reply_to="1000"), minute=40)
    lifecycle.change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(43))
    take_in(we_say(minute=29, in_reply_to="1000"), minute=44)
    lifecycle.change_status(only_ticket(), Status.OPEN, by=alice, now=at(45))
    replies = only_ticket().clocks.exclude(metric=Metric.RESOLUTION).order_by("started_at")
    told = list(replies.values_list("metric", "started_at", "ended_at", "met"))
    assert told == [(Metric.FIRST_RESPONSE, at(0), at(29), True), (Metric.NEXT_RESPONSE, at(40), None, None)]

"""X promises no order: however a conversation is cut into batches and shuffled, the same ticket comes of it, with the
same status and the same promises kept and missed.

Bystanders need its beginning to be known: until then nothing tells a customer's post from an announcement of ours,
whose answers are a ticket for each customer.
"""

import random
from collections.abc import Callable, Iterator
from itertools import permutations, product, repeat
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F

from tests.factories import ACME, BEN, make_address, make_policy, make_queue
from tests.tickets.said import at, only_ticket, says, take_in, texts, we_say
from tickets import lifecycle
from tickets.choices import Metric, Status
from tickets.happenings import Retraction
from tickets.inbound import InboundMessage
from tickets.intake import retract
from tickets.models import Message, SlaPause, SlaPolicy, Ticket

pytestmark = pytest.mark.django_db
SEEDS = range(12)


@pytest.fixture(autouse=True)
def acme() -> None:
    make_address(queue=make_queue(), sla_policy=make_policy())


def conversation(chance: random.Random, *, bystanders: bool) -> list[InboundMessage]:
    """Ana asks, and goes on; Acme answers her, Ben may join in by answering her. X names the conversation."""
    root = says("number 0", external_id="1000", conversation="1000")
    said = [root]
    for number in range(1, 12):
        told: dict[str, Any] = {"external_id": str(1000 + number), "conversation": "1000", "minute": number}
        kind = chance.random()
        if kind < 0.5 or (kind >= 0.8 and not bystanders):
            said.append(says(f"number {number}", in_reply_to=chance.choice(said).external_id, **told))
        elif kind < 0.8:
            said.append(we_say(f"number {number}", in_reply_to=chance.choice(said).external_id, **told))
        else:
            said.append(says(f"number {number}", who=BEN, in_reply_to=root.external_id, **told))
    return said


def tell_in_pieces(said: list[InboundMessage], chance: random.Random) -> None:
    rest = chance.sample(said, len(said))
    while rest:
        size = chance.randint(1, 4)
        take_in(*rest[:size])
        rest = rest[size:]


def picture() -> Any:
    (ticket,) = Ticket.objects.all()
    texts = [m.text for m in ticket.messages.all()]
    clocks = sorted(ticket.clocks.values_list("started_at", "metric", "due_at", "ended_at", "met"))
    last = ticket.last_text, ticket.last_by_us, ticket.last_message_at
    return texts, ticket.message_count, ticket.status, *last, ticket.opened_at, ticket.next_due_at, clocks


@pytest.mark.parametrize("seed", SEEDS)
def test_a_conversation_in_any_order_is_one_ticket(seed: int) -> None:
    chance = random.Random(seed)
    said = conversation(chance, bystanders=False)
    tell_in_pieces(said, chance)
    told = picture()
    Ticket.objects.all().delete()
    take_in(*said)
    assert told == picture()


@pytest.mark.parametrize("seed", SEEDS)
def test_with_bystanders_it_is_one_ticket_once_its_beginning_is_known(seed: int) -> None:
    chance = random.Random(seed)
    said = conversation(chance, bystanders=True)
    take_in(said[0])
    tell_in_pieces(said[1:], chance)
    told = picture()
    Ticket.objects.all().delete()
    take_in(*said)
    assert told == picture()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_stands_still_in_any_order_is_the_same(seed: int) -> None:
    policy = SlaPolicy.objects.get()
    for metric, statuses in ((Metric.RESOLUTION, ("pending", "on_hold")), (Metric.NEXT_RESPONSE, ("pending",))):
        for status in statuses:
            policy.pause_rules.create(status=status, metric=metric)
    policy.targets.update(minutes=3)  # of the dozen minutes of a conversation
    chance = random.Random(seed)
    said = conversation(chance, bystanders=False)
    tell_in_pieces(said, chance)
    told = picture(), stood_still()
    Ticket.objects.all().delete()
    for one in said:
        take_in(one)
    assert told == (picture(), stood_still())


@pytest.mark.parametrize("seed", range(40))
def test_our_answers_told_late_change_nothing_that_somebody_set_by_hand(seed: int, alice: User) -> None:
    """Questions are told at once; answers of ours when they are. Now and then it is put on hold and opened again."""
    policy = SlaPolicy.objects.get()
    for metric, status in product((Metric.RESOLUTION, Metric.NEXT_RESPONSE), (Status.PENDING, Status.ON_HOLD)):
        policy.pause_rules.create(status=status, metric=metric)
    policy.targets.update(minutes=30)
    chance, minute, story = random.Random(seed), 5, [(0, "asks"), (3, "answered"), (5, Status.OPEN)]
    for what in chance.choices(("asks", "answered", "answered", "hold"), k=7):
        minute += chance.randint(2, 9)
        story += [(minute, what)] if what != "hold" else [(minute, Status.ON_HOLD), (minute + 1, Status.OPEN)]
    story.append((minute + 100, "asks"))

    def play(delays: Iterator[int]) -> Any:
        heard = [(at_ + (next(delays) if what == "answered" else 0), n) for n, (at_, what) in enumerate(story)]
        for moment, n in sorted(heard):
            said, what = story[n]
            told: dict[str, Any] = {"external_id": str(1000 + n), "conversation": "1000", "minute": said}
            if what in ("asks", "answered"):
                told |= {"in_reply_to": "1000"} if n else {}
                take_in(says(**told) if what == "asks" else we_say(**told), minute=moment)
            else:
                lifecycle.change_status(only_ticket(), what, by=alice, now=at(moment))
        found = only_ticket().status, *picture()[-1], total_of(stood_still())
        Ticket.objects.all().delete()
        return found

    assert play(iter(chance.choices((0, 3, 15, 60), k=20))) == play(repeat(0))


def total_of(stood: list[Any]) -> list[Any]:
    """When anything stood still, however it is cut into pieces."""
    found: list[Any] = []
    for _status, since, until in stood:
        if found and found[-1][1] == since:
            since = found.pop()[0]
        found.append((since, until))
    return found


def stood_still() -> list[Any]:
    return list(SlaPause.objects.exclude(until=F("since")).order_by("since").values_list("status", "since", "until"))


def take_out(number: str) -> None:
    retract([Retraction(channel="twitter", address_key=ACME, external_id=number, at=at(30))], now=at(30))


@pytest.mark.parametrize("order", list(permutations("QAD")), ids="".join)
def test_an_answer_of_ours_that_was_deleted_still_answered(order: tuple[str, ...]) -> None:
    asked, answered = says(external_id="1000"), we_say(external_id="1001", minute=5, in_reply_to="1000")
    happen: dict[str, Callable[[], object]] = {
        "Q": lambda: take_in(asked),
        "A": lambda: take_in(answered),
        "D": lambda: take_out("1001"),
    }
    for what in order:
        happen[what]()
    ticket = only_ticket()
    first = ticket.clocks.get(metric=Metric.FIRST_RESPONSE)
    assert (ticket.status, first.ended_at, first.met) == (Status.PENDING, at(5), True)
    assert texts(ticket) == ["Where is my order?", ""] and ticket.last_text == ""


@pytest.mark.parametrize("deleted", ["1001", "1003"])
@pytest.mark.parametrize("order", list(permutations("QED")), ids="".join)
def test_an_edited_answer_of_ours_that_was_deleted_is_one_message(order: tuple[str, ...], deleted: str) -> None:
    edited: dict[str, Any] = {"external_id": "1003", "versions": ("1001", "1003"), "edited_at": at(6)}
    happen: dict[str, Callable[[], object]] = {
        "Q": lambda: take_in(says(external_id="1000")),
        "E": lambda: take_in(we_say(minute=5, in_reply_to="1000", **edited)),
        "D": lambda: take_out(deleted),
    }
    for what in order:
        happen[what]()
    assert only_ticket().clocks.get(metric=Metric.FIRST_RESPONSE).met is True
    assert texts(only_ticket()) == ["Where is my order?", ""] and Message.objects.count() == 2


@pytest.mark.parametrize("order", ["QED", "QDE"])
def test_a_question_deleted_by_the_id_of_an_edit_not_yet_told_is_one_message(order: str) -> None:
    happen: dict[str, Callable[[], object]] = {
        "Q": lambda: take_in(says("Wear", external_id="1000")),
        "E": lambda: take_in(says("Where", external_id="1002", versions=("1000", "1002"), edited_at=at(4))),
        "D": lambda: take_out("1002"),
    }
    for what in order:
        happen[what]()
    assert texts(only_ticket()) == [""] and Message.objects.count() == 1


def test_what_an_emptied_ticket_had_promised_is_judged_where_everything_is_alone() -> None:
    first, bridge = says(external_id="1000"), we_say(external_id="1001", minute=45, in_reply_to="1000")
    late = says("Still?", external_id="1002", minute=100, in_reply_to="1001")
    take_in(first, late, we_say(external_id="1003", minute=400, in_reply_to="1002"))
    apart = Ticket.objects.get(messages__external_id="1002")
    assert apart.clocks.get(metric=Metric.FIRST_RESPONSE).met is False
    take_in(bridge)
    apart.refresh_from_db()
    assert apart.merged_into is not None
    assert set(apart.clocks.values_list("met", flat=True)) == {None}
    judged = apart.merged_into.clocks.exclude(met=None).order_by("started_at")
    told = list(judged.values_list("metric", "started_at", "met"))
    assert told == [(Metric.FIRST_RESPONSE, at(0), True), (Metric.NEXT_RESPONSE, at(100), False)]

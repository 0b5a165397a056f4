"""What nobody answered stays owed, and what somebody answered is not, wherever merges, splits and moves bring either
(docs/rules.md, "Merging, splitting, moving, linking"). Ana asks `q` and Acme answers `a` in conversations 1, 2, 3."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import make_address, make_policy, make_queue
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, we_say
from tests.tickets.test_outbox import FORBIDDEN
from tickets import replies
from tickets.choices import Metric, Status
from tickets.lifecycle import change_priority, change_status
from tickets.merging import merge
from tickets.models import Message, SlaPolicy, Ticket
from tickets.outbox import pump
from tickets.regrouping.splitting import move, split
from tickets.regrouping.undoing import undo

pytestmark = pytest.mark.django_db
FIRST, NEXT = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE
NOTHING: tuple[str, list[Any]] = (Status.PENDING, [])


def tell(what: str, minute: int, *, told: int | None = None) -> None:
    """`q1`: the first question there has the conversation's number; `q1b`, `a1` and so on speak to it."""
    conversation, spoken = f"{what[1]}000", what[1:] if what.startswith("q") and len(what) > 2 else what
    fields: dict[str, Any] = {"conversation": conversation, "minute": minute}
    first = what[0] == "q" and len(what) == 2
    fields |= {"external_id": conversation} if first else {"external_id": spoken, "in_reply_to": conversation}
    take_in(we_say(**fields) if what[0] == "a" else says(**fields), minute=minute if told is None else told)


def on(number: str) -> Ticket:
    """Where that was asked, wherever it is by now."""
    return Ticket.objects.get(messages__external_id=f"{number}000")


def stands(number: str) -> tuple[str, list[Any]]:
    running = on(number).clocks.filter(ended_at=None).exclude(metric=Metric.RESOLUTION)
    return on(number).status, list(running.values_list("metric", "started_at"))


def message(number: str) -> Message:
    return Message.objects.get(external_id=number)


def not_out(answer: Message, how: str, wire: Wire, *, by: User) -> None:
    """A second after it was written, or a minute."""
    written = answer.outbox.created_at
    if how == "refused":
        wire.faults = [FORBIDDEN]
        pump(clock=lambda: written + timedelta(minutes=1))
    else:
        replies.take_back(answer, by=by, now=written + timedelta(seconds=6))


@pytest.fixture
def policy(db: None, request: pytest.FixtureRequest) -> SlaPolicy:
    """With promises of both answers and the resolution, or only those named."""
    policy = make_policy(minutes=getattr(request, "param", None))
    make_address(queue=make_queue(), sla_policy=policy)
    return policy


@pytest.fixture
def home(policy: SlaPolicy, alice: User) -> Ticket:
    """q1 at 0 was never answered; q2 of 20 was, at 40. Both are one since 50."""
    tell("q1", 0)
    tell("q2", 20)
    tell("a2", 40)
    merge([on("1").pk], into=on("2").pk, by=alice, now=at(50))
    return on("2")


@pytest.mark.parametrize("how", ["split", "moved"])
def test_where_the_promised_question_goes_another_is_owed(how: str, policy: SlaPolicy, alice: User) -> None:
    for what, minute in (("q1", 0), ("q3", 10), ("q2", 20), ("a2", 40)):
        tell(what, minute)
    merge([on("1").pk, on("3").pk], into=on("2").pk, by=alice, now=at(50))
    if how == "split":
        split(on("2"), [message("1000").pk], by=alice, now=at(60))
    else:
        tell("q4", 55)
        move(message("1000"), to=on("4").pk, by=alice, now=at(60))
    assert stands("2") == (Status.OPEN, [(FIRST, at(10))])
    assert stands("1")[1] == [(FIRST, at(0))]


def test_an_old_question_moved_to_where_something_was_answered_since_is_owed_there(
    policy: SlaPolicy, alice: User
) -> None:
    for what, minute in (("q1", 0), ("q1b", 5), ("q2", 20), ("a2", 40)):
        tell(what, minute)
    move(message("1000"), to=on("2").pk, by=alice, now=at(50))
    assert stands("2") == (Status.OPEN, [(FIRST, at(0))])


@pytest.mark.parametrize("policy", [None, {Metric.RESOLUTION: 60}, {NEXT: 60}, {}], indirect=True, ids=str)
def test_split_off_with_what_was_answered_it_is_open(policy: SlaPolicy, home: Ticket, alice: User) -> None:
    tell("q3", 45)
    merge([home.pk], into=on("3").pk, by=alice, now=at(51))
    split(on("3"), [message(number).pk for number in ("1000", "2000", "a2")], by=alice, now=at(60))
    owed = [(FIRST, at(0))] if policy.targets.filter(metric=FIRST).exists() else []
    assert stands("1") == (Status.OPEN, owed)


@pytest.mark.parametrize("policy", [None, {Metric.RESOLUTION: 60}, {NEXT: 60}, {}], indirect=True, ids=str)
def test_a_later_question_split_off_leaves_it_open(policy: SlaPolicy, home: Ticket, alice: User) -> None:
    before = stands("1")
    tell("q2b", 55)
    split(home, [message("2b").pk], by=alice, now=at(60))
    assert stands("1") == before and before[0] == Status.OPEN


@pytest.mark.parametrize("how", ["refused", "taken back"])
@pytest.mark.parametrize("policy", [None, {Metric.RESOLUTION: 60}, {NEXT: 60}, {}], indirect=True, ids=str)
def test_resolved_with_its_answer_which_is_not_out_it_is_open(
    policy: SlaPolicy, home: Ticket, how: str, wire: Wire, alice: User
) -> None:
    before = stands("1")
    answer = replies.reply(home, text="It left.", private=False, by=alice, now=at(58), in_reply_to=message("1000"))
    change_status(home, Status.RESOLVED, by=alice, now=at(58))
    not_out(answer, how, wire, by=alice)
    assert stands("1") == before


def test_a_priority_at_which_none_is_promised_chosen_and_taken_back(
    home: Ticket, policy: SlaPolicy, alice: User
) -> None:
    policy.targets.filter(priority="urgent").exclude(metric=Metric.RESOLUTION).delete()
    before = stands("1")
    for minute, priority in ((51, "urgent"), (52, "normal")):
        change_priority(on("1"), priority, by=alice, now=at(minute))
    assert stands("1") == before == (Status.OPEN, [(FIRST, at(0))])


# Told late, of before the last merge.


def test_answered_between_two_merges_all_that_was_one_by_then_is(policy: SlaPolicy, alice: User) -> None:
    for what, minute in (("q1", 0), ("q2", 10), ("q3", 12), ("a3", 14)):
        tell(what, minute)
    merge([on("1").pk], into=on("2").pk, by=alice, now=at(20))
    merge([on("2").pk], into=on("3").pk, by=alice, now=at(40))
    tell("a1", 30, told=50)
    assert stands("3") == NOTHING


def test_what_an_answer_after_an_earlier_merge_answered_stays_so(policy: SlaPolicy, alice: User) -> None:
    tell("q1", 0)
    tell("q2", 10)
    merge([on("1").pk], into=on("2").pk, by=alice, now=at(20))
    tell("a1", 30)
    tell("q3", 35)
    merge([on("3").pk], into=on("2").pk, by=alice, now=at(40))
    tell("a3", 37, told=50)
    assert stands("2") == NOTHING


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.IGNORED])
def test_what_somebody_ended_before_is_not_owed(status: Status, policy: SlaPolicy, alice: User) -> None:
    tell("q1", 0)
    change_status(on("1"), status, by=alice, now=at(10))
    tell("q2", 20)
    merge([on("1").pk], into=on("2").pk, by=alice, now=at(30))
    tell("a2", 25, told=40)
    assert stands("2") == NOTHING


def test_what_was_answered_in_private_before_is_not_owed(policy: SlaPolicy, wire: Wire, alice: User) -> None:
    tell("q1", 0)
    replies.reply(on("1"), text="It left.", private=True, by=alice, now=at(10))
    pump(clock=lambda: at(11))
    tell("q2", 20)
    merge([on("1").pk], into=on("2").pk, by=alice, now=at(30))
    tell("a2", 25, told=40)
    assert stands("2") == NOTHING


@pytest.mark.parametrize("how", ["refused", "taken back"])
def test_resolved_with_its_answer_before_another_came_it_is_open_once_that_is_undone(
    how: str, policy: SlaPolicy, wire: Wire, alice: User
) -> None:
    tell("q1", 0)
    tell("q2", 5)
    answer = replies.reply(on("1"), text="It left.", private=False, by=alice, now=at(19))
    change_status(on("1"), Status.RESOLVED, by=alice, now=at(19))
    gesture = merge([on("2").pk], into=on("1").pk, by=alice, now=at(19.02))
    not_out(answer, how, wire, by=alice)
    undo(gesture.pk, by=alice, now=at(21))
    assert stands("1") == (Status.OPEN, [(FIRST, at(0))])


@pytest.mark.parametrize("how", ["refused", "taken back"])
def test_resolved_with_an_answer_in_private_which_is_not_out_it_is_open(
    how: str, policy: SlaPolicy, wire: Wire, alice: User
) -> None:
    for what, minute in (("q1", 0), ("q2", 20), ("a2", 40)):
        tell(what, minute)
    answer = replies.reply(on("1"), text="Which seat?", private=True, by=alice, now=at(45))
    change_status(on("1"), Status.RESOLVED, by=alice, now=at(45))
    merge([on("1").pk], into=on("2").pk, by=alice, now=at(45.05))
    assert stands("2") == (Status.OPEN, [(FIRST, at(0))])
    not_out(answer, how, wire, by=alice)
    assert stands("2") == (Status.OPEN, [(FIRST, at(0))])


@pytest.mark.parametrize("how", ["refused", "taken back"])
def test_resolved_with_its_answer_and_merged_twice_it_is_open_once_both_are_undone(
    how: str, policy: SlaPolicy, wire: Wire, alice: User
) -> None:
    for what, minute in (("q1", 0), ("q2", 10), ("q3", 12), ("a3", 14)):
        tell(what, minute)
    answer = replies.reply(on("1"), text="It left.", private=False, by=alice, now=at(20))
    change_status(on("1"), Status.RESOLVED, by=alice, now=at(20))
    first = merge([on("1").pk], into=on("2").pk, by=alice, now=at(20.02))
    second = merge([on("2").pk], into=on("3").pk, by=alice, now=at(20.04))
    not_out(answer, how, wire, by=alice)
    for minute, gesture in ((22, second), (23, first)):
        undo(gesture.pk, by=alice, now=at(minute))
    assert [stands(number) for number in "123"] == [
        (Status.OPEN, [(FIRST, at(0))]),
        (Status.NEW, [(FIRST, at(10))]),
        NOTHING,
    ]

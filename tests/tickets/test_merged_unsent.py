"""Merged, a ticket may owe an answer to what was asked before our latest word there: resolved with that answer on its
way, and the answer does not go out, it was not resolved (docs/rules.md)."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, we_say
from tests.tickets.test_outbox import FORBIDDEN
from tickets import replies
from tickets.choices import Metric, Status
from tickets.lifecycle import change_status
from tickets.merging import merge
from tickets.models import Message, Ticket
from tickets.outbox import pump
from tickets.regrouping.undoing import undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def asked_twice() -> tuple[Ticket, Ticket]:
    """Ana asked at 0, and nobody answered; what she asked at 20 was answered at 40."""
    take_in(says("First", external_id="1000", conversation="1000"), minute=0)
    take_in(says("Second", external_id="2000", conversation="2000", minute=20), minute=20)
    take_in(we_say(external_id="2001", in_reply_to="2000", conversation="2000", minute=40), minute=40)
    return Ticket.objects.get(messages__external_id="1000"), Ticket.objects.get(messages__external_id="2000")


@pytest.fixture
def home(alice: User) -> Ticket:
    """Both are one since 50."""
    first, home = asked_twice()
    merge([first.pk], into=home.pk, by=alice, now=at(50))
    return home


def owed(ticket: Ticket) -> list[Any]:
    running = ticket.clocks.filter(ended_at=None).exclude(metric=Metric.RESOLUTION)
    return list(running.values_list("metric", "started_at", "due_at"))


def answer_and_resolve(home: Ticket, *, by: User) -> Message:
    asked = Message.objects.get(external_id="1000")
    home.refresh_from_db()
    message = replies.reply(home, text="It left.", private=False, by=by, now=at(58), in_reply_to=asked)
    change_status(home, Status.RESOLVED, by=by, now=at(58))
    return message


def test_refused_it_is_open_again(home: Ticket, wire: Wire, alice: User) -> None:
    before = owed(home)
    answer_and_resolve(home, by=alice)
    wire.faults = [FORBIDDEN]
    pump(clock=lambda: at(59))
    home.refresh_from_db()
    assert (home.status, owed(home)) == (Status.OPEN, before)
    assert before


def test_taken_back_it_stands_as_before(home: Ticket, wire: Wire, alice: User) -> None:
    home.refresh_from_db()
    status, before = home.status, owed(home)
    replies.take_back(answer_and_resolve(home, by=alice), by=alice, now=at(58.01))
    home.refresh_from_db()
    assert (home.status, owed(home)) == (status, before)


def test_out_it_judges_what_the_merge_carried(home: Ticket, wire: Wire, alice: User) -> None:
    answer_and_resolve(home, by=alice)
    pump(clock=lambda: at(59))
    home.refresh_from_db()
    assert (home.status, owed(home)) == (Status.RESOLVED, [])
    judged = home.clocks.filter(metric=Metric.FIRST_RESPONSE, started_at=at(0)).values_list("ended_at", "met")
    assert [*judged] == [(at(59), True)]
    change_status(home, Status.OPEN, by=alice, now=at(70))
    assert owed(home) == []


HOW = ("refused", "taken back", "out")


def end(message: Message, how: str, wire: Wire, *, by: User) -> None:
    if how == "refused":
        wire.faults = [FORBIDDEN]
    if how == "taken back":
        replies.take_back(message, by=by, now=at(58.1))
    else:
        pump(clock=lambda: at(59))


@pytest.mark.parametrize("how", HOW)
def test_the_customer_wrote_meanwhile(home: Ticket, how: str, wire: Wire, alice: User) -> None:
    """It is owed from when it was first promised, and judged by the first thing it answers."""
    before = owed(home)
    message = answer_and_resolve(home, by=alice)
    take_in(says("Hello?", minute=58.05, in_reply_to="2000", conversation="2000"), minute=58.05)
    end(message, how, wire, by=alice)
    first = home.clocks.get(metric=Metric.FIRST_RESPONSE, started_at=at(0))
    assert owed(home) == ([] if how == "out" else before)
    assert (first.ended_at, first.met) == ((at(59), True) if how == "out" else (None, None))


@pytest.mark.parametrize("how", HOW)
def test_opened_and_resolved_again_meanwhile(home: Ticket, how: str, wire: Wire, alice: User) -> None:
    before = owed(home)
    message = answer_and_resolve(home, by=alice)
    change_status(home, Status.OPEN, by=alice, now=at(58.05))
    change_status(home, Status.RESOLVED, by=alice, now=at(58.07))
    end(message, how, wire, by=alice)
    assert owed(home) == ([] if how == "out" else before)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("done", [False, True], ids=["pending", "resolved"])
def test_merged_once_it_was_resolved_with_its_answer(how: str, done: bool, wire: Wire, alice: User) -> None:
    """Into what was answered, and perhaps resolved, before."""
    first, home = asked_twice()
    if done:
        change_status(home, Status.RESOLVED, by=alice, now=at(45))
    before = owed(first)
    message = answer_and_resolve(first, by=alice)
    merge([first.pk], into=home.pk, by=alice, now=at(58.05))
    end(message, how, wire, by=alice)
    home.refresh_from_db()
    assert owed(home) == ([] if how == "out" else before)
    assert (home.status == Status.OPEN) == (how != "out")


@pytest.mark.parametrize("minute", [40, 77], ids=["in time", "late"])
def test_out_after_the_customer_wrote_on_what_was_merged_it_is_judged_by_what_it_answers_once_that_is_undone(
    minute: float, wire: Wire, alice: User
) -> None:
    take_in(says("First", external_id="1000", conversation="1000"), minute=0)
    take_in(says("Second", external_id="2000", conversation="2000", minute=1), minute=1)
    first, home = Ticket.objects.order_by("pk")
    replies.reply(first, text="It left.", private=False, by=alice, now=at(minute))
    change_status(first, Status.RESOLVED, by=alice, now=at(minute + 0.02))
    gesture = merge([first.pk], into=home.pk, by=alice, now=at(minute + 0.04))
    take_in(says("Hello?", conversation="1000", in_reply_to="1000", minute=minute + 0.06), minute=minute + 0.06)
    pump(clock=lambda: at(minute + 1))
    undo(gesture.pk, by=alice, now=at(minute + 2))
    judged = first.clocks.filter(metric=Metric.FIRST_RESPONSE).exclude(met=None)
    assert [*judged.values_list("started_at", "ended_at", "met")] == [(at(0), at(minute + 1), minute < 60)]


def test_taken_back_on_what_took_it_in_that_one_is_new_again_once_the_merge_is_undone(wire: Wire, alice: User) -> None:
    take_in(says("First", external_id="1000", conversation="1000"), minute=0)
    take_in(says("Second", external_id="2000", conversation="2000", minute=10), minute=10)
    first, home = Ticket.objects.order_by("pk")
    answer = replies.reply(first, text="It left.", private=False, by=alice, now=at(20))
    gesture = merge([first.pk], into=home.pk, by=alice, now=at(20.04))
    replies.take_back(answer, by=alice, now=at(20.1))
    undo(gesture.pk, by=alice, now=at(21))
    assert list(Ticket.objects.order_by("pk").values_list("status", flat=True)) == [Status.OPEN, Status.NEW]

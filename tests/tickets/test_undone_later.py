"""A gesture is undone after people went on with its tickets (docs/rules.md, "Undoing"): what they decided stays, and
what was judged stays as it was judged."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import make_agent
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in
from tests.tickets.test_merging import merged, one, two
from tests.tickets.test_outbox import FORBIDDEN, send_at
from tickets import replies
from tickets.choices import Metric, Priority, Status
from tickets.lifecycle import change_priority, change_status
from tickets.models import EscalationStep, Gesture, Message, PauseRule, SlaClock, SlaPolicy, SlaTarget, Ticket
from tickets.promises.escalating import escalate
from tickets.promises.repromising import go_on, order
from tickets.regrouping.splitting import move, split
from tickets.regrouping.undoing import undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
FIRST, RESOLUTION = Metric.FIRST_RESPONSE, Metric.RESOLUTION


@pytest.fixture
def short(acme: object) -> None:
    """Urgent ones are promised a first reply in a quarter of an hour."""
    SlaTarget.objects.filter(priority=Priority.URGENT, metric=FIRST).update(minutes=15)


def asked_twice() -> tuple[Ticket, Message]:
    ticket = one()
    first = ticket.messages.get()
    take_in(says("And my invoice?", minute=7, in_reply_to=first.external_id), minute=7)
    return ticket, ticket.messages.latest("pk")


def answer(ticket: Ticket, *, by: User, minute: float) -> None:
    """To what was asked first."""
    ticket.refresh_from_db()
    first = ticket.messages.earliest("sent_at")
    replies.reply(ticket, text=f"At {minute}.", private=False, by=by, now=at(minute), in_reply_to=first)
    send_at(at(minute + 0.5))


def prioritise(ticket: Ticket, priority: Priority, *, by: User, minute: float) -> None:
    ticket.refresh_from_db()
    change_priority(ticket, priority, by=by, now=at(minute))


def first_reply(ticket: Ticket) -> tuple[int, datetime, bool | None]:
    clock = ticket.clocks.get(metric=FIRST)
    return clock.minutes, clock.due_at, clock.met


def regrouped(how: str, *, by: User) -> tuple[Ticket, Gesture]:
    """A ticket that is merged with another, or that lost a message."""
    if how == "merge":
        home, other = two()
        return home, merged(home, other, by=by, minute=10)
    ticket, second = asked_twice()
    if how == "split":
        return ticket, split(ticket, [second.pk], by=by, now=at(10))
    return ticket, move(second, to=one("My seat?", minute=8).pk, by=by, now=at(10))


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("how", ["merge", "split", "move"])
def test_what_was_kept_is_not_judged_by_a_priority_of_later(wire: Wire, alice: User, how: str) -> None:
    ticket, gesture = regrouped(how, by=alice)
    answer(ticket, by=alice, minute=40)
    prioritise(ticket, Priority.URGENT, by=alice, minute=50)
    undo(gesture.pk, by=alice, now=at(55))
    ticket.refresh_from_db()
    assert (ticket.priority, first_reply(ticket)) == (Priority.URGENT, (60, at(60), True))


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("how", ["merge", "split", "move"])
def test_what_was_missed_stays_missed_though_the_priority_is_as_before(wire: Wire, alice: User, how: str) -> None:
    ticket, gesture = regrouped(how, by=alice)
    prioritise(ticket, Priority.URGENT, by=alice, minute=12)
    answer(ticket, by=alice, minute=40)
    prioritise(ticket, Priority.NORMAL, by=alice, minute=50)
    undo(gesture.pk, by=alice, now=at(55))
    ticket.refresh_from_db()
    assert (ticket.priority, first_reply(ticket)) == (Priority.NORMAL, (15, at(15), False))


@pytest.mark.parametrize("how", ["merge", "split", "move"])
@pytest.mark.parametrize("status", [Status.ON_HOLD, Status.RESOLVED, Status.CLOSED, Status.IGNORED])
def test_a_status_that_somebody_set_since_stays(alice: User, wire: Wire, how: str, status: Status) -> None:
    ticket, gesture = regrouped(how, by=alice)
    answer(ticket, by=alice, minute=20)
    ticket.refresh_from_db()
    change_status(ticket, status, by=alice, now=at(45), reason="Because.")
    undo(gesture.pk, by=alice, now=at(55))
    ticket.refresh_from_db()
    done = status not in (Status.ON_HOLD,)
    assert (ticket.status, ticket.resolved_at) == (status, at(45) if done else None)
    judged = {Status.ON_HOLD: None, Status.IGNORED: None}.get(status, True)
    assert ticket.clocks.get(metric=RESOLUTION).met is judged
    assert first_reply(ticket)[2] is True


def test_answered_again_after_one_was_refused_it_waits_for_the_customer(wire: Wire, alice: User) -> None:
    home, other = two()
    gesture = merged(home, other, by=alice, minute=10)
    wire.faults = [FORBIDDEN]
    answer(home, by=alice, minute=20)
    answer(home, by=alice, minute=30)
    undo(gesture.pk, by=alice, now=at(40))
    home.refresh_from_db()
    assert home.status == Status.PENDING


def test_resolved_after_its_answer_was_refused_it_stays_so(wire: Wire, alice: User) -> None:
    ticket, gesture = regrouped("split", by=alice)
    wire.faults = [FORBIDDEN]
    answer(ticket, by=alice, minute=20)
    ticket.refresh_from_db()
    change_status(ticket, Status.RESOLVED, by=alice, now=at(70))
    undo(gesture.pk, by=alice, now=at(80))
    ticket.refresh_from_db()
    assert (ticket.status, first_reply(ticket)[2]) == (Status.RESOLVED, False)


@pytest.mark.parametrize("private", [False, True])
def test_resolved_by_hand_it_is_so_again_where_the_answer_of_the_other_was_refused(
    wire: Wire, alice: User, private: bool
) -> None:
    home, other = two()
    change_status(home, Status.RESOLVED, by=alice, now=at(8))
    before = list(home.clocks.order_by("pk").values_list("metric", "ended_at", "met"))
    replies.reply(other, text="Here.", private=private, by=alice, now=at(9))
    other.refresh_from_db()
    change_status(other, Status.RESOLVED, by=alice, now=at(9))
    gesture = merged(home, other, by=alice, minute=9.1)
    wire.faults = [FORBIDDEN]
    send_at(at(10))
    home.refresh_from_db()
    assert home.status == Status.OPEN
    undo(gesture.pk, by=alice, now=at(30))
    home.refresh_from_db()
    other.refresh_from_db()
    assert (home.status, other.status) == (Status.RESOLVED, Status.OPEN)
    assert list(home.clocks.order_by("pk").values_list("metric", "ended_at", "met")) == before


@pytest.mark.parametrize("how", ["refused", "taken back"])
def test_resolved_with_an_answer_that_was_none_no_time_stood_still(wire: Wire, alice: User, how: str) -> None:
    ticket, gesture = regrouped("split", by=alice)
    first = ticket.messages.earliest("sent_at")
    ticket.refresh_from_db()
    message = replies.reply(ticket, text="Here.", private=False, by=alice, now=at(20), in_reply_to=first)
    change_status(ticket, Status.RESOLVED, by=alice, now=at(20))
    if how == "refused":
        wire.faults = [FORBIDDEN]
        send_at(at(21))
    else:
        replies.undo(message, by=alice, now=at(20.1))
    undo(gesture.pk, by=alice, now=at(30))
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert list(ticket.clocks.order_by("metric").values_list("due_at", flat=True)) == [at(60), at(1440)]


@pytest.mark.parametrize("how", ["merge", "split", "move"])
@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.IGNORED])
@pytest.mark.parametrize("priority", [Priority.URGENT, Priority.LOW])
def test_on_what_was_done_with_since_another_priority_owes_nothing(
    alice: User, how: str, status: Status, priority: Priority
) -> None:
    ticket, gesture = regrouped(how, by=alice)
    ticket.refresh_from_db()
    change_status(ticket, status, by=alice, now=at(13))
    prioritise(ticket, priority, by=alice, minute=16)
    undo(gesture.pk, by=alice, now=at(20))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.next_due_at) == (status, priority, None)
    assert set(ticket.clocks.values_list("ended_at", flat=True)) == {at(13)}


@pytest.mark.parametrize("how", ["merge", "split", "move"])
def test_a_policy_put_on_running_promises_since_holds_on_each_of_them(wire: Wire, alice: User, how: str) -> None:
    ticket, gesture = regrouped(how, by=alice)
    policy = ticket.sla_policy
    assert policy is not None
    policy.targets.filter(metric=FIRST).update(minutes=15)
    order(policy, by=alice, now=at(12))
    go_on(clock=lambda: at(12), at_most=timedelta(seconds=30))
    answer(ticket, by=alice, minute=20)
    undo(gesture.pk, by=alice, now=at(25))
    ticket.refresh_from_db()
    assert first_reply(ticket) == (15, at(15), False)
    others = [trace.ticket for trace in gesture.traces.exclude(ticket=ticket).filter(fresh=False)]
    assert {other.clocks.get(metric=FIRST).minutes for other in others} <= {15}


def test_a_policy_run_that_moved_nothing_here_holds_on_what_the_undo_brings_back(wire: Wire, alice: User) -> None:
    home, other = two()
    gesture = merged(home, other, by=alice, minute=10)
    policy = home.sla_policy
    assert policy is not None
    answer(home, by=alice, minute=11)
    policy.targets.filter(metric=FIRST).update(minutes=15)
    order(policy, by=alice, now=at(13))
    go_on(clock=lambda: at(13), at_most=timedelta(seconds=30))
    undo(gesture.pk, by=alice, now=at(14))
    running = SlaClock.objects.filter(ticket__in=(home, other), metric=FIRST, ended_at=None)
    assert list(running.values_list("minutes", flat=True)) == [15]


@pytest.mark.parametrize("late", ["the other", "home"])
def test_what_a_step_raised_while_they_were_one_stays_raised_where_the_promise_was_its_own(
    short: None, alice: User, late: str
) -> None:
    """And a step that was taken is not taken again."""
    EscalationStep.objects.create(policy=SlaTarget.objects.filter(metric=FIRST)[0].policy, share=50, priority="urgent")
    older, newer = two(minute=25)
    home, other = (older, newer) if late == "home" else (newer, older)
    gesture = merged(home, other, by=alice, minute=26)
    assert escalate(now=at(31)) == 1
    undo(gesture.pk, by=alice, now=at(34))
    assert escalate(now=at(34.5)) == (0 if late == "home" else 1)
    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.priority, newer.priority) == (Priority.URGENT, Priority.NORMAL)
    assert first_reply(newer) == (60, at(85), None)


def test_what_somebody_set_who_was_deleted_since_stays(alice: User, wire: Wire) -> None:
    PauseRule.objects.create(policy=SlaPolicy.objects.get(), status=Status.ON_HOLD, metric=RESOLUTION)
    ticket, gesture = regrouped("merge", by=alice)
    lea = make_agent("lea")
    ticket.refresh_from_db()
    change_status(ticket, Status.ON_HOLD, by=lea, now=at(45), reason="Because.")
    lea.delete()
    undo(gesture.pk, by=alice, now=at(55))
    ticket.refresh_from_db()
    connection.check_constraints()
    assert ticket.status == Status.ON_HOLD and ticket.clocks.get(metric=RESOLUTION).paused_at == at(45)

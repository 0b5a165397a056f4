"""Resolved, and the answer does not go out (docs/rules.md): nobody was answered by that, and nothing was resolved."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from tests.factories import make_agent
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in
from tests.tickets.test_merging import merged, one, two
from tests.tickets.test_outbox import FORBIDDEN, SILENCE
from tickets import replies
from tickets.choices import Metric, NoticeEvent, SendState, Status
from tickets.incidents import ending, grouping
from tickets.lifecycle import change_status
from tickets.merging import foresee_due
from tickets.models import Message, Notice, OutboxEntry, Ticket
from tickets.notices.gathering import gather
from tickets.outbox import pump
from tickets.regrouping.undoing import undo
from tickets.resting.snoozing import snooze
from tickets.sending.terms import Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
Told = tuple[str, datetime, datetime | None, bool | None]
FIRST, RESOLUTION = Metric.FIRST_RESPONSE, Metric.RESOLUTION


def clocks() -> list[Told]:
    rows = only_ticket().clocks.order_by("metric", "pk")
    return list(rows.values_list("metric", "started_at", "ended_at", "met"))


RUNNING: list[Told] = [(FIRST, at(0), None, None), (RESOLUTION, at(0), None, None)]


def and_resolved(*, by: User, minute: float, text: str = "On its way.") -> Message:
    if not Ticket.objects.exists():
        take_in(says(), minute=0)
    message = replies.reply(only_ticket(), text=text, private=False, by=by, now=at(minute))
    change_status(only_ticket(), Status.RESOLVED, by=by, now=at(minute))
    return message


def send(minute: float) -> None:
    pump(clock=lambda: at(minute))


def writes_again(minute: float) -> None:
    first = Message.objects.filter(direction="in").earliest("pk")
    take_in(says("Hello?", minute=minute, in_reply_to=first.external_id), minute=minute)
    assert Ticket.objects.count() == 1


def test_refused_it_opens_the_ticket_again_with_all_that_was_promised(wire: Wire, alice: User) -> None:
    and_resolved(by=alice, minute=90)
    wire.faults = [FORBIDDEN]
    send(91)
    ticket = only_ticket()
    assert (ticket.status, ticket.resolved_at, ticket.assignee) == (Status.OPEN, None, alice)
    assert (clocks(), ticket.next_due_metric) == (RUNNING, FIRST)
    assert ticket.activities.latest("pk").data == {
        "before": "resolved",
        "after": "open",
        "unsent": Message.objects.latest("pk").pk,
    }


@pytest.mark.django_db(transaction=True)
def test_its_writer_and_whoever_has_the_ticket_are_told(wire: Wire, alice: User) -> None:
    and_resolved(by=alice, minute=1)
    bob = make_agent("bob")
    Ticket.objects.update(assignee=bob)
    wire.faults = [FORBIDDEN]
    send(2)
    gather(now=at(3))
    told = Notice.objects.filter(event=NoticeEvent.FAILED).values_list("person", flat=True)
    assert set(told) == {alice.pk, bob.pk}


def test_absent_at_every_look_it_opens_the_ticket_again_too(wire: Wire, alice: User) -> None:
    message = and_resolved(by=alice, minute=1)
    wire.faults = [SILENCE, SILENCE]
    for minute in range(2, 12):
        send(minute)
    assert OutboxEntry.objects.get(message=message).state == SendState.FAILED
    assert (only_ticket().status, clocks()) == (Status.OPEN, RUNNING)


@pytest.mark.parametrize(("minute", "kept"), [(5, True), (95, False)])
def test_tried_again_the_reply_is_judged_by_when_it_is_out(wire: Wire, alice: User, minute: int, kept: bool) -> None:
    message = and_resolved(by=alice, minute=1)
    wire.faults = [FORBIDDEN]
    send(2)
    replies.try_again(message, by=alice, now=at(minute))
    send(minute)
    sent_at = Message.objects.get(pk=message.pk).sent_at
    assert clocks() == [(FIRST, at(0), sent_at, kept), (RESOLUTION, at(0), None, None)]
    assert only_ticket().status == Status.PENDING


def test_resolved_while_it_is_tried_again_counts_as_with_it_but_not_what_was_resolved_before(
    wire: Wire, alice: User
) -> None:
    message = and_resolved(by=alice, minute=1)
    wire.faults = [FORBIDDEN, FORBIDDEN, FORBIDDEN]
    send(2)
    replies.try_again(message, by=alice, now=at(3))
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(3))
    send(4)
    assert only_ticket().status == Status.OPEN
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(5))
    replies.try_again(message, by=alice, now=at(6))
    send(7)
    assert only_ticket().status == Status.RESOLVED


def test_answered_by_another_answer_it_stays_resolved(wire: Wire, alice: User) -> None:
    and_resolved(by=alice, minute=1)
    more = replies.reply(only_ticket(), text="One thing more.", private=False, by=alice, now=at(1.01))
    change_status(only_ticket(), Status.OPEN, by=alice, now=at(1.02))
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(1.03))
    wire.faults = [FORBIDDEN, None]
    send(2)
    assert OutboxEntry.objects.get(message=more).state == SendState.SENT
    assert only_ticket().status == Status.RESOLVED
    assert only_ticket().clocks.get(metric=FIRST).met is True


def test_what_was_answered_or_resolved_before_it_was_written_stays_resolved(wire: Wire, alice: User) -> None:
    take_in(says(), minute=0)
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(1))
    replies.reply(only_ticket(), text="After all.", private=False, by=alice, now=at(9))
    wire.faults = [FORBIDDEN]
    send(10)
    assert only_ticket().status == Status.RESOLVED
    replies.reply(only_ticket(), text="And this.", private=False, by=alice, now=at(11))
    send(12)
    and_resolved(by=alice, minute=13, text="One thing more.")
    wire.faults = [FORBIDDEN]
    send(14)
    assert only_ticket().status == Status.RESOLVED


def test_half_of_it_is_no_answer(wire: Wire, alice: User) -> None:
    take_in(says(), minute=0)
    text = "Your parcel is on its way to you. " * 12
    replies.reply(only_ticket(), text=text, private=False, by=alice, now=at(1), terms=Terms(parts=2))
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(1))
    wire.faults = [None, FORBIDDEN]
    send(2)
    assert len(wire.texts) == 1
    assert only_ticket().status == Status.OPEN
    assert (RESOLUTION, at(0), None, None) in clocks()


@pytest.mark.parametrize(("minute", "kept"), [(30, True), (90, False)])
def test_the_customer_wrote_again_meanwhile_and_the_first_thing_it_answers_judges(
    wire: Wire, alice: User, minute: int, kept: bool
) -> None:
    and_resolved(by=alice, minute=minute)
    writes_again(minute + 0.05)
    send(minute + 0.09)
    assert {met for metric, *_, met in clocks() if metric == FIRST} == ({None} if kept else {None, False})
    send(minute + 1)
    ((_, started_at, _, met),) = [one for one in clocks() if one[0] == FIRST and one[3] is not None]
    assert (started_at, met) == (at(0), kept)


def test_refused_after_the_customer_wrote_again_the_first_promise_is_owed(wire: Wire, alice: User) -> None:
    and_resolved(by=alice, minute=50)
    writes_again(50.05)
    wire.faults = [FORBIDDEN]
    send(51)
    ticket = only_ticket()
    assert (ticket.status, ticket.next_due_at) == (Status.OPEN, at(60))
    assert [one for one in clocks() if one[2] is None] == RUNNING
    assert [one for one in clocks() if one[3] is not None] == []


def test_taken_back_everything_stands_as_before(wire: Wire, alice: User) -> None:
    take_in(says(), minute=0)
    change_status(only_ticket(), Status.ON_HOLD, by=alice, now=at(1), reason="The depot.")
    snooze(only_ticket(), at(300), by=alice, now=at(2), reason="The depot.")
    message = and_resolved(by=alice, minute=30)
    replies.undo(message, by=alice, now=at(30.1))
    ticket = only_ticket()
    assert (ticket.status, ticket.snoozed_at, ticket.snoozed_until) == (Status.ON_HOLD, at(2), at(300))
    assert (clocks(), ticket.next_due_at) == (RUNNING, at(60))


def test_taken_back_after_the_customer_wrote_again_the_first_promise_is_back(wire: Wire, alice: User) -> None:
    take_in(says(), minute=0)
    snooze(only_ticket(), at(300), by=alice, now=at(2))
    message = and_resolved(by=alice, minute=30)
    writes_again(30.05)
    replies.undo(message, by=alice, now=at(30.1))
    ticket = only_ticket()
    assert (ticket.status, ticket.snoozed_at, ticket.next_due_at) == (Status.OPEN, None, at(60))
    assert [one for one in clocks() if one[2] is None] == RUNNING
    assert [one for one in clocks() if one[3] is not None] == []


def test_two_answers_taken_back_open_it_with_the_last(wire: Wire, alice: User) -> None:
    take_in(says(), minute=0)
    first = replies.reply(only_ticket(), text="On its way.", private=False, by=alice, now=at(1))
    second = and_resolved(by=alice, minute=1.01, text="One thing more.")
    replies.undo(first, by=alice, now=at(1.05))
    assert only_ticket().status == Status.RESOLVED
    replies.undo(second, by=alice, now=at(1.1))
    assert (only_ticket().status, clocks()) == (Status.OPEN, RUNNING)


def test_an_incident_whose_resolving_is_undone_stands_as_before(wire: Wire, alice: User) -> None:
    take_in(says(), minute=0)
    incident = grouping.make(only_ticket(), "Down", by=alice, now=at(1))
    snooze(only_ticket(), at(300), by=alice, now=at(2))
    for minute in (30, 31):
        ended = ending.resolve(incident, parts_too=True, by=alice, now=at(minute))
        assert clocks()[1] == (RESOLUTION, at(0), at(minute), True)
        incident.refresh_from_db()
        ending.undo(incident, ended.gesture, by=alice, now=at(minute) + timedelta(seconds=4))
        ticket = only_ticket()
        assert (ticket.status, ticket.snoozed_at, ticket.snoozed_until) == (Status.NEW, at(2), at(300))
        assert (clocks(), ticket.next_due_at) == (RUNNING, at(60))
        incident.refresh_from_db()


@pytest.mark.parametrize("refused", [True, False])
@pytest.mark.parametrize("merge_undone_first", [True, False])
def test_merged_meanwhile_it_is_open_once_the_merge_is_undone(
    wire: Wire, alice: User, merge_undone_first: bool, refused: bool
) -> None:
    home, other = two()
    message = replies.reply(other, text="On its way.", private=False, by=alice, now=at(90))
    change_status(other, Status.RESOLVED, by=alice, now=at(90))
    gesture = merged(home, other, by=alice, minute=90.05)
    if merge_undone_first:
        undo(gesture.pk, by=alice, now=at(90.08))
    if refused:
        wire.faults = [FORBIDDEN]
        send(91)
    else:
        message.refresh_from_db()
        replies.undo(message, by=alice, now=at(90.1))
    if not merge_undone_first:
        undo(gesture.pk, by=alice, now=at(92))
    other.refresh_from_db()
    assert (other.status, other.resolved_at) == (Status.OPEN, None)
    owed = other.clocks.order_by("metric").values_list("metric", "started_at", "ended_at", "met")
    assert list(owed) == [(FIRST, at(5), None, None), (RESOLUTION, at(5), None, None)]


@pytest.mark.parametrize("home_too", [True, False])
@pytest.mark.parametrize("refused", [True, False])
def test_on_the_ticket_that_took_it_in_the_reply_is_owed_from_the_first_question(
    wire: Wire, alice: User, refused: bool, home_too: bool
) -> None:
    other, home = two()
    if home_too:
        change_status(home, Status.RESOLVED, by=alice, now=at(20))
    message = replies.reply(other, text="On its way.", private=False, by=alice, now=at(30))
    change_status(other, Status.RESOLVED, by=alice, now=at(30))
    merged(home, other, by=alice, minute=30.05)
    if refused:
        wire.faults = [FORBIDDEN]
        send(31)
    else:
        replies.undo(message, by=alice, now=at(30.1))
    home.refresh_from_db()
    assert home.status == Status.OPEN
    owed = home.clocks.filter(ended_at=None).order_by("metric").values_list("metric", "started_at")
    assert list(owed) == [(FIRST, at(0)), (RESOLUTION, at(0))]
    assert (home.next_due_at, home.next_due_metric) == (at(60), FIRST)


@pytest.mark.parametrize("into_the_resolved", [True, False])
def test_merged_meanwhile_and_out_it_is_judged_by_the_first_question(
    wire: Wire, alice: User, into_the_resolved: bool
) -> None:
    late, fresh = one(), one("And my invoice?", minute=70)
    replies.reply(late, text="On its way.", private=False, by=alice, now=at(80))
    change_status(late, Status.RESOLVED, by=alice, now=at(80))
    home, other = (late, fresh) if into_the_resolved else (fresh, late)
    late.refresh_from_db()
    assert foresee_due(home, [other], now=at(80.05)) == at(60)
    gesture = merged(home, other, by=alice, minute=80.05)
    assert (home.status, home.next_due_at) == (Status.OPEN, at(60))
    send(81)
    assert list(home.clocks.filter(metric=FIRST).exclude(met=None).values_list("started_at", "met")) == [(at(0), False)]
    undo(gesture.pk, by=alice, now=at(82))
    late.refresh_from_db()
    assert late.status == Status.RESOLVED
    assert list(late.clocks.filter(metric=FIRST).values_list("started_at", "met")) == [(at(0), False)]

"""What happens when the time of a promise runs out: warned, raised, moved; each once, and within the minute."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import make_address, make_policy, make_queue
from tests.tickets.said import at, only_ticket, says, take_in
from tests.tickets.test_echoes import wait_until_somebody_waits
from tickets.choices import Metric, Priority, Status
from tickets.clocks import load_targets
from tickets.intake import receive
from tickets.lifecycle import change_priority, change_status
from tickets.models import BusinessHours, EscalationStep, SlaClock, SlaPolicy, SlaTarget, Ticket
from tickets.promises.escalating import escalate
from tickets.wording.sentences import Names, tell

pytestmark = pytest.mark.django_db
FIRST = Metric.FIRST_RESPONSE


@pytest.fixture
def policy() -> SlaPolicy:
    """A first reply in 60 minutes; after 45 a warning, after 60 it is urgent, after 90 in another queue."""
    policy = make_policy(minutes={FIRST: 60})
    EscalationStep.objects.create(policy=policy, share=75)
    EscalationStep.objects.create(policy=policy, share=100, priority=Priority.URGENT)
    EscalationStep.objects.create(policy=policy, share=150, queue=make_queue("Rescue"))
    make_address(queue=make_queue("Support"), sla_policy=policy)
    return policy


def told(ticket: Ticket) -> list[dict[str, object]]:
    return list(ticket.activities.filter(verb="clock.step").order_by("id").values_list("data", flat=True))


def test_each_step_is_taken_when_its_share_of_the_time_is_used_up_and_once(policy: SlaPolicy) -> None:
    take_in(says(minute=0))
    assert [escalate(now=at(minute)) for minute in (44, 45, 46, 59)] == [0, 1, 0, 0]
    assert [escalate(now=at(minute)) for minute in (60, 61, 89, 90, 500)] == [1, 0, 0, 1, 0]
    ticket = only_ticket()
    assert (ticket.priority, ticket.queue.name) == (Priority.URGENT, "Rescue")
    assert [line["share"] for line in told(ticket)] == [75, 100, 150]


def test_an_answer_ends_it(policy: SlaPolicy, alice: User) -> None:
    take_in(says(minute=0))
    escalate(now=at(45))
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(50))
    assert escalate(now=at(500)) == 0


def test_what_falls_due_together_is_done_and_told_once_as_the_last_of_it(policy: SlaPolicy, bob: User) -> None:
    EscalationStep.objects.get(share=75).notify.add(bob)
    take_in(says(minute=0))
    assert [escalate(now=at(500)), escalate(now=at(501))] == [1, 0]
    (line,) = told(only_ticket())
    assert (line["share"], line["raised_from"], line["raised_to"]) == (150, "normal", "urgent")
    assert line["notified"] == [bob.pk]
    assert (only_ticket().priority, only_ticket().queue.name) == (Priority.URGENT, "Rescue")


def test_that_it_is_late_is_written_whatever_the_steps(policy: SlaPolicy) -> None:
    EscalationStep.objects.all().delete()
    take_in(says(minute=0))
    assert SlaClock.objects.get().next_step_at == at(60)
    assert [escalate(now=at(minute)) for minute in (59, 60, 500)] == [0, 1, 0]
    assert [line["share"] for line in told(only_ticket())] == [100]


def test_a_step_that_is_new_warns_nobody_of_what_is_late_already(policy: SlaPolicy, alice: User) -> None:
    EscalationStep.objects.all().delete()
    take_in(says(minute=0))
    escalate(now=at(60))
    EscalationStep.objects.create(policy=policy, share=75, tell_assignee=True)
    change_priority(only_ticket(), Priority.HIGH, by=alice, now=at(61))
    assert escalate(now=at(62)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_a_step_once(policy: SlaPolicy) -> None:
    """Both have seen that it is due; one waits for the other's."""
    take_in(says(minute=0))

    def alone() -> int:
        try:
            return escalate(now=at(45))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:
        with transaction.atomic():
            taken = escalate(now=at(45))
            other = worker.submit(alone)
            wait_until_somebody_waits()
        assert [taken, other.result(timeout=30)] == [1, 0]
    assert [line["share"] for line in told(only_ticket())] == [75]


def test_priority_is_raised_and_never_lowered(policy: SlaPolicy, alice: User) -> None:
    EscalationStep.objects.filter(share=100).update(priority=Priority.LOW)
    take_in(says(minute=0))
    escalate(now=at(60))
    assert only_ticket().priority == Priority.NORMAL


def test_a_raised_priority_brings_its_own_targets_and_their_next_steps(policy: SlaPolicy) -> None:
    SlaTarget.objects.filter(priority=Priority.URGENT).update(minutes=30)
    take_in(says(minute=0))
    assert escalate(now=at(60)) == 1  # urgent means half an hour, so half that time later is long over
    assert only_ticket().next_due_at == at(30)


def test_priority_is_not_raised_to_one_at_which_what_runs_is_not_promised(policy: SlaPolicy) -> None:
    SlaTarget.objects.filter(priority=Priority.URGENT).delete()
    take_in(says(minute=0))
    assert escalate(now=at(90)) == 1
    assert (only_ticket().priority, only_ticket().next_due_at) == (Priority.NORMAL, at(60))


def test_another_priority_moves_the_next_step(policy: SlaPolicy, alice: User) -> None:
    SlaTarget.objects.filter(priority=Priority.HIGH).update(minutes=20)
    take_in(says(minute=0))
    change_priority(only_ticket(), Priority.HIGH, by=alice, now=at(1))
    assert SlaClock.objects.get().next_step_at == at(15)


def test_what_is_said_of_one_promise_wins_over_what_is_said_of_each(policy: SlaPolicy) -> None:
    EscalationStep.objects.create(policy=policy, metric=FIRST, share=100, priority=Priority.HIGH)
    EscalationStep.objects.filter(metric="", share=100).update(priority="")
    take_in(says(minute=0))
    escalate(now=at(60))
    assert only_ticket().priority == Priority.HIGH and len(told(only_ticket())) == 1


def test_shares_are_shares_of_open_time(policy: SlaPolicy) -> None:
    SlaPolicy.objects.update(
        business_hours=BusinessHours.objects.create(name="Office", opening_hours="Mon-Fri 09:00-18:00")
    )
    friday = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
    receive([says(sent_at=friday)], now=friday)
    assert SlaClock.objects.get().next_step_at == datetime(2026, 11, 30, 9, 15, tzinfo=UTC)


def test_steps_taken_away_are_not_taken_and_looked_at_no_more(policy: SlaPolicy) -> None:
    take_in(says(minute=0))
    EscalationStep.objects.all().delete()
    assert escalate(now=at(59)) == 0
    escalate(now=at(500))
    assert [line["share"] for line in told(only_ticket())] == [100]
    assert SlaClock.objects.get().next_step_at is None


def test_a_hundred_take_as_many_statements_as_one(policy: SlaPolicy) -> None:
    def statements(count: int, *, first: int) -> int:
        receive([says(who=str(9000 + first + n), minute=0) for n in range(count)], now=at(0))
        with CaptureQueriesContext(connection) as found:
            assert escalate(now=at(45)) == count
        return len(found)

    one = statements(1, first=0)
    assert statements(100, first=1) == one


def test_steps_cost_the_intake_no_statement(policy: SlaPolicy) -> None:
    with CaptureQueriesContext(connection) as found:
        load_targets()
    assert len(found) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"share": 75}, "First reply: 75 % of its time is used up."),
        ({"share": 100}, "First reply is late."),
        (
            {"share": 150, "raised_from": "normal", "raised_to": "urgent", "queue": 7},
            "First reply is late by 50 % of its time. Priority raised from Normal to Urgent. Put into <b>Rescue</b>.",
        ),
    ],
)
def test_the_history_says_what_was_done(data: dict[str, object], words: str) -> None:
    names = Names({("queue", 7): "Rescue"})
    assert tell("clock.step", {"metric": FIRST} | data, who="", names=names) == words

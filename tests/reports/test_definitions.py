"""What counts for which figure, in small examples by hand. docs/reports.md tells the same under the same names."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import (
    NOW,
    make_activity,
    make_agent,
    make_answer,
    make_clock,
    make_customer,
    make_message,
    make_note,
    make_ticket,
)
from tests.reports.adding import spread, told
from tickets.choices import Direction, MessageKind, Metric, SendState, Status, Visibility
from tickets.models import Message

pytestmark = pytest.mark.django_db
MIN = timedelta(minutes=1)


def at(minutes: float, **fields: Any) -> dict[str, Any]:
    return {"sent_at": NOW + minutes * MIN, "received_at": NOW + minutes * MIN, **fields}


@pytest.fixture
def alice() -> User:
    return make_agent("alice")


def test_messages_received_count_once_at_their_own_time_deleted_ones_too() -> None:
    ticket = make_ticket()
    make_message(ticket, **at(0)), make_message(ticket, **at(61, deleted_at=NOW))
    make_message(ticket, sent_at=NOW - timedelta(days=1), received_at=NOW)  # came late, was said the day before
    make_message(ticket, **at(5, kind=MessageKind.REACTION))
    line = told()
    assert line.received == 2
    assert spread(line, "received", "hours") == {10: 1, 11: 1}


def test_answers_sent_are_what_people_said_and_is_out(alice: User) -> None:
    ticket = make_ticket()
    make_answer(ticket, **at(5)), make_answer(ticket, **at(6, agent=None))
    make_answer(ticket, state=SendState.FAILED, **at(7)), make_note(ticket, **at(8))
    assert told().answers == 2


def test_what_went_automatically_is_no_answer_and_ends_no_waiting() -> None:
    ticket = make_ticket(private=True)
    make_message(ticket, **at(0))
    make_answer(ticket, **at(1, automated=True)), make_answer(ticket, **at(30))
    line = told()
    assert (line.automatic, line.answers) == (1, 1)
    assert spread(line, "first") == {1800: 1}


def test_tickets_opened_count_what_was_brought_together_once() -> None:
    home = make_ticket()
    make_ticket(merged_into=home, status=Status.CLOSED, resolved_at=NOW)
    line = told()
    assert (line.opened, line.resolved) == (1, 0)


def test_tickets_resolved_are_those_that_stand_so(alice: User) -> None:
    done = make_ticket(status=Status.CLOSED, resolved_at=NOW + 90 * MIN)
    make_activity(done, "ticket.status", {"before": "open", "after": "resolved"}, actor=alice, at=NOW + 90 * MIN)
    make_activity(done, "ticket.assigned", {"from": None, "to": alice.pk}, actor=make_agent("bob"), at=NOW + 20 * MIN)
    make_ticket(status=Status.IGNORED, resolved_at=NOW), make_ticket(status=Status.OPEN)
    line = told()
    assert line.resolved == 1 and spread(line, "resolved") == {5400: 1}
    assert told(part="agent").agent == alice


def test_tickets_reopened_count_every_time_by_customer_and_by_us() -> None:
    ticket = make_ticket(status=Status.OPEN)
    make_activity(ticket, "ticket.reopened", at=NOW)
    make_activity(ticket, "ticket.status", {"before": "resolved", "after": "open"}, at=NOW + MIN)
    make_activity(ticket, "ticket.status", {"before": "open", "after": "pending"}, at=NOW + MIN)
    assert told().reopened == 2


@pytest.mark.parametrize("why", [{"undone": True}, {"taken_back": True}, {"unsent": 7}])
def test_what_was_resolved_by_a_slip_or_without_its_answer_is_not_reopened(why: dict[str, object]) -> None:
    ticket = make_ticket(status=Status.OPEN)
    make_activity(ticket, "ticket.status", {"before": "resolved", "after": "open", **why}, at=NOW)
    assert told().reopened == 0


def test_first_and_next_reply_run_from_what_was_asked_first(alice: User) -> None:
    ticket = make_ticket()
    make_message(ticket, **at(0)), make_message(ticket, **at(4))
    make_answer(ticket, **at(10)), make_answer(ticket, **at(11))  # the second answers nothing
    make_message(ticket, **at(60)), make_message(ticket, **at(70)), make_answer(ticket, **at(80.5))
    line = told()
    assert spread(line, "first") == {600: 1} and spread(line, "next") == {1260: 1}  # 20.5 minutes are 21
    assert told(part="agent").agent == alice


def test_what_a_rule_left_resolved_asks_for_no_answer() -> None:
    ticket = make_ticket()
    make_message(ticket, **at(0)), make_answer(ticket, **at(10))
    make_message(ticket, **at(20, left_resolved=True)), make_answer(ticket, **at(30))
    assert spread(told(), "next") == {}


def test_what_was_asked_in_public_and_answered_in_private_is_answered() -> None:
    public = make_ticket()
    make_message(public, **at(0))
    private = make_ticket(private=True, asked_on=public)
    make_answer(private, **at(15, asked_on=public))
    make_message(private, **at(20)), make_answer(private, **at(50))
    line = told()
    assert spread(line, "first") == {900: 1} and spread(line, "next") == {1800: 1}
    assert not told(part="place", private=False).first_counts  # an answer in private is told of to nobody else


def test_an_answer_in_private_counts_on_the_ticket_that_took_the_question_in() -> None:
    home = make_ticket()
    public = make_ticket(merged_into=home, status=Status.CLOSED, resolved_at=NOW)
    make_message(home, **at(0))
    make_answer(make_ticket(private=True, asked_on=public), **at(15, asked_on=public))
    make_message(home, **at(20)), make_answer(home, **at(50))
    assert (spread(told(), "first"), spread(told(), "next")) == ({900: 1}, {1800: 1})


def test_an_answer_given_the_day_after_counts_that_day() -> None:
    ticket = make_ticket()
    make_message(ticket, **at(0)), make_answer(ticket, **at(24 * 60))
    assert not told().first_counts
    assert spread(told(NOW.date() + timedelta(days=1), now=NOW + timedelta(days=2)), "first") == {86400: 1}


def test_promises_are_kept_when_they_are_and_missed_when_due() -> None:
    hour: dict[str, Any] = {"due_at": NOW + 60 * MIN}
    make_clock(make_ticket(), ended_at=NOW + 50 * MIN, met=True, **hour)
    make_clock(make_ticket(), ended_at=NOW + timedelta(days=3), met=False, **hour)
    make_clock(make_ticket(), **hour)  # runs still, and is over
    make_clock(make_ticket(), ended_at=NOW + 5 * MIN, met=None, **hour)  # fell away
    make_clock(make_ticket(), paused_at=NOW, **hour)
    make_clock(make_ticket(), Metric.RESOLUTION, due_at=NOW + timedelta(hours=20))  # not due yet
    line = told()
    assert (line.first_kept, line.first_missed, line.first_delayed) == (1, 2, 0)
    assert (line.resolution_kept, line.resolution_missed) == (0, 0)


def test_a_promise_that_could_be_kept_from_when_we_heard_is_delayed_by_the_channel() -> None:
    ticket = make_ticket()
    make_message(ticket, sent_at=NOW, received_at=NOW + 50 * MIN)
    late: dict[str, Any] = {"started_at": NOW, "due_at": NOW + 60 * MIN, "met": False}
    make_clock(ticket, ended_at=NOW + 100 * MIN, **late)
    other = make_ticket(make_customer("900000000000000077"))
    make_message(other, sent_at=NOW, received_at=NOW + 5 * MIN)
    make_clock(other, ended_at=NOW + 100 * MIN, **late)
    line = told()
    assert (line.first_missed, line.first_delayed) == (1, 1)


def test_what_was_said_in_private_is_a_part_of_its_own() -> None:
    ticket = make_ticket()
    make_message(ticket, **at(0)), make_message(ticket, **at(1, visibility=Visibility.PRIVATE, kind=MessageKind.DIRECT))
    assert [told(part="place", private=private).received for private in (False, True)] == [1, 1]


def test_a_moved_ticket_takes_its_figures_along_and_nothing_is_counted_twice() -> None:
    ticket = make_ticket()
    make_message(ticket, **at(0))
    assert told().received == 1
    Message.objects.filter(direction=Direction.IN).update(sent_at=NOW - timedelta(days=2))
    assert told().received == 0

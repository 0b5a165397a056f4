"""Answer and resolve in one breath: the answer is still on its way when the ticket is resolved."""

import pytest
from django.contrib.auth.models import User

from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in
from tickets import replies
from tickets.choices import Metric, Status
from tickets.lifecycle import change_status
from tickets.models import Message, Ticket
from tickets.outbox import pump

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def answered(*, by: User, minute: float) -> Message:
    take_in(says(), minute=0)
    return replies.reply(only_ticket(), text="On its way.", private=False, by=by, now=at(minute))


def first_reply(ticket: Ticket) -> bool | None:
    return ticket.clocks.get(metric=Metric.FIRST_RESPONSE).met


@pytest.mark.parametrize(("minute", "kept"), [(1, True), (90, False)])
def test_the_first_reply_is_judged_when_the_answer_is_out(wire: Wire, alice: User, minute: int, kept: bool) -> None:
    answered(by=alice, minute=minute)
    ticket = change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(minute + 0.05))
    assert first_reply(ticket) is (None if kept else False)  # what was late is missed whatever comes
    pump(clock=lambda: at(minute + 5))
    assert wire.texts == ["On its way."]
    assert (only_ticket().status, first_reply(only_ticket())) == (Status.RESOLVED, kept)


def test_an_answer_taken_back_opens_what_was_resolved_with_it(wire: Wire, alice: User) -> None:
    message = answered(by=alice, minute=1)
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(1.05))
    replies.undo(message, by=alice, now=at(1.1))
    ticket = only_ticket()
    assert (ticket.status, ticket.next_due_metric) == (Status.OPEN, Metric.FIRST_RESPONSE)
    assert ticket.activities.filter(verb="ticket.status", data__after="open").exists()


def test_what_was_answered_before_stays_resolved(wire: Wire, alice: User) -> None:
    answered(by=alice, minute=1)
    pump(clock=lambda: at(5))
    more = replies.reply(only_ticket(), text="One thing more.", private=False, by=alice, now=at(6))
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(6.05))
    replies.undo(more, by=alice, now=at(6.1))
    assert (only_ticket().status, first_reply(only_ticket())) == (Status.RESOLVED, True)


def test_what_was_resolved_before_stays_resolved(wire: Wire, alice: User) -> None:
    take_in(says(), minute=0)
    ticket = change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(1))
    message = replies.reply(ticket, text="After all.", private=False, by=alice, now=at(9))
    replies.undo(message, by=alice, now=at(9.1))
    assert only_ticket().status == Status.RESOLVED


def test_late_and_resolved_with_an_answer_that_is_taken_back_it_is_owed_as_before(wire: Wire, alice: User) -> None:
    message = answered(by=alice, minute=90)
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(90.05))
    replies.undo(message, by=alice, now=at(90.1))
    rows = only_ticket().clocks.order_by("due_at").values_list("started_at", "due_at", "ended_at", "met")
    assert list(rows) == [(at(0), at(60), None, None), (at(0), at(1440), None, None)]
    assert not only_ticket().pauses.exists()

"""Whatever way an answer ends as not sent, the ticket that was resolved meanwhile is open again (docs/rules.md,
"Resolved, and the answer does not go out"): its own, and the public one whose question it answers in private."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User

from tests.factories import BEN
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in
from tests.tickets.test_outbox import FORBIDDEN, PASSING, SILENCE, answer, asked, echo, send_at, state
from tickets import replies
from tickets.choices import Metric, SendState, Status
from tickets.lifecycle import change_status
from tickets.models import Activity, Message, Ticket
from tickets.sending.terms import AT_ONCE, Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
Way = Callable[[Wire, Message, User], None]


def refused(wire: Wire, message: Message, alice: User) -> None:
    wire.faults = [FORBIDDEN]
    send_at(at(2))


def given_up(wire: Wire, message: Message, alice: User) -> None:
    wire.faults = [PASSING] * 5
    for minute in range(2, 40):
        send_at(at(minute))


def absent(wire: Wire, message: Message, alice: User) -> None:
    wire.faults = [SILENCE, SILENCE]
    for minute in range(2, 12):
        send_at(at(minute))


def taken_for_another(wire: Wire, message: Message, alice: User) -> None:
    """The echo of another answer was taken for it, until the receipt of that one named the same number."""
    wire.faults = [SILENCE]
    send_at(at(2))
    echo(message, "770001", minute=2)
    assert state(message) == SendState.SENT
    other = answer(asked(BEN), "Another thing.", by=alice, minute=2.2)
    send_at(at(2.5))
    assert state(other) == SendState.SENT


def held(wire: Wire, message: Message, alice: User) -> None:
    """It was scheduled, and its moment came after the customer had written."""
    send_at(at(61))


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("way", [refused, given_up, absent, taken_for_another, held])
def test_it_is_open_again_with_all_that_was_promised(wire: Wire, alice: User, way: Way, private: bool) -> None:
    ticket = asked()
    terms = Terms(at=at(60)) if way is held else AT_ONCE
    message = replies.reply(ticket, text="On its way.", private=private, by=alice, now=at(1), terms=terms)
    if way is held:
        first = ticket.messages.earliest("pk")
        take_in(says("Hello?", minute=1.2, in_reply_to=first.external_id), minute=1.2)
    change_status(ticket, Status.RESOLVED, by=alice, now=at(1.5))
    way(wire, message, alice)
    assert state(message) == SendState.FAILED
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at, ticket.last_outbound_at) == (Status.OPEN, None, None)
    told = ticket.clocks.order_by("metric").values_list("metric", "started_at", "ended_at", "met")
    assert list(told) == [(metric, at(0), None, None) for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION)]
    assert (ticket.next_due_at, ticket.next_due_metric) == (at(60), Metric.FIRST_RESPONSE)
    assert Activity.objects.filter(ticket=message.ticket, verb="reply.failed", data__message=message.pk).count() == 1
    # What is private is not named in public.
    assert ticket.activities.get(data__has_key="unsent").data["unsent"] == (True if private else message.pk)


def test_while_another_answer_goes_in_private_that_one_decides(wire: Wire, alice: User) -> None:
    ticket = asked()
    public = replies.reply(ticket, text="On its way.", private=False, by=alice, now=at(1))
    private = replies.reply(ticket, text="Which seat?", private=True, by=alice, now=at(1.01))
    change_status(ticket, Status.RESOLVED, by=alice, now=at(1.05))
    wire.faults = [FORBIDDEN, SILENCE, SILENCE]
    send_at(at(2))
    ticket.refresh_from_db()
    assert (state(public), state(private)) == (SendState.FAILED, SendState.UNKNOWN)
    assert ticket.status == Status.RESOLVED
    for minute in range(3, 12):
        send_at(at(minute))
    ticket.refresh_from_db()
    assert (state(private), ticket.status, ticket.next_due_at) == (SendState.FAILED, Status.OPEN, at(60))


def test_taken_back_in_private_the_public_one_is_open_again(wire: Wire, alice: User) -> None:
    ticket = asked()
    message = replies.reply(ticket, text="Which seat?", private=True, by=alice, now=at(1))
    change_status(ticket, Status.RESOLVED, by=alice, now=at(1.05))
    replies.undo(message, by=alice, now=at(1.1))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.next_due_at) == (Status.OPEN, at(60))
    assert Ticket.objects.get(private=True).status == Status.RESOLVED

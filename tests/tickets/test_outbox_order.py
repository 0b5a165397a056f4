"""What waits for what: parts of a thread, one customer's answers in turn, and what is scheduled for later."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User

from tests.factories import ANA, make_answer, make_message
from tests.tickets.pigeon import Wire
from tests.tickets.said import at
from tests.tickets.test_outbox import FORBIDDEN, PASSING, SILENCE, answer, asked, echo, send_at, state
from tickets import replies
from tickets.choices import SendState
from tickets.models import Message, OutboxEntry, Ticket
from tickets.sending.queueing import queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]

SECOND = timedelta(seconds=1)
FAR = timedelta(days=3)
GIVEN = at(1)


def part(ticket: Ticket, text: str, *, follows: Message | None, not_before: datetime = GIVEN) -> Message:
    """One part of a thread, queued to go after another."""
    before = OutboxEntry.objects.get(message=follows) if follows else None
    message = make_message(ticket, text, direction="out", external_id=None)
    queue(message, recipient=ticket.identity, not_before=not_before, now=at(1), follows=before)
    return message


def thread(ticket: Ticket, *texts: str) -> list[Message]:
    parts: list[Message] = []
    for text in texts:
        parts.append(part(ticket, text, follows=parts[-1] if parts else None))
    return parts


def reason(message: Message) -> str:
    return OutboxEntry.objects.get(message=message).reason


def test_parts_go_one_after_the_other_and_each_answers_the_one_before(wire: Wire, alice: User) -> None:
    _, _, third = thread(asked(), "1/3", "2/3", "3/3")
    assert send_at(at(1)) == 3
    assert [(m.text, m.in_reply_to) for m in wire.sent[1:]] == [("2/3", "770001"), ("3/3", "770002")]
    third.refresh_from_db()
    assert third.in_reply_to == "770002"


def test_a_private_part_answers_no_message(wire: Wire, alice: User) -> None:
    thread(asked(private=True), "one", "two")
    assert (send_at(at(1)), wire.sent[1].in_reply_to) == (2, "")


@pytest.mark.parametrize("fault", [PASSING, SILENCE])
def test_a_part_waits_while_the_one_before_is_not_surely_out(wire: Wire, alice: User, fault: Exception) -> None:
    _, second = thread(asked(), "1/2", "2/2")
    wire.faults = [fault]
    assert (send_at(at(1)), state(second), wire.texts) == (1, SendState.HELD, [])


def test_when_a_part_fails_the_rest_waits_says_why_and_goes_on_after_it(wire: Wire, alice: User) -> None:
    first, second, third = thread(asked(), "1/3", "2/3", "3/3")
    wire.faults = [FORBIDDEN]
    assert (send_at(at(60)), state(second), state(third)) == (1, SendState.HELD, SendState.HELD)
    assert "part before it" in reason(second) and "part before it" in reason(third)
    replies.try_again(first, by=alice, now=at(61))
    assert (reason(second), reason(third)) == ("", "")
    assert (send_at(at(61)), wire.texts) == (3, ["1/3", "2/3", "3/3"])


def test_an_echo_of_a_part_of_unknown_fate_frees_the_next(wire: Wire, alice: User) -> None:
    first, second = thread(asked(), "1/2", "2/2")
    wire.faults = [SILENCE]
    send_at(at(1))
    echo(first, "770009", minute=2)
    assert (reason(second), send_at(at(2)), wire.sent[0].in_reply_to) == ("", 1, "770009")


def test_a_thread_that_broke_off_holds_up_nothing_else_for_that_customer(wire: Wire, alice: User) -> None:
    ticket = asked()
    thread(ticket, "1/2", "2/2")
    other = answer(ticket, "Something else.", by=alice)
    wire.faults = [FORBIDDEN]
    assert (send_at(at(5)), state(other)) == (2, SendState.SENT)


def test_an_answer_written_between_two_parts_waits_for_the_thread(wire: Wire, alice: User) -> None:
    ticket = asked()
    thread(ticket, "1/2", "2/2")
    answer(ticket, "Something else.", by=alice)
    send_at(at(5))
    assert wire.texts == ["1/2", "2/2", "Something else."]


def test_an_announcement_needs_no_recipient(wire: Wire, alice: User) -> None:
    message = make_message(asked(), "We are closed on Monday.", direction="out", external_id=None, identity=None)
    Message.objects.update(ticket=None)
    queue(message, recipient=None, not_before=at(1), now=at(1))
    assert (send_at(at(1)), wire.sent[0].recipient, state(message)) == (1, "", SendState.SENT)


def test_what_is_scheduled_for_later_holds_up_no_answer_given_before_or_after(wire: Wire, alice: User) -> None:
    ticket = asked()
    answer(ticket, "before", by=alice, minute=1)
    part(ticket, "scheduled", follows=None, not_before=at(1) + FAR)
    answer(ticket, "after", by=alice, minute=2)
    assert (send_at(at(5)), wire.texts) == (2, ["before", "after"])
    assert (send_at(at(1) + FAR), wire.texts[2:]) == (1, ["scheduled"])


def test_a_retry_keeps_its_turn_before_a_later_answer(wire: Wire, alice: User) -> None:
    ticket = asked()
    answer(ticket, "first", by=alice, minute=1)
    answer(ticket, "second", by=alice, minute=2)
    wire.faults = [PASSING]
    assert (send_at(at(3)), wire.texts) == (1, [])
    assert (send_at(at(4)), wire.texts) == (2, ["first", "second"])


def test_a_public_answer_does_not_wait_for_a_private_one(wire: Wire, alice: User) -> None:
    ticket = asked(ANA)
    make_answer(asked(ANA, private=True), "private", state=SendState.UNKNOWN, not_before=at(1) + FAR)
    assert (answer(ticket, "public", by=alice).text, send_at(at(5)), wire.texts) == ("public", 1, ["public"])

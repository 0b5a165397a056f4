"""Answers for a later day: changed until they go, looked at once more when their moment comes."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from tests.factories import ACME, make_supervisor, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say
from tests.tickets.test_outbox import FORBIDDEN, send_at, state
from tickets import replies
from tickets.choices import SendState, Status
from tickets.errors import CannotChange, TooLate
from tickets.happenings import Retraction
from tickets.intake import retract
from tickets.lifecycle import change_status
from tickets.models import Address, Message, OutboxEntry, Ticket
from tickets.posting import publish
from tickets.sending.further import further_of
from tickets.sending.scheduling import reschedule
from tickets.sending.terms import Terms, latest_of
from tickets.sending.unsent import find_unsent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
TOMORROW = 24 * 60


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


def schedule(
    ticket: Ticket,
    by: User,
    text: str = "Good morning!",
    *,
    minute: float = TOMORROW,
    parts: int = 1,
    seen: int | None = None,
) -> Message:
    terms = Terms(at=at(minute), parts=parts, seen=seen)
    return replies.reply(ticket, text=text, private=False, by=by, now=at(1), terms=terms)


def reason(message: Message) -> str:
    return OutboxEntry.objects.get(message=message).reason


def test_a_scheduled_answer_waits_and_then_goes_out(ticket: Ticket, alice: User, wire: Wire) -> None:
    message = schedule(ticket, alice)
    assert (state(message), send_at(at(TOMORROW - 1))) == (SendState.SCHEDULED, 0)
    assert (send_at(at(TOMORROW)), wire.texts, state(message)) == (1, ["Good morning!"], SendState.SENT)


def test_until_then_the_last_word_is_the_customers(ticket: Ticket, alice: User, wire: Wire) -> None:
    schedule(ticket, alice)
    now = only_ticket()
    assert (now.message_count, now.last_by_us, now.status, now.assignee) == (1, False, Status.OPEN, alice)
    send_at(at(TOMORROW))
    then = only_ticket()
    assert (then.message_count, then.last_by_us, then.last_text, then.status) == (2, True, "Good morning!", "pending")


def test_no_part_of_a_scheduled_thread_is_the_last_word_before_it_is_said(
    ticket: Ticket, alice: User, wire: Wire
) -> None:
    schedule(ticket, alice, "We have looked into your order and are sorry. " * 15, parts=3)
    replies.undo(replies.reply(ticket, text="Hasty.", private=False, by=alice, now=at(2)), by=alice, now=at(2))
    now = only_ticket()
    assert (now.message_count, now.last_message_at, now.last_text) == (1, at(0), "Where is my order?")
    take_in(says("Found it!", in_reply_to="1950", minute=60))
    send_at(at(TOMORROW))  # it waits for a person now
    late = we_say("Read it in the app.", in_reply_to="1950", minute=30)
    take_in(late)
    assert (only_ticket().last_message_at, only_ticket().message_count) == (at(60), 3)


def test_deleted_words_leave_the_lists_also_while_an_answer_is_scheduled(
    ticket: Ticket, alice: User, wire: Wire
) -> None:
    schedule(ticket, alice)
    retract([Retraction(channel="twitter", address_key=ACME, external_id="1950", at=at(5))], now=at(5))
    assert only_ticket().last_text == ""


@pytest.mark.parametrize("minute", [0.5, -60, 60 * 24 * 400])
def test_a_moment_nobody_can_mean_is_refused(ticket: Ticket, alice: User, minute: float) -> None:
    with pytest.raises(CannotChange, match=r"passed already|a year ahead"):
        schedule(ticket, alice, minute=minute)
    assert Message.objects.count() == 1


def test_if_the_customer_wrote_it_waits_for_a_person_who_may_send_it_all_the_same(
    ticket: Ticket, alice: User, wire: Wire
) -> None:
    message = schedule(ticket, alice)
    take_in(says("Found it!", in_reply_to="1950", minute=60))
    assert (send_at(at(TOMORROW)), state(message), wire.texts) == (0, SendState.FAILED, [])
    assert "customer wrote" in reason(message) and "reply.failed" in verbs(ticket)
    assert list(find_unsent(alice)) == [ticket.pk]
    replies.try_again(message, by=alice, now=at(TOMORROW + 5))
    assert (send_at(at(TOMORROW + 5)), wire.texts, only_ticket().last_by_us) == (1, ["Good morning!"], True)


def test_what_the_customer_writes_on_the_ticket_that_follows_holds_it_too(
    ticket: Ticket, alice: User, wire: Wire
) -> None:
    message = schedule(ticket, alice)
    change_status(ticket, Status.CLOSED, by=alice, now=at(5))
    take_in(says("Forget it, I cancelled.", in_reply_to="1950", minute=60))
    assert Ticket.objects.exclude(pk=ticket.pk).get().follow_up_of == ticket
    assert (send_at(at(TOMORROW)), state(message), wire.texts) == (0, SendState.FAILED, [])
    assert "customer wrote after this was scheduled, on a ticket that follows" in reason(message)
    reschedule(message, None, by=alice, now=at(TOMORROW + 1))
    assert send_at(at(TOMORROW + 1)) == 1


def test_what_follows_is_found_however_far_and_where_it_was_merged(acme: Address) -> None:
    first, second, third, fourth = (make_ticket() for _ in range(4))
    Ticket.objects.filter(pk=second.pk).update(follow_up_of=first, merged_into=third)
    Ticket.objects.filter(pk=fourth.pk).update(follow_up_of=third)
    assert further_of([first.pk]) == {first.pk: [second.pk, third.pk, fourth.pk]}
    Ticket.objects.filter(pk=first.pk).update(follow_up_of=fourth)  # round and round
    assert further_of([first.pk]) == {first.pk: [second.pk, third.pk, fourth.pk]}


def test_words_that_were_changed_since_hold_it_too(ticket: Ticket, alice: User, wire: Wire) -> None:
    message = schedule(ticket, alice)
    take_in(says("Do not send it!", external_id="1952", versions=("1950", "1952"), edited_at=at(4)), minute=4)
    assert (send_at(at(TOMORROW)), state(message), wire.texts) == (0, SendState.FAILED, [])
    assert "changed their words" in reason(message)
    reschedule(message, at(TOMORROW + 60), by=alice, now=at(TOMORROW + 1))
    assert (send_at(at(TOMORROW + 60)), wire.texts) == (1, ["Good morning!"])


@pytest.mark.parametrize("where", ["here", "elsewhere"])
def test_if_somebody_else_answered_it_waits_too(ticket: Ticket, alice: User, bob: User, wire: Wire, where: str) -> None:
    message = schedule(ticket, alice)
    if where == "here":
        replies.reply(ticket, text="On its way.", private=False, by=bob, now=at(5))
        send_at(at(6))
    else:
        take_in(we_say(in_reply_to="1950", minute=5))
    send_at(at(TOMORROW))
    assert (state(message), "Somebody else answered" in reason(message)) == (SendState.FAILED, True)


def test_notes_ones_own_answers_and_what_is_still_scheduled_are_no_news(
    ticket: Ticket, alice: User, bob: User, wire: Wire
) -> None:
    message = schedule(ticket, alice)
    schedule(ticket, bob, "Another day", minute=3 * TOMORROW)
    replies.note(ticket, text="Called the depot.", by=bob, now=at(5))
    replies.reply(ticket, text="Meanwhile.", private=False, by=alice, now=at(5))
    send_at(at(6)), send_at(at(TOMORROW))
    assert (state(message), wire.texts) == (SendState.SENT, ["Meanwhile.", "Good morning!"])


def test_its_moment_may_be_changed_and_what_was_written_until_then_is_known(
    ticket: Ticket, alice: User, wire: Wire
) -> None:
    message = schedule(ticket, alice)
    take_in(says("Found it!", in_reply_to="1950", minute=60))
    replies.send_at(message, at(2 * TOMORROW), by=alice, now=at(90))
    assert (send_at(at(TOMORROW)), send_at(at(2 * TOMORROW)), state(message)) == (0, 1, SendState.SENT)
    assert "reply.rescheduled" in verbs(ticket)


def test_it_may_go_at_once_and_not_when_it_is_out(ticket: Ticket, alice: User, wire: Wire) -> None:
    message = schedule(ticket, alice)
    replies.send_at(message, None, by=alice, now=at(5))
    assert (send_at(at(5)), wire.texts) == (1, ["Good morning!"])
    with pytest.raises(CannotChange, match="not scheduled any more"):
        replies.send_at(message, at(TOMORROW), by=alice, now=at(6))
    with pytest.raises(TooLate):
        replies.undo(message, by=alice, now=at(6))


@pytest.mark.parametrize("moved", [False, True])
def test_it_may_be_taken_back(ticket: Ticket, alice: User, wire: Wire, moved: bool) -> None:
    message = schedule(ticket, alice)
    if moved:
        take_in(says("Found it!", in_reply_to="1950", minute=60))
        send_at(at(TOMORROW))
    assert replies.undo(message, by=alice, now=at(TOMORROW + 1)) == "Good morning!"
    assert not OutboxEntry.objects.exists() and only_ticket().last_text == (
        "Found it!" if moved else "Where is my order?"
    )


def test_a_thread_is_scheduled_as_one(ticket: Ticket, alice: User, wire: Wire) -> None:
    schedule(ticket, alice, "We have looked into your order and are sorry. " * 15, parts=3)
    assert send_at(at(TOMORROW - 1)) == 0
    wire.faults = [None, FORBIDDEN]
    assert (send_at(at(TOMORROW)), only_ticket().message_count) == (2, 4)


def test_what_the_writer_had_not_seen_counts_from_there(ticket: Ticket, alice: User, wire: Wire) -> None:
    seen = latest_of(ticket)
    message = schedule(ticket, alice, seen=seen)
    assert OutboxEntry.objects.get(message=message).seen == seen


def test_a_scheduled_answer_makes_up_for_no_failed_one(ticket: Ticket, alice: User, wire: Wire) -> None:
    wire.faults = [FORBIDDEN]
    replies.reply(ticket, text="On its way.", private=False, by=alice, now=at(1))
    send_at(at(2))
    schedule(ticket, alice)
    assert list(find_unsent(alice)) == [ticket.pk]


def test_a_scheduled_post_has_no_conversation_that_could_move(acme: Address, wire: Wire) -> None:
    sam = make_supervisor()
    publish(acme, "Good morning!", by=sam, now=at(0), terms=Terms(at=at(0) + timedelta(days=1)))
    assert (send_at(at(TOMORROW)), wire.texts) == (1, ["Good morning!"])

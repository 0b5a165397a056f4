"""A long answer goes out as a thread: agreed to, in order, taken back or tried again as one."""

from datetime import datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in
from tests.tickets.test_outbox import FORBIDDEN, send_at, state
from tickets import replies
from tickets.choices import MessageKind, SendState
from tickets.errors import CannotSend, NeedsParts, TooLate
from tickets.models import Message, OutboxEntry, Ticket
from tickets.sending.terms import Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
LONG = "We have looked into your order and are sorry. " * 15


@pytest.fixture
def ticket(acme: object, wire: Wire) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


def answer(ticket: Ticket, by: User, text: str = LONG, *, parts: int = 3, private: bool = False) -> list[Message]:
    replies.reply(ticket, text=text, private=private, by=by, now=at(1), terms=Terms(parts=parts))
    return list(Message.objects.filter(direction="out").order_by("pk"))


@pytest.mark.parametrize("agreed", [1, 2, 4])
def test_the_writer_is_shown_the_parts_and_agrees_to_their_number(ticket: Ticket, alice: User, agreed: int) -> None:
    with pytest.raises(NeedsParts) as asked:
        answer(ticket, alice, parts=agreed)
    assert [part[-4:] for part in asked.value.parts] == [" 1/3", " 2/3", " 3/3"]
    assert Message.objects.count() == 1


def test_each_part_is_a_message_that_answers_the_part_before(ticket: Ticket, alice: User, wire: Wire) -> None:
    parts = answer(ticket, alice)
    assert [message.kind for message in parts] == [MessageKind.REPLY] * 3
    assert (send_at(at(2)), [m.in_reply_to for m in wire.sent]) == (3, ["1950", "770001", "770002"])
    ticket.refresh_from_db()
    assert (ticket.message_count, ticket.last_text[-4:]) == (4, " 3/3")


def test_a_part_that_fails_holds_the_rest_and_trying_again_goes_on_from_there(
    ticket: Ticket, alice: User, wire: Wire
) -> None:
    _, second, third = answer(ticket, alice)
    wire.faults = [None, FORBIDDEN]
    send_at(at(2))
    assert (state(second), state(third), len(wire.sent)) == (SendState.FAILED, SendState.HELD, 1)
    replies.try_again(second, by=alice, now=at(3))
    assert (send_at(at(3)), wire.sent[2].in_reply_to) == (2, "770002")


def test_a_part_that_goes_out_after_a_newer_message_is_the_last_word(ticket: Ticket, alice: User, wire: Wire) -> None:
    _, second, _ = answer(ticket, alice)
    wire.faults = [None, FORBIDDEN]
    send_at(at(2))
    assert last_word(ticket)[::2] == (at(2), True)
    take_in(says("And now?", in_reply_to="770001", minute=5))
    assert last_word(ticket) == (at(5), "And now?", False)
    replies.try_again(second, by=alice, now=at(8))
    send_at(at(8))
    when, words, ours = last_word(ticket)
    assert (when, words[-4:], ours, only_ticket().last_outbound_at) == (at(8), " 3/3", True, at(8))


def last_word(ticket: Ticket) -> tuple[datetime, str, bool]:
    ticket.refresh_from_db()
    return ticket.last_message_at, ticket.last_text, ticket.last_by_us


def test_undo_takes_the_whole_back_as_it_was_written(ticket: Ticket, alice: User, wire: Wire) -> None:
    second = answer(ticket, alice, "First,\n\n" + LONG)[1]
    taken = replies.undo(second, by=alice, now=at(1))
    assert taken.split() == ("First, " + LONG).split()
    assert (Message.objects.count(), OutboxEntry.objects.count(), send_at(at(2))) == (1, 0, 0)


def test_undo_takes_back_what_is_not_out_yet(ticket: Ticket, alice: User, wire: Wire) -> None:
    first, second, third = answer(ticket, alice)
    wire.faults = [None, FORBIDDEN]
    send_at(at(2))
    assert "sorry" in replies.undo(third, by=alice, now=at(3))
    assert set(ticket.messages.filter(direction="out")) == {first, second}
    with pytest.raises(TooLate):
        replies.undo(first, by=alice, now=at(3))


def test_private_messages_are_not_cut(ticket: Ticket, alice: User) -> None:
    with pytest.raises(CannotSend, match="too long"):
        answer(ticket, alice, "a word " * 1500, private=True)
    assert len(answer(ticket, alice, LONG, private=True)) == 1


def test_a_sheet_sent_twice_is_one_thread(ticket: Ticket, alice: User, wire: Wire) -> None:
    first = answer(ticket, alice)[0]
    again = replies.reply(
        ticket, text=LONG, private=False, by=alice, now=at(1), terms=Terms(parts=3), token=first.outbox.key
    )
    assert again == first and Message.objects.filter(direction="out").count() == 3


def test_tickets_that_were_told_wrongly_before_are_told_anew(ticket: Ticket, alice: User, wire: Wire) -> None:
    answer(ticket, alice, "On its way.", parts=1)
    send_at(at(8))
    Ticket.objects.update(last_message_at=at(5), last_text="And now?", last_by_us=False)
    import_module("tickets.migrations.0250_last_words_told_anew").renew(apps, None)
    assert last_word(ticket) == (at(8), "On its way.", True)

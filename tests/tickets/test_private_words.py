"""Private words on a public ticket: lists never repeat them, and who may not read them does nothing to them."""

import pytest
from django.contrib.auth.models import User

from tests.factories import make_agent, make_older_private
from tests.tickets.rights import without
from tests.tickets.said import at, only_ticket, says, take_in, writes
from tickets import replies
from tickets.choices import SendState
from tickets.errors import CannotChange, NotAllowed
from tickets.models import Message, Ticket
from tickets.reading.last_word import recount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme", "wire")]
SECRET = "The door code is 1234."


@pytest.fixture
def ticket() -> Ticket:
    take_in(says(external_id="1950"), minute=0)
    return only_ticket()


@pytest.fixture
def secret(ticket: Ticket, alice: User) -> Message:
    """From before private answers had a private ticket of their own."""
    message = make_older_private(ticket, SECRET, agent=alice, state=SendState.HELD, sent_at=at(1))
    recount(ticket)
    return message


@pytest.fixture
def bob(acme: object) -> User:
    """An agent who may not read private messages."""
    return without(make_agent("bob"), "see_private")


def test_a_private_answer_leaves_no_words_in_lists(secret: Message) -> None:
    ticket = only_ticket()
    assert (ticket.last_text, ticket.last_by_us, ticket.message_count) == ("", True, 2)


def test_the_words_of_a_private_ticket_are_in_lists(alice: User) -> None:
    take_in(writes(), minute=0)
    replies.reply(only_ticket(), text=SECRET, private=True, by=alice, now=at(1))
    assert only_ticket().last_text == SECRET


def test_taking_back_what_came_after_brings_no_private_words_back(secret: Message, alice: User) -> None:
    later = replies.reply(only_ticket(), text="Look at your messages.", private=False, by=alice, now=at(2))
    replies.undo(later, by=alice, now=at(2))
    assert only_ticket().last_text == ""


def test_the_next_public_words_stand_in_lists_again(secret: Message) -> None:
    take_in(says("Thank you!", in_reply_to="1950", minute=5))
    assert only_ticket().last_text == "Thank you!"


def test_who_may_not_read_it_does_not_take_it_back(secret: Message, bob: User) -> None:
    with pytest.raises(NotAllowed, match="private"):
        replies.undo(secret, by=bob, now=at(1))
    assert Message.objects.filter(pk=secret.pk).exists()


def test_who_may_not_read_it_does_not_send_it_again(secret: Message, bob: User, alice: User) -> None:
    with pytest.raises(NotAllowed, match="private"):
        replies.try_again(secret, by=bob, now=at(1))
    with pytest.raises(CannotChange):
        replies.try_again(secret, by=alice, now=at(1))


def test_the_history_holds_no_words(secret: Message, alice: User) -> None:
    replies.undo(secret, by=alice, now=at(1))
    assert SECRET not in repr(list(only_ticket().activities.values_list("verb", "data")))

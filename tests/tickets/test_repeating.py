"""An answer that did not go out, and somebody who said the same to the same person meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from tests.at_once import at_once
from tests.factories import (
    BEN,
    make_agent,
    make_message,
    make_supervisor,
    make_ticket,
)
from tests.things import picture
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, we_say
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.choices import MOVED, SendState
from tickets.composing.enclosing import Enclosure
from tickets.errors import CannotChange, Repeats
from tickets.models import Address, Message, OutboxEntry, Ticket
from tickets.outbound import SendError
from tickets.posting import publish
from tickets.sending.repeating import Said, refusal
from tickets.sending.retrying import find_over, retry_all
from tickets.sending.terms import Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
REFUSED = SendError("They take no messages.", code="349", permanent=True)
again_all = partial(retry_all, code="349", words="They take no messages.")


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


@pytest.fixture
def other(ticket: Ticket) -> Ticket:
    """Another ticket of the same person."""
    second = make_ticket(ticket.identity, address=ticket.address)
    make_message(second)
    return second


def say(ticket: Ticket, by: User, *, minute: float, text: str = "On its way.", private: bool = False) -> Message:
    return replies.reply(ticket, text=text, private=private, by=by, now=at(minute))


def fail(ticket: Ticket, by: User, wire: Wire, *, minute: float = 1, **more: object) -> Message:
    message = say(ticket, by, minute=minute, **more)  # type: ignore[arg-type]  # the test says which
    wire.faults = [REFUSED]
    send_at(at(minute + 1))
    return message


def where(message: Message) -> Ticket:
    """A private answer is on the private ticket it began."""
    assert message.ticket is not None
    return message.ticket


def state(message: Message) -> str:
    return OutboxEntry.objects.get(message=message).state


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("out", [False, True])
def test_what_a_colleague_said_since_is_not_said_again_unasked(
    ticket: Ticket, other: Ticket, alice: User, bob: User, wire: Wire, private: bool, out: bool
) -> None:
    message = fail(ticket, alice, wire, private=private)
    say(where(message) if private else other, bob, minute=5, private=private)
    if out:
        send_at(at(6))
    with pytest.raises(Repeats, match=r"^Bob sent exactly the same words a short while ago\. If they are") as told:
        replies.try_again(message, by=alice, now=at(30))
    assert (told.value.by, told.value.said, state(message)) == ("Bob", at(5), SendState.FAILED)
    replies.try_again(message, by=alice, now=at(31), repeat=True)
    assert state(message) == SendState.QUEUED


def test_what_was_said_on_the_channel_itself_counts(ticket: Ticket, alice: User, wire: Wire) -> None:
    message = fail(ticket, alice, wire)
    take_in(we_say(in_reply_to="1950", minute=5))
    with pytest.raises(Repeats, match=r"^This account sent"):
        replies.try_again(message, by=alice, now=at(6))


def test_other_words_words_to_others_and_other_files_are_no_repeat(
    ticket: Ticket, other: Ticket, alice: User, bob: User, wire: Wire
) -> None:
    message = fail(ticket, alice, wire)
    say(other, bob, minute=5, text="On its way!!")
    take_in(says("And mine?", who=BEN, minute=5))
    say(Ticket.objects.get(customer__identities__external_id=BEN), bob, minute=6)
    replies.try_again(message, by=alice, now=at(7))
    assert state(message) == SendState.QUEUED


def test_of_words_with_files_those_with_the_same_files_are_the_same(
    ticket: Ticket, other: Ticket, alice: User, bob: User, wire: Wire
) -> None:
    def enclosed(wide: int) -> list[Enclosure]:
        return [Enclosure(ContentFile(picture(size=(wide, 20)).read(), name="van.png"))]

    message = replies.reply(ticket, text="", private=False, by=alice, now=at(1), files=enclosed(30))
    wire.faults = [REFUSED]
    send_at(at(2))
    replies.reply(other, text="", private=False, by=bob, now=at(3), files=enclosed(40))
    replies.try_again(message, by=alice, now=at(4))
    wire.faults = [REFUSED]
    send_at(at(5))
    replies.reply(other, text="", private=False, by=bob, now=at(6), files=enclosed(30))
    with pytest.raises(Repeats, match=r"^Bob sent exactly the same files"):
        replies.try_again(message, by=alice, now=at(7))


def test_of_two_that_failed_alike_one_is_tried_again(ticket: Ticket, other: Ticket, alice: User, wire: Wire) -> None:
    first, second = fail(ticket, alice, wire), fail(other, alice, wire, minute=3)
    replies.try_again(second, by=alice, now=at(9))
    with pytest.raises(Repeats, match=r"^You sent"):
        replies.try_again(first, by=alice, now=at(9))


def test_of_all_that_failed_together_what_was_said_since_stays(
    ticket: Ticket, other: Ticket, alice: User, bob: User, wire: Wire
) -> None:
    said, first = fail(ticket, alice, wire), fail(ticket, alice, wire, minute=3, text="Sorry!")
    twin = fail(other, alice, wire, minute=5, text="Sorry!")
    say(other, bob, minute=8)
    again = again_all(by=alice, now=at(9))
    assert (again.count, again.said) == (1, 2)
    assert [state(one) for one in (said, first, twin)] == [SendState.FAILED, SendState.QUEUED, SendState.FAILED]
    with pytest.raises(CannotChange, match="went to the same people since"):
        again_all(by=alice, now=at(10))


def test_what_was_said_before_and_refused_as_a_repeat_is_not_offered_again(
    ticket: Ticket, other: Ticket, alice: User, bob: User, wire: Wire
) -> None:
    wire.memory, wire.over = timedelta(hours=6), frozenset({"349"})
    say(other, bob, minute=0.5)
    send_at(at(0.9))
    replies.reply(ticket, text="On its way.", private=False, by=alice, now=at(1), terms=Terms(repeat=True))
    wire.faults = [REFUSED]
    send_at(at(2))
    assert find_over(alice, now=at(9)) == []


def test_a_scheduled_answer_waits_for_a_person_when_the_same_was_said_on_another_ticket(
    ticket: Ticket, other: Ticket, alice: User, bob: User, wire: Wire
) -> None:
    message = replies.reply(ticket, text="On its way.", private=False, by=alice, now=at(1), terms=Terms(at=at(60)))
    say(other, bob, minute=5)
    send_at(at(6)), send_at(at(60))
    entry = OutboxEntry.objects.get(message=message)
    assert (entry.code, entry.reason[:28], wire.texts) == (MOVED, "Bob said exactly the same af", ["On its way."])
    with pytest.raises(Repeats):
        replies.try_again(message, by=alice, now=at(61))
    replies.try_again(message, by=alice, now=at(61), repeat=True)
    assert (send_at(at(61)), wire.texts) == (1, ["On its way."] * 2)


def test_a_post_that_a_colleague_made_meanwhile_is_asked_about(acme: Address, wire: Wire) -> None:
    sam, rita = make_supervisor("sam"), make_supervisor("rita")
    message = publish(acme, "Card payments are back.", by=sam, now=at(1))
    wire.faults = [REFUSED]
    send_at(at(2))
    publish(acme, "Card payments are back.", by=rita, now=at(3))
    with pytest.raises(Repeats, match=r"^Rita sent exactly"):
        replies.try_again(message, by=sam, now=at(9))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("private", [False, True])
def test_of_an_answer_tried_again_and_a_colleagues_at_one_moment_one_is_heard(wire: Wire, private: bool) -> None:
    take_in(says(), minute=0)
    ticket, alice, bob = only_ticket(), make_agent("alice"), make_agent("bob")
    other = make_ticket(ticket.identity, address=ticket.address)
    make_message(other)
    message = fail(ticket, alice, wire, private=private)

    def told(act: Callable[[], object]) -> str:
        try:
            act()
        except Repeats as refusal:
            return refusal.by
        return ""

    answers = at_once(
        partial(told, partial(replies.try_again, message, by=alice, now=at(9))),
        partial(told, partial(say, where(message) if private else other, bob, minute=9, private=private)),
    )
    assert sorted(bool(one) for one in answers) == [False, True]
    assert OutboxEntry.objects.exclude(state=SendState.FAILED).count() == 1


def test_where_nothing_is_refused_nothing_is_said_to_be_refused(alice: User, bob: User) -> None:
    to_come = Said(at(9), bob)
    told = refusal(to_come, by=alice, now=at(5), text="On its way.", memory=timedelta(0))
    assert not told.refused and "would be refused" not in str(told)
    assert refusal(to_come, by=alice, now=at(5), text="On its way.", memory=timedelta(hours=1)).refused

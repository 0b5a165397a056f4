"""What was refused and shall not go any more; and what was refused and then said by hand."""

import pytest
from django.contrib.auth.models import User

from tests.factories import make_supervisor
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say
from tests.tickets.test_outbox import send_at, state
from tickets import replies
from tickets.choices import SendState
from tickets.errors import CannotChange
from tickets.inbound import Quoted
from tickets.models import Address, Message, OutboxEntry, Ticket
from tickets.outbound import SendError
from tickets.posting import publish
from tickets.sending.leaving import leave
from tickets.sending.outgoing import unsent
from tickets.sending.retrying import retry_all
from tickets.sending.terms import Terms
from tickets.sending.unsent import find_unsent

pytestmark = pytest.mark.django_db
REFUSED = SendError("No.", code="403", permanent=True)
LONG = "We have looked into your order and are sorry. " * 15


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor("sam")


def refused(message: Message, wire: Wire) -> OutboxEntry:
    wire.faults = [REFUSED]
    send_at(at(2))
    return OutboxEntry.objects.get(message=message)


def test_a_refused_answer_is_left_and_can_still_be_tried_again(ticket: Ticket, alice: User, wire: Wire) -> None:
    message = replies.reply(ticket, text="Hello", private=False, by=alice, now=at(1))
    leave(refused(message, wire), by=alice, now=at(3))
    assert (list(unsent(alice)), find_unsent(alice), verbs(ticket)[-1]) == ([], {}, "reply.left")
    with pytest.raises(CannotChange):
        retry_all(code="403", words="No.", by=alice, now=at(4))
    replies.try_again(message, by=alice, now=at(5))
    assert unsent(alice).count() == 1 and (send_at(at(5)), wire.texts) == (1, ["Hello"])


def test_what_waits_behind_it_is_left_with_it(ticket: Ticket, alice: User, wire: Wire) -> None:
    message = replies.reply(ticket, text=LONG, private=False, by=alice, now=at(1), terms=Terms(parts=3))
    leave(refused(message, wire), by=alice, now=at(3))
    assert list(unsent(alice)) == []
    replies.try_again(message, by=alice, now=at(5))
    assert unsent(alice).count() == 3


def test_what_is_on_its_way_or_was_left_cannot_be_left(ticket: Ticket, alice: User, wire: Wire) -> None:
    message = replies.reply(ticket, text="Hello", private=False, by=alice, now=at(1))
    with pytest.raises(CannotChange):
        leave(OutboxEntry.objects.get(), by=alice, now=at(1))
    leave(refused(message, wire), by=alice, now=at(3))
    with pytest.raises(CannotChange):
        leave(OutboxEntry.objects.get(), by=alice, now=at(4))


def test_a_refused_post_is_left_and_the_account_s_record_says_so(acme: Address, sam: User, wire: Wire) -> None:
    leave(refused(publish(acme, "Hello", by=sam, now=at(1)), wire), by=sam, now=at(3))
    assert list(unsent(sam)) == [] and wire.deeds[-1][0] == "leave"


@pytest.mark.parametrize(("told", "fate"), [("1950", SendState.SENT), ("1999", SendState.FAILED), ("", "failed")])
def test_a_refused_quote_made_by_hand_in_its_very_words_is_out(
    ticket: Ticket, sam: User, wire: Wire, told: str, fate: str
) -> None:
    message = publish(ticket.address, "So kind!", quote_of="1950", by=sam, now=at(1))
    entry = refused(message, wire)
    quoted = Quoted(external_id=told) if told else None
    kind = "quote" if told else "post"
    by_hand = we_say("So kind!", to=None, minute=9, kind=kind, quoted=quoted, fingerprint=entry.fingerprint)
    take_in(by_hand, minute=9)
    assert state(message) == fate
    assert Message.objects.filter(text="So kind!").count() == (1 if fate == SendState.SENT else 2)


def test_a_refused_post_made_by_hand_is_out_and_one_made_before_is_not(acme: Address, sam: User, wire: Wire) -> None:
    message = publish(acme, "Hello", by=sam, now=at(1))
    entry = refused(message, wire)
    take_in(we_say("Hello", to=None, minute=0.5, fingerprint=entry.fingerprint), minute=3)
    assert state(message) == SendState.FAILED
    take_in(we_say("Hello", to=None, minute=9, fingerprint=entry.fingerprint), minute=9)
    assert state(message) == SendState.SENT

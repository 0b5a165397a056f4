"""What an account says by itself: posts, quotes, answers outside tickets, and private messages to a person."""

from collections.abc import Callable
from functools import partial
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from tests.at_once import at_once
from tests.factories import ANA, BEN, make_agent, make_message, make_supervisor, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import PEOPLE, at, only_ticket, says, take_in, verbs, writes
from tickets.choices import SendState, Status
from tickets.errors import CannotSend, NotAllowed, Repeats
from tickets.models import Address, Message, OutboxEntry, Ticket
from tickets.outbound import Permission
from tickets.outbox import pump
from tickets.posting import Terms, publish, write_privately
from tickets.replies import reply, try_again, undo

pytestmark = pytest.mark.django_db
TOKEN = uuid4()


@pytest.fixture
def sam(db: None) -> User:
    return make_supervisor("sam")


def test_a_post_speaks_to_everybody_and_is_on_no_ticket(acme: Address, sam: User, wire: Wire) -> None:
    message = publish(acme, "Card payments are back.", by=sam, now=at(0))
    assert (message.ticket, message.identity, message.kind, message.visibility) == (None, None, "post", "public")
    pump(clock=lambda: at(1))
    assert [(m.text, m.recipient, m.in_reply_to, m.quote_of) for m in wire.sent] == [
        ("Card payments are back.", "", "", "")
    ]
    message.refresh_from_db()
    assert (message.external_id, message.outbox.state) == ("770001", SendState.SENT)


def test_a_quote_names_what_it_quotes_and_repeats_what_we_hold_of_it(acme: Address, sam: User, wire: Wire) -> None:
    take_in(says("So happy with @acmehelp", external_id="1950"), minute=0)
    message = publish(acme, "Thank you!", quote_of="1950", by=sam, now=at(0))
    pump(clock=lambda: at(1))
    assert (message.kind, wire.sent[0].quote_of, wire.sent[0].in_reply_to) == ("quote", "1950", "")
    assert message.quoted and message.quoted["author_handle"] == "ana_demo"


def test_an_answer_to_a_post_we_do_not_hold_is_on_no_ticket(acme: Address, sam: User, wire: Wire) -> None:
    message = publish(acme, "Well said.", in_reply_to="1999", by=sam, now=at(0))
    pump(clock=lambda: at(1))
    assert (message.ticket, wire.sent[0].in_reply_to, wire.sent[0].recipient) == (None, "1999", "")


def test_an_answer_to_a_message_on_a_ticket_joins_it(acme: Address, sam: User, wire: Wire) -> None:
    take_in(says(external_id="1950"), minute=0)
    message = publish(acme, "On its way.", in_reply_to="1950", by=sam, now=at(1))
    ticket = only_ticket()
    assert (message.ticket, message.identity, ticket.last_text) == (ticket, ticket.identity, "On its way.")
    assert "reply.queued" in verbs(ticket)
    assert ticket.assignee == sam


def test_a_quote_of_a_message_on_a_ticket_is_no_answer_and_takes_it_not(acme: Address, sam: User, wire: Wire) -> None:
    take_in(says(external_id="1950"), minute=0)
    publish(acme, "Thank you!", quote_of="1950", by=sam, now=at(1))
    assert only_ticket().assignee is None


def test_a_post_submitted_twice_is_published_once(acme: Address, sam: User, wire: Wire) -> None:
    made = [publish(acme, "Hello", by=sam, now=at(0), token=TOKEN) for _ in range(2)]
    assert made[0] == made[1] and OutboxEntry.objects.get().key == TOKEN


@pytest.mark.parametrize("text", ["", "x" * 281])
def test_what_cannot_be_posted_is_not_kept(acme: Address, sam: User, wire: Wire, text: str) -> None:
    with pytest.raises(CannotSend):
        publish(acme, text, by=sam, now=at(0))
    assert not Message.objects.exists()


def test_a_quote_is_not_an_answer_as_well(acme: Address, sam: User, wire: Wire) -> None:
    with pytest.raises(CannotSend, match="a post of its own"):
        publish(acme, "Hello", quote_of="1950", in_reply_to="1951", by=sam, now=at(0))


def test_publishing_is_a_right_of_its_own(acme: Address, alice: User, wire: Wire) -> None:
    with pytest.raises(NotAllowed, match="publish posts"):
        publish(acme, "Hello", by=alice, now=at(0))


def test_a_post_is_taken_back_and_tried_again_like_an_answer(acme: Address, sam: User, wire: Wire) -> None:
    assert undo(publish(acme, "Hello", by=sam, now=at(0)), by=sam, now=at(0)) == "Hello"
    failed = publish(acme, "Hello", by=sam, now=at(0))
    OutboxEntry.objects.update(state=SendState.FAILED)
    try_again(failed, by=sam, now=at(1))
    assert pump(clock=lambda: at(1)) == 1 and wire.texts == ["Hello"]


def test_a_scheduled_post_waits_for_its_time(acme: Address, sam: User, wire: Wire) -> None:
    publish(acme, "Good morning!", by=sam, now=at(0), terms=Terms(at=at(600)))
    assert (pump(clock=lambda: at(599)), pump(clock=lambda: at(600))) == (0, 1)


def test_a_private_message_joins_the_customers_private_ticket(acme: Address, alice: User, wire: Wire) -> None:
    take_in(writes(), minute=0)
    message = write_privately(acme, PEOPLE[ANA], "Any news?", by=alice, now=at(1))
    assert (message.ticket, message.visibility) == (only_ticket(), "private")


def test_a_private_message_to_a_stranger_opens_a_ticket_and_promises_nothing(
    acme: Address, alice: User, wire: Wire
) -> None:
    write_privately(acme, PEOPLE[BEN], "Your parcel is back.", by=alice, now=at(0))
    ticket = only_ticket()
    assert (ticket.private, ticket.status, ticket.assignee, ticket.queue) == (True, Status.OPEN, alice, acme.queue)
    assert (ticket.clocks.count(), ticket.message_count, ticket.last_by_us) == (0, 1, True)
    assert verbs(ticket)[:2] == ["ticket.opened", "ticket.routed"]
    pump(clock=lambda: at(1))
    assert wire.sent[0].recipient == BEN


def test_what_is_done_is_followed_by_a_new_ticket(acme: Address, alice: User, wire: Wire) -> None:
    take_in(writes(), minute=0)
    Ticket.objects.update(status=Status.RESOLVED)
    before = only_ticket()
    message = write_privately(acme, PEOPLE[ANA], "One more thing.", by=alice, now=at(1))
    assert message.ticket and message.ticket.follow_up_of == before
    assert verbs(before)[-1] == "ticket.followed_up"


def test_their_answer_joins_the_ticket_we_opened(acme: Address, alice: User, wire: Wire) -> None:
    write_privately(acme, PEOPLE[ANA], "Your parcel is back.", by=alice, now=at(0))
    take_in(writes("Great!", minute=2))
    assert only_ticket().message_count == 2


def test_a_refused_private_message_opens_no_ticket(acme: Address, alice: User, wire: Wire) -> None:
    wire.permission = Permission(allowed=False, reason="They must follow you.")
    with pytest.raises(CannotSend, match="They must follow you"):
        write_privately(acme, PEOPLE[ANA], "Hello", by=alice, now=at(0))
    assert not Ticket.objects.exists()


def test_the_sheet_of_one_account_is_not_anothers(acme: Address, sam: User, wire: Wire) -> None:
    publish(acme, "Hello", by=sam, now=at(0), token=TOKEN)
    other = make_ticket().address
    other.pk = None
    other.key = "9"
    other.save()
    with pytest.raises(CannotSend, match="another account"):
        publish(other, "Hello", by=sam, now=at(0), token=TOKEN)


def test_an_agent_writes_privately_and_an_outsider_does_not(acme: Address, wire: Wire) -> None:
    eve = make_agent("eve")
    eve.groups.clear()
    with pytest.raises(NotAllowed):
        write_privately(acme, PEOPLE[ANA], "Hello", by=User.objects.get(pk=eve.pk), now=at(0))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("private", [False, True])
def test_of_a_ticket_and_the_console_that_say_the_same_at_once_one_is_heard(wire: Wire, private: bool) -> None:
    ticket, other = make_ticket(private=private), make_ticket(private=private, status=Status.CLOSED)
    make_message(ticket)
    asked, sam, bob = make_message(other), make_supervisor("sam"), make_agent("bob")

    def say(words: Callable[[], Message]) -> str:
        try:
            return words().text
        except Repeats as refusal:
            return refusal.by

    if private:
        here = partial(write_privately, ticket.address, PEOPLE[ANA])
    else:
        here = partial(publish, ticket.address, in_reply_to=asked.external_id or "")
    at_desk = partial(reply, other if private else ticket, text="On its way.", private=private, by=bob, now=at(1))
    told = at_once(partial(say, at_desk), partial(say, partial(here, text="On its way.", by=sam, now=at(1))))
    (kept,) = Message.objects.filter(direction="out").select_related("agent")
    assert sorted(told) == sorted(["On its way.", kept.agent.first_name if kept.agent else ""])

"""Invitations to write privately, followed to the message that came of them."""

from functools import partial

import pytest
from django.contrib.auth.models import User

from tests.factories import ANA, BEN, make_older_private
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, says, take_in, verbs, writes
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.choices import MOVED, SendState, Status
from tickets.composing.answering import check_reply
from tickets.errors import CannotChange, CannotSend
from tickets.models import Address, Invitation, Message, OutboxEntry, Ticket
from tickets.outbound import SendError
from tickets.sending.retrying import retry_all
from tickets.sending.terms import Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
DAY = 24 * 60


@pytest.fixture
def public(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return Ticket.objects.get()


def invite(ticket: Ticket, by: User, text: str = "Write to us, please.", *, private: bool = False) -> Message:
    """Said at minute 1, and out at minute 2."""
    parts = Terms(parts=3 if len(text) > 280 else 1)
    return replies.reply(ticket, text=text, private=private, by=by, now=at(1), invite=True, terms=parts)


def test_the_invitation_goes_out_with_the_answer(public: Ticket, alice: User, wire: Wire) -> None:
    invite(public, alice)
    replies.reply(public, text="And this.", private=False, by=alice, now=at(1.1))
    send_at(at(2))
    assert [message.invite for message in wire.sent] == [True, False]


def test_whoever_writes_then_came_by_it_and_both_tickets_say_so(public: Ticket, alice: User, wire: Wire) -> None:
    invite(public, alice)
    send_at(at(2))
    take_in(writes("My number is 5521", minute=10))
    private = Ticket.objects.get(private=True)
    invitation = Invitation.objects.get()
    assert (invitation.accepted_at, invitation.accepted_by) == (at(10), private.messages.get())
    assert public.activities.get(verb="invitation.accepted").data == {"ticket": private.pk}
    assert private.activities.get(verb="invitation.brought").data == {"ticket": public.pk}


def test_it_is_accepted_once(public: Ticket, alice: User, wire: Wire) -> None:
    invite(public, alice)
    send_at(at(2))
    take_in(writes("One", minute=10), writes("Two", minute=11)), take_in(writes("Three", minute=12))
    assert Invitation.objects.get().accepted_at == at(10)
    assert verbs(public).count("invitation.accepted") == 1


@pytest.mark.parametrize(
    ("who", "minute", "sent"), [(ANA, 1.5, True), (BEN, 10, True), (ANA, 15 * DAY, True), (ANA, 10, False)]
)
def test_others_earlier_and_much_later_words_did_not_come_by_it(
    public: Ticket, alice: User, wire: Wire, who: str, minute: float, sent: bool
) -> None:
    invite(public, alice)
    if sent:
        send_at(at(2))
    take_in(writes("Hello", who=who, minute=minute), minute=30 * DAY)
    assert Invitation.objects.get().accepted_at is None


def test_of_two_invitations_the_newer_one_brought_them(public: Ticket, alice: User, wire: Wire) -> None:
    invite(public, alice), invite(public, alice, "Do write to us.")
    send_at(at(2))
    take_in(writes("Hello", minute=10))
    (accepted,) = Invitation.objects.exclude(accepted_at=None)
    assert accepted.message.text == "Do write to us."


def test_a_private_answer_invites_nobody(public: Ticket, alice: User, wire: Wire) -> None:
    invite(public, alice, private=True)
    assert not Invitation.objects.exists()


def test_below_a_thread_it_stands_last(public: Ticket, alice: User, wire: Wire) -> None:
    invite(public, alice, "We have looked into your order and are sorry. " * 15)
    send_at(at(2))
    assert [message.invite for message in wire.sent] == [False, False, True]


def test_what_it_opened_is_theirs_who_invited(public: Ticket, alice: User, wire: Wire) -> None:
    invite(public, alice)
    send_at(at(2))
    take_in(writes("Hello", minute=10))
    private = Ticket.objects.get(private=True)
    assert private.assignee == alice
    assert private.activities.get(verb="ticket.assigned").data == {"to": alice.pk, "from": None}


@pytest.mark.parametrize("lost", ["left", "private words"])
def test_who_left_or_reads_nothing_private_is_given_nothing(public: Ticket, alice: User, wire: Wire, lost: str) -> None:
    invite(public, alice)
    send_at(at(2))
    if lost == "left":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    else:
        without(alice, "see_private")
    take_in(writes("Hello", minute=10))
    assert Ticket.objects.get(private=True).assignee is None


def test_a_private_ticket_that_was_there_stays_whose_it_is(public: Ticket, alice: User, wire: Wire) -> None:
    take_in(writes("Hello", minute=0.5))
    invite(public, alice)
    send_at(at(2))
    take_in(writes("Hello again", minute=10))
    assert Invitation.objects.get().accepted_at == at(10)
    assert Ticket.objects.get(private=True).assignee is None


def test_what_they_write_about_in_private_is_answered_there(public: Ticket, alice: User, wire: Wire) -> None:
    take_in(writes("Hello", minute=0.5))
    private = Ticket.objects.get(private=True)
    may = check_reply(public, private=True)
    assert (may.allowed, may.code, may.ticket) == (False, "elsewhere", private.pk)
    with pytest.raises(CannotSend, match=f"They write in private in #{private.pk}. Answer it there."):
        replies.reply(public, text="Hello", private=True, by=alice, now=at(1))
    assert not OutboxEntry.objects.exists()
    assert check_reply(private, private=True).allowed and check_reply(public, private=False).allowed


def test_once_that_is_done_a_private_answer_may_begin_anywhere(public: Ticket, alice: User, wire: Wire) -> None:
    take_in(writes("Hello", minute=0.5))
    Ticket.objects.filter(private=True).update(status=Status.RESOLVED)
    assert check_reply(public, private=True).allowed


# Private answers that stand on public tickets: from before they had a private ticket of their own.


def scheduled(public: Ticket) -> Message:
    return make_older_private(public, state=SendState.SCHEDULED, not_before=at(60))


def test_a_scheduled_private_answer_waits_for_a_person_when_they_write_elsewhere(
    public: Ticket, alice: User, wire: Wire
) -> None:
    scheduled(public)
    take_in(writes("Hello?", minute=10))
    send_at(at(61))
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.code) == (SendState.FAILED, MOVED)
    assert "They write in private" in entry.reason and not wire.sent


def refused(public: Ticket) -> Message:
    """A private answer that was refused before they began a private talk."""
    message = make_older_private(public, state=SendState.FAILED, code="349", reason="They take no messages.")
    take_in(writes("Hello?", minute=10))
    return message


def test_a_refused_private_answer_is_not_tried_again_while_they_write_elsewhere(
    public: Ticket, alice: User, wire: Wire
) -> None:
    message = refused(public)
    with pytest.raises(CannotSend, match="They write in private in #"):
        replies.try_again(message, by=alice, now=at(11))
    assert OutboxEntry.objects.get().state == SendState.FAILED
    Ticket.objects.filter(private=True).update(status=Status.RESOLVED)
    replies.try_again(message, by=alice, now=at(12))
    assert (send_at(at(12)), wire.texts) == (1, ["Hello"])


def test_of_all_that_failed_together_only_what_is_said_here_goes_again(public: Ticket, alice: User, wire: Wire) -> None:
    refused(public)
    with pytest.raises(CannotChange, match="on other tickets"):
        retry_all(code="349", words="They take no messages.", by=alice, now=at(11))
    take_in(says("Hey", who=BEN, minute=11))
    bens = Ticket.objects.get(customer__identities__external_id=BEN)
    wire.faults = [SendError("They take no messages.", code="349", permanent=True)]
    replies.reply(bens, text="Hello Ben", private=True, by=alice, now=at(12))
    send_at(at(13))
    again = retry_all(code="349", words="They take no messages.", by=alice, now=at(14))
    assert (again.count, again.elsewhere, send_at(at(14)), wire.texts) == (1, 1, 1, ["Hello Ben"])


@pytest.mark.parametrize("moved", [True, False])
def test_a_scheduled_private_answer_is_not_sent_now_while_they_write_elsewhere(
    public: Ticket, alice: User, wire: Wire, moved: bool
) -> None:
    message = scheduled(public)
    take_in(writes("Hello?", minute=10))
    if moved:
        send_at(at(61))
    go = replies.try_again if moved else partial(replies.send_at, at=None)
    with pytest.raises(CannotSend, match="They write in private in #"):
        go(message, by=alice, now=at(62))
    assert send_at(at(62)) == 0 and not wire.sent

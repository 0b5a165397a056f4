"""Answers and notes as agents write them: checked, addressed, queued; nothing is kept of what may not be sent."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django_q.models import OrmQ

from tests.factories import ANA, BEN, make_agent, make_outsider
from tests.tickets.pigeon import Pigeon, Wire
from tests.tickets.said import at, only_ticket, says, take_in, verbs, writes
from tickets import replies
from tickets.choices import Direction, Priority, SendState, Status, Visibility
from tickets.composing.answering import NOTHING_WRITTEN, check_reply, measure
from tickets.composing.targets import answerable, latest_said
from tickets.errors import CannotSend, NotAllowed
from tickets.models import Message, OutboxEntry, Ticket
from tickets.outbound import Limits, Permission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme", "wire")]


@pytest.fixture
def ticket() -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


def reply(ticket: Ticket, text: str = "On its way.", *, by: User, private: bool = False) -> Message:
    return replies.reply(ticket, text=text, private=private, by=by, now=at(1))


def goes_to() -> str:
    recipient = OutboxEntry.objects.get().recipient
    return recipient.external_id if recipient else ""


def test_a_reply_answers_the_customers_latest_message(ticket: Ticket, alice: User) -> None:
    take_in(says("Order 5521", external_id="1951", minute=0.5, in_reply_to="1950", conversation="1950"))
    message = reply(ticket, by=alice)
    assert (message.in_reply_to, message.conversation, message.agent) == ("1951", "1950", alice)
    assert (message.kind, message.direction, message.visibility) == ("reply", Direction.OUT, Visibility.PUBLIC)


def test_a_reply_goes_to_the_customer_although_a_bystander_wrote_last(ticket: Ticket, alice: User) -> None:
    take_in(says("Mine too!", who=BEN, minute=0.5, in_reply_to="1950"))
    reply(ticket, by=alice)
    assert goes_to() == ANA


def test_where_nobody_wrote_there_is_nothing_to_answer(alice: User) -> None:
    take_in(says("follows us.", external_id="act-1", kind="reaction", conversation="acts-1"))
    assert check_reply(only_ticket(), private=False).reason == NOTHING_WRITTEN
    with pytest.raises(CannotSend, match="wrote nothing"):
        reply(only_ticket(), by=alice)


def test_it_can_answer_the_bystander_on_request(ticket: Ticket, alice: User) -> None:
    take_in(says("Mine too!", who=BEN, external_id="1951", minute=0.5, in_reply_to="1950"))
    theirs = ticket.messages.get(external_id="1951")
    replies.reply(ticket, text="Hello Ben", private=False, by=alice, now=at(1), in_reply_to=theirs)
    assert goes_to() == BEN


def test_it_can_answer_an_earlier_message_on_request(ticket: Ticket, alice: User) -> None:
    take_in(says("Mine too!", who=BEN, minute=0.5, in_reply_to="1950"))
    first = ticket.messages.get(external_id="1950")
    replies.reply(ticket, text="Hello Ana", private=False, by=alice, now=at(1), in_reply_to=first)
    assert goes_to() == ANA


def test_it_does_not_answer_what_is_gone_or_elsewhere(ticket: Ticket, alice: User) -> None:
    take_in(says("Another matter", external_id="1960", who=BEN, minute=0.5))
    first, other = ticket.messages.get(), Message.objects.get(external_id="1960")
    Message.objects.filter(pk=first.pk).update(deleted_at=at(1))
    for target in (first, other):
        with pytest.raises(CannotSend, match="not there any more"):
            replies.reply(ticket, text="Hello", private=False, by=alice, now=at(1), in_reply_to=target)


def test_what_is_hopelessly_long_is_counted_and_not_weighed(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[str] = []

    def weigh(self: Pigeon, text: str, *, private: bool) -> Limits:
        weighed.append(text)
        return Limits(maximum=280, length=1)

    monkeypatch.setattr(Pigeon, "measure", weigh)
    assert measure(ticket.address, "x" * 2801, private=False) == Limits(maximum=280, length=2801)
    assert set(weighed) == {""}


def test_it_waits_in_the_outbox_and_rings_when_its_time_comes(ticket: Ticket, alice: User) -> None:
    Ticket.objects.update(priority=Priority.HIGH)
    entry = OutboxEntry.objects.get(message=reply(ticket, by=alice))
    assert (entry.state, entry.not_before, entry.priority) == (SendState.HELD, at(1) + timedelta(seconds=10), 3)
    assert OrmQ.objects.filter(lock=entry.not_before).count() == 1


def test_the_ticket_knows_its_last_word_and_is_taken_by_who_wrote_it(ticket: Ticket, alice: User) -> None:
    reply(ticket, "On  its\nway.", by=alice)
    ticket.refresh_from_db()
    assert (ticket.last_text, ticket.last_by_us, ticket.message_count) == ("On its way.", True, 2)
    assert (ticket.status, ticket.assignee) == (Status.OPEN, alice)
    gestures = set(ticket.activities.filter(actor=alice).values_list("gesture", flat=True))
    assert len(gestures) == 1 and {"reply.queued", "ticket.assigned"} <= set(verbs(ticket))


def test_a_reply_takes_a_ticket_from_nobody(ticket: Ticket, alice: User, bob: User) -> None:
    Ticket.objects.update(assignee=bob)
    reply(ticket, by=alice)
    assert only_ticket().assignee == bob


@pytest.mark.parametrize(
    "text", ["", "  \n ", "\x00", "\u2003\u200b ", "\ufeff\u3164\ufe0f", "\U000e0100\U0001d159\u180b"]
)
def test_nothing_is_not_sent(ticket: Ticket, alice: User, text: str) -> None:
    with pytest.raises(CannotSend, match="nothing to send"):
        reply(ticket, text, by=alice)


@pytest.mark.parametrize("text", ["\u2764\ufe0f", "\U0001f468\u200d\U0001f373", "\u0645\u0631\u062d\u0628\u0627\u200f"])
def test_what_joins_and_directs_visible_characters_stays(ticket: Ticket, alice: User, text: str) -> None:
    assert reply(ticket, text, by=alice).text == text


def test_what_is_too_long_is_refused_with_the_measure(ticket: Ticket, alice: User) -> None:
    with pytest.raises(CannotSend, match=r"3 too long: 283 of 280"):
        reply(ticket, "x" * 283, by=alice)
    assert (Message.objects.count(), OutboxEntry.objects.count()) == (1, 0)


def test_what_the_channel_forbids_is_refused_with_its_reason(ticket: Ticket, alice: User, wire: Wire) -> None:
    wire.permission = Permission(allowed=False, reason="They must follow you.")
    with pytest.raises(CannotSend, match="They must follow you"):
        reply(ticket, by=alice)


def test_a_private_ticket_has_no_public_answer(alice: User) -> None:
    take_in(writes(), minute=0)
    permission = check_reply(only_ticket(), private=False)
    assert not permission.allowed and "privately" in permission.reason
    assert reply(only_ticket(), by=alice, private=True).visibility == Visibility.PRIVATE


def test_a_note_is_for_colleagues_and_goes_nowhere(ticket: Ticket, alice: User) -> None:
    note = replies.note(ticket, text="Called the depot.", by=alice, now=at(1))
    assert (note.visibility, note.external_id, OutboxEntry.objects.count()) == (Visibility.INTERNAL, None, 0)
    assert only_ticket().message_count == 1


def test_a_note_does_not_become_the_message_answered(ticket: Ticket, alice: User) -> None:
    replies.note(ticket, text="Called the depot.", by=alice, now=at(1))
    answered = answerable(ticket, private=False)
    assert answered is not None and answered.external_id == "1950"


def test_line_ends_of_every_system_are_one(ticket: Ticket, alice: User) -> None:
    assert reply(ticket, "Hello\r\nAna\n", by=alice).text == "Hello\nAna"


def test_an_outsider_writes_nothing(ticket: Ticket) -> None:
    charlie = make_outsider()
    for gesture in (
        lambda: reply(ticket, by=charlie),
        lambda: replies.note(ticket, text="x", by=charlie, now=at(1)),
        lambda: replies.undo(ticket.messages.get(), by=charlie, now=at(1)),
        lambda: replies.try_again(ticket.messages.get(), by=charlie, now=at(1)),
    ):
        with pytest.raises(NotAllowed):
            gesture()
    assert Message.objects.count() == 1


def test_who_may_not_read_private_messages_writes_none(ticket: Ticket) -> None:
    bob = make_agent("bob")
    bob.groups.clear()
    donor = make_agent("alice").groups.get().permissions.exclude(codename="see_private")
    bob.user_permissions.set(donor)
    bob = User.objects.get(pk=bob.pk)
    with pytest.raises(NotAllowed, match="private"):
        reply(ticket, by=bob, private=True)
    assert reply(ticket, by=bob).agent == bob


def test_a_deactivated_agent_writes_nothing(ticket: Ticket, alice: User) -> None:
    alice.is_active = False
    alice.save()
    with pytest.raises(NotAllowed):
        reply(ticket, by=User.objects.get(pk=alice.pk))


def test_a_bystander_in_the_thread_is_not_answered_unless_somebody_says_so(ticket: Ticket) -> None:
    question = ticket.messages.get()
    take_in(says("Me too!", who=BEN, external_id="1951", in_reply_to="1950", minute=5))
    bystander = ticket.messages.get(external_id="1951")
    assert answerable(ticket, private=False) == question
    assert answerable(ticket, private=False, pk=bystander.pk) == bystander
    assert latest_said(ticket, private=False) == bystander

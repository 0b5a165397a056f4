"""Words that were meant for one customer stay before a composer that addresses them, through merges of several people's
tickets and their undoing (docs/rules.md, "Merging", "Undoing" and "What a customer says privately")."""

import pytest
from django.contrib.auth.models import User

from tests.factories import BEN, make_supervisor
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, take_in, writes
from tests.tickets.test_merging import merged, on, one, two
from tickets import replies
from tickets.approving.deciding import send_back
from tickets.composing import drafts
from tickets.composing.drafts import Words
from tickets.models import Approval, ApprovalRule, Draft, Message, Ticket
from tickets.regrouping.undoing import undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme", "wire")]


def dm(ticket: Ticket, by: User) -> Message:
    return replies.reply(ticket, text="Code 4711", private=True, by=by, now=at(8))


def say(ticket: Ticket, by: User, text: str = "On its way.", *, minute: float = 8) -> Message:
    return replies.reply(ticket, text=text, private=False, by=by, now=at(minute))


def taken_back(message: Message, by: User) -> None:
    replies.undo(message, by=by, now=at(11), as_draft=True)


def standing() -> list[tuple[str, int | None]]:
    return [(draft.text, draft.ticket_id) for draft in Draft.objects.order_by("text")]


@pytest.mark.parametrize("sent_back", [False, True])
def test_a_private_answer_taken_back_is_never_put_before_another_customer(
    wire: Wire, alice: User, sent_back: bool
) -> None:
    if sent_back:
        ApprovalRule.objects.create(name="All")
    anas, bens = one(), one("Mine too!", minute=3, who=BEN)
    message = dm(anas, alice)
    gesture = merged(bens, anas, by=alice, sure=True)
    if sent_back:
        send_back(Approval.objects.get(), by=make_supervisor(), now=at(11), reason="Not like this")
    else:
        taken_back(message, alice)
    talk = Ticket.objects.get(private=True)
    assert (standing(), talk.identity) == ([("Code 4711", talk.pk)], anas.identity)
    undo(gesture.pk, by=alice, now=at(12))
    assert standing() == [("Code 4711", talk.pk)]
    again = replies.reply(talk, text="Code 4711", private=True, by=alice, now=at(13))
    assert again.outbox.recipient == anas.identity


def test_taken_back_after_merges_it_goes_back_to_where_it_was_written(alice: User) -> None:
    asked, home = two()
    third = one("And a refund?", minute=7)
    message = dm(asked, alice)
    first = merged(home, asked, by=alice, minute=9)
    second = merged(third, home, by=alice, minute=10)
    taken_back(message, alice)
    assert standing() == [("Code 4711", third.pk)]
    undo(second.pk, by=alice, now=at(12))
    assert standing() == [("Code 4711", home.pk)]
    undo(first.pk, by=alice, now=at(13))
    assert standing() == [("Code 4711", asked.pk)]


def test_what_is_begun_in_private_for_somebody_else_stays_with_their_ticket(alice: User) -> None:
    anas, bens = one(), one("Mine too!", minute=3, who=BEN)
    drafts.write(alice, anas, "private", Words(text="Secret"), now=at(6))
    drafts.write(alice, anas, "public", Words(text="Was a secret", began="private"), now=at(6))
    drafts.write(alice, anas, "note", Words(text="A regular"), now=at(6))
    gesture = merged(bens, anas, by=alice, sure=True)
    assert standing() == [("A regular", bens.pk), ("Secret", anas.pk), ("Was a secret", anas.pk)]
    undo(gesture.pk, by=alice, now=at(12))
    assert {place for _, place in standing()} == {anas.pk}


def test_what_is_begun_in_private_comes_along_to_the_same_person(alice: User) -> None:
    home, other = two()
    drafts.write(alice, other, "private", Words(text="Secret"), now=at(6))
    merged(home, other, by=alice)
    assert standing() == [("Secret", home.pk)]


@pytest.mark.parametrize("meanwhile", [False, True])
def test_an_answer_taken_back_goes_back_with_whom_it_answers(alice: User, meanwhile: bool) -> None:
    anas, bens = one(), one("Mine too!", minute=3, who=BEN)
    question = anas.messages.get()
    message = None if meanwhile else say(anas, alice)
    gesture = merged(bens, anas, by=alice, sure=True)
    if message is None:
        now = at(10.5)
        message = replies.reply(bens, text="On its way.", private=False, by=alice, now=now, in_reply_to=question)
    taken_back(message, alice)
    assert standing() == [("On its way.", bens.pk)] and Draft.objects.get().answers == question
    undo(gesture.pk, by=alice, now=at(12))
    assert standing() == [("On its way.", anas.pk)] and Draft.objects.get().answers == question


def test_what_is_begun_on_the_merged_ticket_goes_with_whom_it_answers(alice: User) -> None:
    anas, bens = one(), one("Mine too!", minute=3, who=BEN)
    question = anas.messages.get()
    gesture = merged(bens, anas, by=alice, sure=True)
    drafts.write(alice, bens, "public", Words(text="Dear Ana", answers=question.pk), now=at(11))
    undo(gesture.pk, by=alice, now=at(12))
    assert standing() == [("Dear Ana", anas.pk)]


def test_of_merged_private_talks_each_answer_taken_back_stands_with_whom_it_is_for(alice: User) -> None:
    (received,), (other,) = take_in(writes("Hi.")), take_in(writes("Hello.", who=BEN, minute=1))
    anas, bens = on(received), on(other)
    message = dm(anas, alice)
    gesture = merged(bens, anas, by=alice, sure=True)
    drafts.write(alice, bens, "private", Words(text="Dear Ben"), now=at(11))
    taken_back(message, alice)
    assert standing() == [("Code 4711", anas.pk), ("Dear Ben", bens.pk)]
    undo(gesture.pk, by=alice, now=at(12))
    assert standing() == [("Code 4711", anas.pk), ("Dear Ben", bens.pk)]

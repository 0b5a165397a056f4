"""The customer changes their words while tickets are merged, split and moved (docs/rules.md, "In what order do our
answers go out?"): an answer to what they said before waits for a person, on whichever ticket either is by now."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import make_supervisor
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.approving.deciding import approve
from tickets.choices import SendState
from tickets.errors import CannotChange, CannotSend, NewsSince
from tickets.merging import merge
from tickets.models import Address, Approval, ApprovalRule, Gesture, Message, OutboxEntry, Ticket
from tickets.regrouping.splitting import move, split
from tickets.regrouping.undoing import undo
from tickets.sending.terms import Terms

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Talk:
    """What Ana asked and went on with, and another ticket of hers."""

    ticket: Ticket
    other: Ticket
    asked: Message

    def edit(self) -> None:
        number = str(self.asked.external_id)
        told: dict[str, Any] = {"external_id": f"{number}9", "versions": (number, f"{number}9"), "edited_at": at(12)}
        take_in(says("please do NOT cancel", in_reply_to="1000", minute=2, **told), minute=12)


@pytest.fixture
def talk(acme: Address, wire: Wire) -> Talk:
    take_in(says("Where is it?", external_id="1000"), says("Hello?", external_id="2000", conversation="2000"), minute=1)
    take_in(says("please cancel", external_id="1001", in_reply_to="1000", minute=2), minute=3)
    ticket, other = (Ticket.objects.get(messages__external_id=number) for number in ("1000", "2000"))
    return Talk(ticket, other, Message.objects.get(external_id="1001"))


REGROUPED: dict[str, Callable[[Talk, User], Gesture | None]] = {
    "split": lambda talk, by: split(talk.ticket, [talk.asked.pk], by=by, now=at(10)),
    "moved": lambda talk, by: move(talk.asked, to=talk.other.pk, by=by, now=at(10)),
    "merged": lambda talk, by: merge([talk.ticket.pk], into=talk.other.pk, by=by, now=at(10)),
    "merged into": lambda talk, by: merge([talk.other.pk], into=talk.ticket.pk, by=by, now=at(10)),
}
STORIES = list(product(REGROUPED, ("edited first", "edited then"), ("stays", "undone")))


def happen(talk: Talk, how: str, when: str, then: str, *, by: User) -> None:
    if when == "edited first":
        talk.edit()
    REGROUPED[how](talk, by)
    if when == "edited then":
        talk.edit()
    if then == "undone":
        undo(Gesture.objects.get().pk, by=by, now=at(14))


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("story", STORIES, ids=", ".join)
def test_what_is_scheduled_waits_for_a_person(
    talk: Talk, story: tuple[str, str, str], private: bool, wire: Wire, alice: User
) -> None:
    to = None if private else talk.asked
    replies.reply(
        talk.ticket, text="Cancelled.", private=private, by=alice, now=at(6), in_reply_to=to, terms=Terms(at=at(90))
    )
    happen(talk, *story, by=alice)
    send_at(at(91))
    entry = OutboxEntry.objects.get()
    assert (wire.texts, entry.state, entry.code) == ([], SendState.FAILED, "moved")


@pytest.mark.parametrize("story", STORIES, ids=", ".join)
def test_what_waits_for_approval_is_not_let_go_unread(talk: Talk, story: tuple[str, str, str], alice: User) -> None:
    ApprovalRule.objects.create(name="All")
    replies.reply(talk.ticket, text="Cancelled.", private=False, by=alice, now=at(6), in_reply_to=talk.asked)
    happen(talk, *story, by=alice)
    with pytest.raises((NewsSince, CannotSend)):
        approve(Approval.objects.get(), by=make_supervisor(), now=at(20))


@pytest.mark.parametrize("how", REGROUPED)
def test_without_an_edit_after_it_was_scheduled_it_goes_out(talk: Talk, how: str, wire: Wire, alice: User) -> None:
    talk.edit()
    said = Message.objects.get(pk=talk.asked.pk)
    replies.reply(
        talk.ticket, text="It stays.", private=False, by=alice, now=at(6), in_reply_to=said, terms=Terms(at=at(90))
    )
    REGROUPED[how](talk, alice)
    send_at(at(91))
    assert wire.texts == ["It stays."]


@pytest.mark.parametrize("later", [0, 90], ids=["at once", "scheduled"])
@pytest.mark.parametrize("how", ["split", "moved"])
def test_an_answer_goes_with_what_it_answers_also_where_that_was_edited_since(
    talk: Talk, how: str, later: int, alice: User
) -> None:
    terms = Terms(at=at(later)) if later else Terms()
    replies.reply(
        talk.ticket, text="Cancelled.", private=False, by=alice, now=at(6), in_reply_to=talk.asked, terms=terms
    )
    talk.edit()
    REGROUPED[how](talk, alice)
    asked, answer = Message.objects.get(pk=talk.asked.pk), Message.objects.get(text="Cancelled.")
    assert answer.ticket == asked.ticket != talk.ticket


def test_an_answer_that_is_not_out_stays_with_what_it_answers_whichever_is_chosen(talk: Talk, alice: User) -> None:
    first = Message.objects.get(external_id="1000")
    replies.reply(talk.ticket, text="It left.", private=False, by=alice, now=at(6), in_reply_to=first)
    answer = Message.objects.get(text="It left.")
    with pytest.raises(CannotChange, match="not out yet"):
        split(talk.ticket, [answer.pk], by=alice, now=at(7))
    with pytest.raises(CannotChange, match="not out yet"):
        move(answer, to=talk.other.pk, by=alice, now=at(7))
    split(talk.ticket, [talk.asked.pk, answer.pk], by=alice, now=at(7))
    places = dict(Message.objects.values_list("pk", "ticket"))
    assert places[answer.pk] == places[first.pk] == talk.ticket.pk != places[talk.asked.pk]

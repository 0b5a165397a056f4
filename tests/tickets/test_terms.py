"""What stops an answer before it goes, and that the writer may overrule it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import make_address, make_agent, make_answer, make_policy, make_queue
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, we_say, writes
from tickets import replies
from tickets.choices import SendState
from tickets.errors import NewsSince, Repeats
from tickets.models import Address, Message, OutboxEntry, Ticket
from tickets.permissions import visible_messages
from tickets.sending.repeating import JUST_NOW
from tickets.sending.rewording import latest_wording
from tickets.sending.terms import Terms, latest_of, news_since

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: Address, wire: Wire) -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    wire.memory = timedelta(hours=6)
    return only_ticket()


def asked_in(ticket: Ticket, *, private: bool) -> Ticket:
    """The public ticket, or the customer's private one: what is said in private is said there."""
    if private:
        take_in(writes(minute=0))
    return Ticket.objects.get(private=private)


def answer(ticket: Ticket, by: User, text: str = "On its way.", *, minute: float = 5, **terms: object) -> Message:
    wanted = Terms(**terms)  # type: ignore[arg-type]  # the test says which
    return replies.reply(ticket, text=text, private=False, by=by, now=at(minute), terms=wanted)


def test_the_customers_news_stop_an_answer_until_they_were_seen(ticket: Ticket, alice: User) -> None:
    seen = latest_of(ticket)
    take_in(says("Found it!", external_id="1951", in_reply_to="1950", minute=4))
    with pytest.raises(NewsSince):
        answer(ticket, alice, seen=seen)
    assert [m.text for m in news_since(visible_messages(alice), ticket, seen=seen, by=alice)] == ["Found it!"]
    assert answer(ticket, alice, seen=latest_of(ticket)).text == "On its way."


def edited(text: str, *versions: str, minute: float) -> None:
    take_in(says(text, external_id=versions[-1], versions=versions, edited_at=at(minute)), minute=minute)


def test_words_that_were_changed_since_are_news_until_they_were_seen(ticket: Ticket, alice: User) -> None:
    edited("Send it back!", "1950", "1951", minute=2)
    seen, wording = latest_of(ticket), latest_wording([ticket.pk])
    edited("Do not send it back!", "1950", "1951", "1952", minute=4)
    with pytest.raises(NewsSince, match="changed their words"):
        answer(ticket, alice, seen=seen, wording=wording)
    told = news_since(visible_messages(alice), ticket, seen=seen, wording=wording, by=alice)
    assert [one.text for one in told] == ["Do not send it back!"]
    assert answer(ticket, alice, seen=seen, wording=latest_wording([ticket.pk])).text == "On its way."


def test_what_was_changed_before_the_page_was_opened_is_no_news(ticket: Ticket, alice: User) -> None:
    edited("Send it back!", "1950", "1951", minute=2)
    assert answer(ticket, alice, seen=latest_of(ticket), wording=latest_wording([ticket.pk]))


@pytest.mark.parametrize("kind", ["answer", "note"])
def test_a_colleagues_news_stop_it_as_well(ticket: Ticket, alice: User, bob: User, kind: str) -> None:
    seen = latest_of(ticket)
    if kind == "note":
        replies.note(ticket, text="Do not answer!", by=bob, now=at(4))
    else:
        answer(ticket, bob, "Sorry!", minute=4)
    with pytest.raises(NewsSince):
        answer(ticket, alice, seen=seen)


def test_ones_own_words_are_no_news(ticket: Ticket, alice: User) -> None:
    seen = latest_of(ticket)
    replies.note(ticket, text="Called the depot.", by=alice, now=at(4))
    assert answer(ticket, alice, seen=seen)


def test_whoever_does_not_ask_is_not_stopped(ticket: Ticket, alice: User) -> None:
    take_in(says("Found it!", in_reply_to="1950", minute=4))
    assert answer(ticket, alice)


def test_the_same_words_to_the_same_person_are_warned_of_and_may_be_said_all_the_same(
    ticket: Ticket, alice: User
) -> None:
    answer(ticket, alice, minute=5)
    with pytest.raises(Repeats) as warned:
        answer(ticket, alice, minute=60)
    assert warned.value.said == at(5)
    assert answer(ticket, alice, minute=61, repeat=True)


def test_what_was_said_elsewhere_counts(ticket: Ticket, alice: User) -> None:
    take_in(we_say(in_reply_to="1950", minute=2))
    with pytest.raises(Repeats):
        answer(ticket, alice)


@pytest.mark.parametrize("minute", [5 + 6 * 60 + 1, 5])
def test_other_words_later_words_and_words_to_others_are_fine(ticket: Ticket, alice: User, minute: float) -> None:
    answer(ticket, alice, minute=5)
    OutboxEntry.objects.update(state=SendState.SENT, first_tried_at=at(5), settled_at=at(5))
    take_in(says("And mine?", who="930000000000000077", minute=4))
    other = Ticket.objects.exclude(pk=ticket.pk).get()
    assert answer(other, alice, minute=5)
    assert answer(ticket, alice, "On its way!!" if minute == 5 else "On its way.", minute=minute)


def test_what_failed_was_not_said(ticket: Ticket, alice: User) -> None:
    make_answer(ticket, "on its way.", state=SendState.FAILED)
    OutboxEntry.objects.update(created_at=at(1))
    assert answer(ticket, alice)


def test_private_words_may_repeat_after_a_moment(ticket: Ticket, alice: User) -> None:
    talk = asked_in(ticket, private=True)
    for minute in (5, 5 + JUST_NOW.total_seconds() / 60):
        replies.reply(talk, text="Your number?", private=True, by=alice, now=at(minute))
        OutboxEntry.objects.update(state=SendState.SENT, first_tried_at=at(minute), settled_at=at(minute))


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("state", [SendState.HELD, SendState.QUEUED, SendState.SENDING, SendState.UNKNOWN])
def test_what_still_waits_was_said_however_long_it_waits(
    ticket: Ticket, alice: User, bob: User, state: SendState, private: bool
) -> None:
    chosen = asked_in(ticket, private=private)
    replies.reply(chosen, text="On its way.", private=private, by=alice, now=at(5))
    OutboxEntry.objects.update(state=state)
    with pytest.raises(Repeats, match=r"^Alice sent exactly the same words"):
        replies.reply(chosen, text="On its way.", private=private, by=bob, now=at(5 + 24 * 60))


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("memory", [timedelta(0), timedelta(hours=6)])
def test_of_two_who_say_the_same_at_once_the_second_learns_who_did(
    ticket: Ticket, alice: User, bob: User, wire: Wire, private: bool, memory: timedelta
) -> None:
    ticket = asked_in(ticket, private=private)
    wire.memory, seen = memory, latest_of(ticket)
    say = partial(replies.reply, ticket, text="Your number?", private=private)
    say(by=bob, now=at(5))
    with pytest.raises(Repeats, match=r"^Bob sent exactly the same words just now") as told:
        say(by=alice, now=at(6), terms=Terms(seen=seen))
    assert (told.value.by, told.value.said, told.value.refused) == ("Bob", at(5), bool(memory) and not private)
    with pytest.raises(Repeats, match=r"^You sent"):
        say(by=bob, now=at(6))
    assert say(by=alice, now=at(6), terms=Terms(repeat=True))


def test_what_stands_on_another_sheet_in_other_words_is_no_repeat(ticket: Ticket, alice: User, bob: User) -> None:
    answer(ticket, bob, "Sorry!", minute=5)
    assert answer(ticket, alice, "We are sorry!", minute=5)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("private", [False, True])
def test_of_two_agents_at_one_moment_one_is_heard(wire: Wire, private: bool) -> None:
    """Two connections that both looked before either had written."""
    make_address(queue=make_queue(), sla_policy=make_policy())
    take_in(writes() if private else says(), minute=0)
    ticket, agents, start = only_ticket(), [make_agent("alice"), make_agent("bob")], Barrier(2)

    def say(agent: User) -> str:
        try:
            start.wait()
            replies.reply(ticket, text="On its way.", private=private, by=agent, now=at(5), token=uuid4())
        except Repeats as refusal:
            return refusal.by
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as desks:
        told = sorted(desks.map(say, agents))
    (kept,) = Message.objects.filter(direction="out").select_related("agent")
    assert told == ["", kept.agent.first_name if kept.agent else None]

"""Answers that people give on the channel itself: marked while they are at it, theirs when it arrives."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from tests.factories import ANA, make_agent, make_outsider
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say, writes
from tickets import replies
from tickets.assignment import take
from tickets.choices import Metric, SendState, Status
from tickets.composing import by_hand, drafts
from tickets.errors import DeskError
from tickets.models import Draft, HandOff, Message, OutboxEntry, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme", "wire")]


@pytest.fixture
def ticket() -> Ticket:
    take_in(says(external_id="1950", conversation="1950"), minute=0)
    return only_ticket()


def go(ticket: Ticket, by: User, text: str = "On its way.", *, minute: float = 1, private: bool = False) -> HandOff:
    answered = None if private else ticket.messages.get(external_id="1950")
    return by_hand.hand_over(ticket, text=text, private=private, by=by, now=at(minute), answered=answered)


def open_on(ticket: Ticket, *, minute: float) -> list[HandOff]:
    """As whoever reads the ticket sees it."""
    return [one for one in by_hand.shown_on(ticket, by=make_agent("carol"), now=at(minute)) if one.outcome == "open"]


def answer(text: str = "On its way.", *, minute: float = 5) -> Message:
    take_in(we_say(text, minute=minute, in_reply_to="1950", conversation="1950", external_id=f"77{minute}"))
    return Message.objects.get(external_id=f"77{minute}")


def test_the_ticket_shows_who_is_answering_it_there(ticket: Ticket, alice: User) -> None:
    made = go(ticket, alice)
    assert [(one.by, one.text) for one in open_on(ticket, minute=2)] == [(alice, "On its way.")]
    assert made.link == "https://pigeon.example/reply/1950?text=On%20its%20way."
    assert verbs(ticket)[-1] == "ticket.handed_off"


def test_the_answer_that_arrives_is_theirs_and_stops_the_clock(ticket: Ticket, alice: User) -> None:
    go(ticket, alice)
    assert answer().agent == alice
    ticket = only_ticket()
    assert (ticket.status, ticket.next_due_metric == Metric.FIRST_RESPONSE) == (Status.PENDING, False)
    assert open_on(ticket, minute=6) == []
    assert HandOff.objects.values_list("outcome", "text", "link").get() == ("answered", "", "")
    assert verbs(ticket).count("reply.by_hand") == 1


def test_the_words_that_were_answered_there_are_no_draft_any_more(ticket: Ticket, alice: User) -> None:
    for mode in ("public", "note"):
        drafts.write(alice, ticket, mode, drafts.Words(text="On its\r\nway. "), now=at(1))
    go(ticket, alice, "On its\nway.")
    answer("On its way to you!")
    assert [one.mode for one in Draft.objects.all()] == ["note"]
    assert [one.outcome for one in by_hand.shown_on(ticket, by=alice, now=at(61))] == ["answered"]
    assert open_on(ticket, minute=61) == []


def test_what_was_changed_after_it_was_copied_stays_a_draft(ticket: Ticket, alice: User) -> None:
    go(ticket, alice)
    drafts.write(alice, ticket, "public", drafts.Words(text="On its way, and tracked."), now=at(2))
    answer()
    assert Draft.objects.get().text == "On its way, and tracked."


def test_the_ticket_of_nobody_is_theirs_too(ticket: Ticket, alice: User) -> None:
    go(ticket, alice)
    answer()
    assert only_ticket().assignee == alice
    assert "ticket.assigned" in verbs(ticket)


def test_the_ticket_of_somebody_else_stays_theirs(ticket: Ticket, alice: User) -> None:
    bob = make_agent("bob")
    take(ticket, by=bob, now=at(0))
    go(ticket, alice)
    answer()
    assert only_ticket().assignee == bob


def test_it_is_theirs_also_in_other_words(ticket: Ticket, alice: User) -> None:
    go(ticket, alice, "On its way.")
    assert answer("Your parcel left this morning!").agent == alice


def test_an_answer_given_in_time_counts_although_it_is_told_late(ticket: Ticket, alice: User) -> None:
    go(ticket, alice)
    by_hand.lapse(now=at(32))
    take_in(we_say(minute=20, in_reply_to="1950", external_id="778"), minute=90)
    assert Message.objects.get(external_id="778").agent == alice


def test_what_was_said_before_or_long_after_is_nobodys(ticket: Ticket, alice: User) -> None:
    go(ticket, alice, minute=10)
    assert answer(minute=3).agent is None
    assert answer(minute=45).agent is None


def test_it_is_theirs_also_when_our_clock_is_five_minutes_ahead(ticket: Ticket, alice: User) -> None:
    go(ticket, alice, minute=10)
    assert answer(minute=5).agent == alice


@pytest.mark.parametrize(("heard", "whose"), [(8.5, False), (9.5, True)])
def test_what_had_reached_us_before_somebody_went_is_not_theirs(
    ticket: Ticket, alice: User, heard: float, whose: bool
) -> None:
    """Told at 8:30 and taken in after Alice went at 10:00; a list that is being read may be a minute behind."""
    go(ticket, alice, minute=10)
    take_in(we_say(minute=8, in_reply_to="1950", external_id="778", heard_at=at(heard)), minute=11)
    assert (Message.objects.get(external_id="778").agent == alice) is whose


def test_the_mark_lapses_after_a_while(ticket: Ticket, alice: User) -> None:
    go(ticket, alice)
    assert (by_hand.lapse(now=at(30)), by_hand.lapse(now=at(31)), by_hand.lapse(now=at(32))) == (0, 1, 0)
    assert open_on(ticket, minute=31) == []
    assert HandOff.objects.get().text == ""


def test_whoever_goes_after_somebody_relieves_them(ticket: Ticket, alice: User) -> None:
    bob = make_agent("bob")
    go(ticket, alice)
    go(ticket, bob, minute=2)
    assert [one.by for one in open_on(ticket, minute=3)] == [bob]
    assert answer().agent == bob


def test_it_can_be_taken_back(ticket: Ticket, alice: User) -> None:
    go(ticket, alice)
    by_hand.withdraw(ticket, by=alice, now=at(2))
    assert open_on(ticket, minute=2) == []
    assert answer().agent is None
    assert "ticket.taken_back" in verbs(ticket)


def test_a_public_mark_is_not_for_a_private_answer(alice: User) -> None:
    take_in(writes("Psst", minute=0))
    ticket = only_ticket()
    by_hand.hand_over(ticket, text="", private=True, by=alice, now=at(1))
    take_in(we_say("Psst yourself", private=True, minute=2, external_id="779"))
    assert Message.objects.get(external_id="779").agent == alice


def test_a_refused_answer_that_then_goes_by_hand_is_the_same_answer(ticket: Ticket, alice: User, wire: Wire) -> None:
    message = replies.reply(ticket, text="On its way.", private=False, by=alice, now=at(1))
    OutboxEntry.objects.update(state=SendState.FAILED, first_tried_at=at(2))
    go(ticket, alice, minute=3)
    take_in(we_say(minute=4, in_reply_to="1950", external_id="780", fingerprint="on its way."), minute=5)
    message.refresh_from_db()
    assert (message.external_id, message.agent, message.outbox.state) == ("780", alice, SendState.SENT)
    assert HandOff.objects.get().outcome == "answered"


def test_a_refused_answer_is_not_what_had_reached_us_before_somebody_went(ticket: Ticket, alice: User) -> None:
    message = replies.reply(ticket, text="On its way.", private=False, by=alice, now=at(1))
    OutboxEntry.objects.update(state=SendState.FAILED, first_tried_at=at(2))
    go(ticket, alice, minute=5)
    told = {"in_reply_to": "1950", "external_id": "780", "fingerprint": "on its way."}
    take_in(we_say(minute=3, heard_at=at(3.5), **told), minute=6)
    assert OutboxEntry.objects.get(message=message).state == SendState.FAILED
    assert Message.objects.get(external_id="780").agent is None


@pytest.mark.parametrize("private", [False, True])
def test_whoever_may_not_answer_may_not_go(ticket: Ticket, private: bool) -> None:
    with pytest.raises(DeskError):
        by_hand.hand_over(ticket, text="x", private=private, by=make_outsider(), now=at(1))
    assert not HandOff.objects.exists()


def test_where_there_is_no_way_nobody_is_sent(ticket: Ticket, alice: User) -> None:
    with pytest.raises(DeskError, match="no place"):
        by_hand.hand_over(
            Ticket(pk=0, address=ticket.address, identity=ticket.identity), text="", private=True, by=alice, now=at(1)
        )


def test_a_text_too_long_for_a_link_is_only_copied(ticket: Ticket, alice: User) -> None:
    made = go(ticket, alice, "x" * 3000, private=True)
    assert (made.link, len(made.text)) == (f"https://pigeon.example/messages/{ANA}?text=", 3000)
    assert made.until - made.at == timedelta(minutes=30)

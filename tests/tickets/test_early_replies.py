"""A customer answers us before the channel has told which message of ours that is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from kapture.sets import copy_objects
from tests.factories import ANA, BEN, make_agent
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, reason, says, take_in, texts, we_say
from tests.tickets.test_echoes import wait_until_somebody_waits
from tests.tickets.test_outbox import SILENCE, answer, asked, due, echo, send_at
from tests.tickets.test_threads import LONG
from tickets import assignment, lifecycle, replies
from tickets.choices import Metric, SendState, Status
from tickets.composing.answering import check_reply
from tickets.inbound import InboundMessage
from tickets.models import Address, Draft, Message, OutboxEntry, Ticket
from tickets.outbound import OutboundMessage, Receipt
from tickets.receiving.joining import bring_home, find_early
from tickets.sending.receipts import record_receipts
from tickets.sending.terms import Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def replies_early(text: str = "Which number?", *, to: str = "770001", minute: float = 1.2, **told: Any) -> Ticket:
    """A reply to a message of ours nobody knows yet; returns the ticket it opened."""
    (received,) = take_in(says(text, in_reply_to=to, minute=minute, **told), minute=minute)
    assert received.ticket is not None
    return Ticket.objects.get(pk=received.ticket)


def told_meanwhile(wire: Wire, *, number: int = 1, **told: Any) -> None:
    """The customer answers that send before the channel has answered us."""

    def happen(sent: OutboundMessage) -> None:
        if len(wire.sent) == number:
            replies_early(to=f"77{number:04}", **told)

    wire.meanwhile = happen


def unanswered(ticket: Ticket, wire: Wire, alice: User, *, text: str = "On its way.") -> Message:
    """Sent; whether it is out, nobody knows."""
    message = answer(ticket, text, by=alice)
    wire.faults = [SILENCE]
    send_at(due(message))
    return message


def test_a_reply_that_overtakes_the_receipt_comes_to_the_ticket_it_answers(wire: Wire, alice: User) -> None:
    ticket = asked()
    message = answer(ticket, by=alice)
    told_meanwhile(wire)
    send_at(due(message) + timedelta(minutes=1))
    ticket.refresh_from_db()
    assert texts(ticket) == ["Where is my order?", "On its way.", "Which number?"]
    assert (ticket.status, ticket.last_text, ticket.message_count) == (Status.OPEN, "Which number?", 3)
    assert (ticket.next_due_metric, ticket.next_due_at) == (Metric.NEXT_RESPONSE, at(1.2 + 120))
    assert list(ticket.clocks.filter(metric=Metric.FIRST_RESPONSE).values_list("met", flat=True)) == [True]


def test_the_emptied_ticket_is_closed_and_says_where_everything_is(wire: Wire, alice: User) -> None:
    ticket = asked()
    message = unanswered(ticket, wire, alice)
    left = replies_early()
    echo(message, "770001", minute=1.1)
    left.refresh_from_db()
    assert (left.status, left.message_count, left.last_text, left.next_due_at) == (Status.CLOSED, 0, "", None)
    assert set(left.clocks.values_list("met", flat=True)) == {None} and not left.clocks.filter(ended_at=None)
    assert left.activities.get(verb="ticket.merged").data == {"ticket": ticket.pk} and left.merged_into == ticket
    assert ticket.activities.get(verb="ticket.took_in").data == {"ticket": left.pk}
    for private in (False, True):
        may = check_reply(left, private=private)
        assert not may.allowed and f"brought to ticket #{ticket.pk}. Answer it there." in may.reason
    take_in(says("Hello?", in_reply_to=Message.objects.get(text="Which number?").external_id, minute=5))
    assert texts(ticket)[-1] == "Hello?" and Ticket.objects.count() == 2


def test_what_is_read_back_brings_it_home_as_well(wire: Wire, alice: User) -> None:
    ticket = asked()
    unanswered(ticket, wire, alice)
    replies_early()
    wire.found = [Receipt(external_id="770001")]
    send_at(at(10))
    assert texts(ticket) == ["Where is my order?", "On its way.", "Which number?"]


def test_all_that_hangs_on_it_comes_along_whoever_said_it(wire: Wire, alice: User) -> None:
    ticket = asked()
    message = unanswered(ticket, wire, alice)
    left = replies_early(who=BEN)
    number = left.messages.get().external_id
    take_in(says("Mine too.", in_reply_to=number, minute=1.3), says("And?", in_reply_to="770001", who=BEN, minute=1.4))
    assert left.messages.count() == 3
    echo(message, "770001", minute=1.1)
    assert texts(ticket)[2:] == ["Which number?", "Mine too.", "And?"]


def test_a_reply_to_a_later_part_of_a_thread_comes_home(wire: Wire, alice: User) -> None:
    ticket = asked()
    replies.reply(ticket, text=LONG, private=False, by=alice, now=at(1), terms=Terms(parts=3))
    told_meanwhile(wire, number=2)
    send_at(at(2))
    assert len(wire.sent) == 3 and "Which number?" in texts(ticket)
    assert not Ticket.objects.exclude(pk=ticket.pk).get().message_count


TOUCHES: dict[str, Callable[[Ticket, User], object]] = {
    "note": lambda ticket, by: replies.note(ticket, text="A regular.", by=by, now=at(1.3)),
    "take": lambda ticket, by: assignment.take(ticket, by=by, now=at(1.3)),
    "status": lambda ticket, by: lifecycle.change_status(ticket, Status.OPEN, by=by, now=at(1.3)),
    "answer": lambda ticket, by: answer(ticket, "Moment.", by=by, minute=1.3),
    "tag": lambda ticket, by: lifecycle.add_tag(ticket, "regular", by=by, now=at(1.3)),
    "draft": lambda ticket, by: Draft.objects.create(person=by, ticket=ticket, text="Mo", changed_at=at(1.3)),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_what_somebody_is_at_work_on_stays_and_both_say_so(wire: Wire, alice: User, touch: str) -> None:
    ticket = asked()
    message = unanswered(ticket, wire, alice)
    left = replies_early()
    TOUCHES[touch](left, alice)
    echo(message, "770001", minute=1.1)
    assert "Which number?" in texts(left) and "Which number?" not in texts(ticket)
    assert left.activities.get(verb="ticket.answers").data == {"ticket": ticket.pk, "touched": True}
    assert ticket.activities.get(verb="ticket.answered_in").data == {"ticket": left.pk, "touched": True}


def test_a_ticket_with_other_words_stays(wire: Wire, alice: User) -> None:
    message = unanswered(asked(), wire, alice)
    old = asked(BEN)
    talk = old.messages.get().conversation
    take_in(says("That too.", who=BEN, in_reply_to="770001", conversation=talk, minute=1.2))
    assert old.messages.count() == 2
    echo(message, "770001", minute=1.1)
    assert texts(old) == ["Where is my order?", "That too."]
    assert old.activities.get(verb="ticket.answers").data["touched"] is False


def test_a_resolved_ticket_is_reopened_by_it(wire: Wire, alice: User) -> None:
    ticket = asked()
    message = unanswered(ticket, wire, alice)
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(1.1))
    replies_early()
    echo(message, "770001", minute=1.1)
    ticket.refresh_from_db()
    assert (ticket.status, reason(ticket, "ticket.reopened")) == (Status.OPEN, "same_conversation")


def test_a_closed_ticket_is_followed_up_by_it(wire: Wire, alice: User) -> None:
    ticket = asked()
    message = unanswered(ticket, wire, alice)
    lifecycle.change_status(ticket, Status.CLOSED, by=alice, now=at(1.1))
    left = replies_early()
    echo(message, "770001", minute=1.1)
    left.refresh_from_db()
    assert (left.status, left.follow_up_of, left.message_count) == (Status.NEW, ticket, 1)
    assert reason(ticket, "ticket.followed_up") == "closed_before"


def test_a_late_receipt_does_not_answer_what_was_said_to_it(wire: Wire, alice: User) -> None:
    """The conversation put the reply on the right ticket; the receipt came three minutes after it."""
    ticket = asked()
    message = answer(ticket, by=alice)
    talk = ticket.messages.get(direction="in").conversation
    told_meanwhile(wire, conversation=talk, minute=2)
    send_at(due(message) + timedelta(minutes=5))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.next_due_metric, ticket.next_due_at) == (Status.OPEN, Metric.NEXT_RESPONSE, at(122))


def test_the_third_of_three_told_first_comes_home_with_the_second(wire: Wire) -> None:
    """No conversation is named: 3 comes, then 1, then 2, which answers 1 and is answered by 3."""
    third = replies_early("Three", to="2222", minute=3)
    take_in(says("One", external_id="1111"), minute=4)
    take_in(says("Two", external_id="2222", in_reply_to="1111", minute=2), minute=5)
    home = Ticket.objects.exclude(pk=third.pk).get()
    assert (texts(home), texts(third), third.activities.filter(verb="ticket.merged").count()) == (
        ["One", "Two", "Three"],
        [],
        1,
    )


def test_what_we_said_elsewhere_told_after_its_answer_brings_that_home(wire: Wire) -> None:
    ticket = asked()
    question = ticket.messages.get().external_id
    replies_early(to="3333", minute=3)
    take_in(we_say("From the app.", external_id="3333", in_reply_to=question, minute=2), minute=4)
    ticket.refresh_from_db()
    assert texts(ticket) == ["Where is my order?", "From the app.", "Which number?"]
    assert (ticket.status, ticket.next_due_metric, ticket.next_due_at) == (Status.OPEN, Metric.NEXT_RESPONSE, at(123))


def chain(number: int, **told: Any) -> InboundMessage:
    """The so maniest of five, each an answer to the one before; the even ones are Ben's, the odd ones Ana's."""
    parent = f"900{number - 1}" if number > 1 else ""
    who = BEN if number % 2 == 0 else ANA
    return says(f"{number}", who=who, external_id=f"900{number}", in_reply_to=parent, minute=number, **told)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("first", [2, 4])
def test_two_homes_of_which_one_is_left_are_one(first: int, together: bool) -> None:
    """1, 3 and 5 are known, each on a ticket of its own; then come 2 and 4, in one batch or two."""
    for number in (1, 3, 5):
        take_in(chain(number))
    assert Ticket.objects.count() == 3
    between = [chain(first), chain(6 - first)]
    for batch in [between] if together else [[one] for one in between]:
        take_in(*batch)
    home, *left = Ticket.objects.order_by("id")
    assert (texts(home), home.status) == (["1", "2", "3", "4", "5"], Status.NEW)
    assert [(t.status, t.merged_into, t.message_count) for t in left] == [(Status.CLOSED, home, 0)] * 2


def test_two_answers_by_two_people_come_together_with_what_they_answer() -> None:
    take_in(says("Mine too", who=BEN, in_reply_to="9001", minute=1))
    take_in(says("And mine", who="3003", in_reply_to="9001", minute=2))
    take_in(chain(1, sent_at=at(0)))
    home, left = Ticket.objects.order_by("id")
    assert (texts(home), texts(left)) == (["1", "Mine too", "And mine"], [])
    assert (left.merged_into, left.activities.get(verb="ticket.merged").data) == (home, {"ticket": home.pk})


def test_of_two_answers_the_one_somebody_is_at_work_on_stays_and_the_other_comes(alice: User) -> None:
    first = replies_early("Mine too", to="9001", who=BEN)
    second = replies_early("And mine", to="9001", who="3003", minute=2)
    assignment.take(second, by=alice, now=at(3))
    take_in(chain(1, sent_at=at(0)))
    assert (texts(first), texts(second)) == ([], ["1", "Mine too", "And mine"])


def test_an_answer_from_our_own_app_comes_along_with_what_it_answers(wire: Wire) -> None:
    """Ours to 3 is told after it, and before 2, which 3 answers."""
    take_in(chain(1))
    left = replies_early("3", to="9002", external_id="9003", minute=3)
    take_in(we_say("From the app.", in_reply_to="9003", minute=4))
    take_in(chain(2))
    left.refresh_from_db()
    home = Ticket.objects.exclude(pk=left.pk).get()
    assert texts(home) == ["1", "2", "3", "From the app."] and (left.merged_into, home.status) == (home, Status.PENDING)


def test_an_answer_to_ours_that_found_its_ticket_late_comes_home_with_it() -> None:
    """Ben answers what we said to Ana, before her question is known."""
    take_in(we_say("Which number?", in_reply_to="9001", external_id="9009", minute=2))
    left = replies_early("Mine is 7.", to="9009", who=BEN, minute=3)
    take_in(chain(1))
    assert texts(left) == [] and texts(Ticket.objects.exclude(pk=left.pk).get()) == ["1", "Which number?", "Mine is 7."]


def test_what_still_names_an_emptied_ticket_means_the_one_everything_is_on(alice: User) -> None:
    """Somebody's words were put there after all: an answer to them goes where everything was brought."""
    for number in (1, 3, 2):
        take_in(chain(number))
    home, left = Ticket.objects.order_by("id")
    Message.objects.filter(external_id="9003").update(ticket=left)
    take_in(chain(4))
    assert left.merged_into == home and texts(home) == ["1", "2", "4"] and Ticket.objects.count() == 2


@pytest.mark.parametrize(("by_x", "status"), [(1.2, Status.OPEN), (90, Status.PENDING)])
def test_a_receipt_counts_from_when_the_channel_says_it_was_out(
    wire: Wire, alice: User, by_x: float, status: str
) -> None:
    """The call ended at minute 3; a time that cannot be so is not believed."""
    ticket = asked()
    unanswered(ticket, wire, alice)
    receipt = Receipt(external_id="770001", sent_at=at(by_x))
    record_receipts([(OutboxEntry.objects.get().pk, receipt, at(3))], now=at(3))
    take_in(says("Which number?", in_reply_to="770001", minute=2))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.message_count) == (status, 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["reply", "receipt"])
def test_whichever_of_two_workers_is_last_joins_them(wire: Wire, first: str) -> None:
    """One files the reply while the other settles the receipt."""
    alice = make_agent("alice")
    ticket = asked()
    message = answer(ticket, by=alice)
    OutboxEntry.objects.update(state=SendState.SENDING, claimed_at=at(1.1), first_tried_at=at(1.1), tries=1)
    entry = OutboxEntry.objects.get()

    def settle() -> None:
        record_receipts([(entry.pk, Receipt(external_id="770001"), at(1.15))], now=at(2))

    def file() -> None:
        replies_early()

    def alone(work: Any) -> None:
        try:
            work()
        finally:
            connection.close()

    ours, theirs = (file, settle) if first == "reply" else (settle, file)
    with ThreadPoolExecutor(1) as workers:
        with transaction.atomic():
            ours()
            working = workers.submit(alone, theirs)
            wait_until_somebody_waits()
        working.result(timeout=30)
    message.refresh_from_db()
    assert message.external_id == "770001" and texts(ticket)[-1] == "Which number?"
    assert ticket.messages.count() == 3


def test_where_nothing_waits_it_costs_one_statement_by_an_index(acme: Address) -> None:
    where: dict[str, Any] = {"address": acme, "ticket": asked(), "sent_at": at(0), "received_at": at(0)}
    what = {"kind": "reply", "direction": "in", "visibility": "public"}
    copy_objects([Message(external_id=f"66{n}", in_reply_to=f"55{n}", **where, **what) for n in range(3000)])
    homes = {(acme.pk, f"77{number:04}"): 1 for number in range(50)}
    with CaptureQueriesContext(connection) as captured, connection.cursor() as cursor:
        assert bring_home(find_early(homes), now=at(1)) == set()
        (statement,) = captured.captured_queries
        cursor.execute("ANALYZE tickets_message")
        cursor.execute(f"EXPLAIN {statement['sql']}")
        assert "message_answers" in str(cursor.fetchall())


def test_many_are_brought_home_by_as_many_statements_as_one(wire: Wire, alice: User) -> None:
    costs = []
    for many in (1, 6):
        sent = [(unanswered(asked(), wire, alice, text=f"{many} {n}"), f"88{many}{n}") for n in range(many)]
        for _, number in sent:
            replies_early(to=number)
        entries = [(OutboxEntry.objects.get(message=m).pk, Receipt(external_id=n), at(1.1)) for m, n in sent]
        with CaptureQueriesContext(connection) as captured:
            record_receipts(entries, now=at(3))
        costs.append(len(captured))
    assert costs[0] == costs[1]
    assert Message.objects.filter(text="Which number?", ticket__message_count=3).count() == 7

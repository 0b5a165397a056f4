"""The way out: sent once or not at all, and never "sent" for something that was not."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import ANA, BEN, make_agent
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, we_say, writes
from tickets import replies
from tickets.choices import Metric, Priority, SendState, Status
from tickets.errors import CannotChange, TooLate
from tickets.models import Address, Message, OutboxEntry, SendAttempt, Ticket
from tickets.outbound import OutboundMessage, Receipt, SendError
from tickets.outbox import pump
from tickets.sending.claiming import claim
from tickets.sending.crew import LATEST_START
from tickets.sending.meters import prepare_lanes
from tickets.sending.outcomes import JITTER, LADDER, record_error
from tickets.sending.reading_back import ABANDONED_AFTER, READ_BACK

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]

SECOND = timedelta(seconds=1)
PASSING = SendError("X is busy.", code="503")
LIMITED = SendError("Too many at once.", code="429", retry_after=900)
FORBIDDEN = SendError("They do not take messages.", code="349", permanent=True)
SILENCE = SendError("No answer came.", code="timeout", unsettled=True)
DEAD_TOKEN = SendError("The account must be connected again.", code="89", permanent=True, stop_address=True)


def asked(who: str = ANA, *, private: bool = False) -> Ticket:
    """A ticket with one question, asked at NOW."""
    (received,) = take_in(writes(who=who) if private else says(who=who), minute=0)
    assert received.ticket is not None
    return Ticket.objects.get(pk=received.ticket)


def answer(ticket: Ticket, text: str = "On its way.", *, by: User, minute: float = 1) -> Message:
    return replies.reply(ticket, text=text, private=ticket.private, by=by, now=at(minute))


def send_at(moment: datetime) -> int:
    return pump(clock=lambda: moment)


def due(message: Message) -> datetime:
    return OutboxEntry.objects.get(message=message).not_before


def state(message: Message) -> str:
    return str(OutboxEntry.objects.get(message=message).state)


def echo(message: Message, number: str, *, minute: float, text: str = "") -> None:
    """X tells us of what we sent."""
    private = message.visibility == "private"
    take_in(
        we_say(
            text or message.text,
            external_id=number,
            minute=minute,
            private=private,
            in_reply_to=message.in_reply_to,
            fingerprint=(text or message.text).strip().lower()[:64],
        )
    )


def test_an_answer_waits_for_the_undo_window_and_goes_out(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    assert (send_at(at(1) + 9 * SECOND), wire.texts, state(message)) == (0, [], SendState.HELD)
    assert (send_at(at(1) + 10 * SECOND), wire.texts, state(message)) == (1, ["On its way."], SendState.SENT)
    message.refresh_from_db()
    assert (message.external_id, message.permalink) == ("770001", "https://x.com/770001")


def test_what_is_sent_says_to_whom_and_what_it_answers(wire: Wire, alice: User) -> None:
    ticket = asked()
    message = answer(ticket, by=alice)
    send_at(due(message))
    (sent,) = wire.sent
    assert (sent.recipient, sent.recipient_handle, sent.private) == (ANA, "ana_demo", False)
    assert sent.in_reply_to == ticket.messages.get(direction="in").external_id
    assert sent.key == str(OutboxEntry.objects.get().key)


def test_a_sent_answer_stops_the_clock_and_the_ticket_waits(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    assert only_ticket().next_due_metric == Metric.FIRST_RESPONSE
    send_at(at(5))
    ticket = only_ticket()
    assert (ticket.status, ticket.last_outbound_at) == (Status.PENDING, at(5))
    assert (ticket.clocks.get(metric=Metric.FIRST_RESPONSE).met, ticket.message_count) == (True, 2)
    assert [a.outcome for a in SendAttempt.objects.filter(entry__message=message)] == ["sent"]


def test_a_passing_reason_is_tried_again_by_the_ladder_and_then_fails(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    wire.faults = [PASSING] * 10
    moment, waits = due(message), []
    while state(message) != SendState.FAILED:
        send_at(moment)
        waits.append(due(message) - moment)
        moment = max(due(message), moment + SECOND)
    for wait, step in zip(waits, LADDER, strict=False):
        assert step <= wait <= step * (1 + JITTER)
    assert SendAttempt.objects.count() == len(LADDER) + 1


def test_a_limit_waits_as_long_as_the_channel_says(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    wire.faults = [LIMITED]
    moment = due(message)
    send_at(moment)
    assert (state(message), due(message) - moment) == (SendState.QUEUED, timedelta(seconds=900))
    assert OutboxEntry.objects.get().reason == "Too many at once."


def test_a_permanent_reason_fails_at_once_and_the_ticket_is_ours_again(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    Ticket.objects.update(status=Status.PENDING)
    wire.faults = [FORBIDDEN]
    send_at(due(message))
    assert (state(message), OutboxEntry.objects.get().code) == (SendState.FAILED, "349")
    assert only_ticket().status == Status.OPEN
    assert only_ticket().next_due_metric == Metric.FIRST_RESPONSE
    assert only_ticket().activities.get(verb="reply.failed").data["reason"] == "They do not take messages."


def test_a_failed_answer_can_be_tried_again_and_only_a_failed_one(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    with pytest.raises(CannotChange):
        replies.try_again(message, by=alice, now=at(1))
    wire.faults = [FORBIDDEN]
    send_at(due(message))
    replies.try_again(message, by=alice, now=at(3))
    assert (send_at(at(3)), state(message), wire.texts) == (1, SendState.SENT, ["On its way."])


def test_a_dead_token_stops_the_account_and_tells_everybody(wire: Wire, alice: User) -> None:
    first, second = answer(asked(), by=alice), answer(asked(BEN), by=alice)
    wire.faults = [DEAD_TOKEN]
    assert send_at(at(5)) == 1
    acme = Address.objects.get()
    assert (acme.sending_stopped, acme.banner) == (True, "The account must be connected again.")
    assert (state(first), state(second), wire.texts) == (SendState.QUEUED, SendState.HELD, [])
    Address.objects.update(sending_stopped=False)
    assert send_at(at(6)) == 2


@pytest.mark.parametrize("fault", [SILENCE, RuntimeError("out of the blue")])
def test_what_may_have_gone_out_is_read_back_and_found(wire: Wire, alice: User, fault: Exception) -> None:
    message = answer(asked(), by=alice)
    wire.faults, wire.found = [fault], [None, Receipt(external_id="778899")]
    moment = due(message)
    send_at(moment)
    assert state(message) == SendState.UNKNOWN
    send_at(moment + READ_BACK[0])
    send_at(due(message))
    message.refresh_from_db()
    assert (state(message), message.external_id, wire.sent) == (SendState.SENT, "778899", [])


def look_until_decided(message: Message) -> None:
    """Go through every look at its moment."""
    for _ in READ_BACK:
        send_at(due(message))


def test_what_is_certainly_not_there_goes_out_once_more_by_itself(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    wire.faults = [SILENCE]
    send_at(due(message))
    for _ in READ_BACK[1:]:
        send_at(due(message))
        assert (state(message), wire.texts) == (SendState.UNKNOWN, [])
    send_at(due(message))
    assert (state(message), wire.texts, len(wire.looks)) == (SendState.SENT, ["On its way."], 3)


def test_the_second_time_it_has_failed_and_a_person_may_send_it_again(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    wire.faults = [SILENCE, SILENCE]
    send_at(due(message))
    look_until_decided(message)
    look_until_decided(message)
    assert (state(message), OutboxEntry.objects.get().code, len(wire.looks)) == (SendState.FAILED, "absent", 6)
    replies.try_again(message, by=alice, now=at(9))
    send_at(at(9))
    assert (state(message), wire.texts) == (SendState.SENT, ["On its way."])


@pytest.mark.parametrize("trouble", [PASSING, RuntimeError("out of the blue")])
def test_a_look_that_fails_is_repeated_and_holds_up_nobody(wire: Wire, alice: User, trouble: Exception) -> None:
    message, other = answer(asked(), by=alice), answer(asked(BEN), "Ben's answer", by=alice, minute=2)
    wire.faults, wire.found = [SILENCE], [trouble, Receipt(external_id="778899")]
    send_at(due(message))
    send_at(due(other))
    assert (state(message), state(other)) == (SendState.UNKNOWN, SendState.SENT)
    send_at(due(message))
    assert state(message) == SendState.SENT


def test_what_a_dead_worker_left_behind_is_read_back_and_not_sent_again(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    OutboxEntry.objects.update(state=SendState.SENDING, claimed_at=at(2), first_tried_at=at(2), tries=1)
    send_at(at(2) + ABANDONED_AFTER)
    assert state(message) == SendState.SENDING
    wire.found = [Receipt(external_id="778899")]
    send_at(at(2) + ABANDONED_AFTER + SECOND)
    assert (state(message), wire.sent, wire.looks) == (SendState.SENT, [], ["On its way."])


def test_a_worker_that_slept_after_its_claim_claims_anew_before_it_sends(wire: Wire, alice: User) -> None:
    answer(asked(), by=alice)
    moments = iter([at(2)] * 4)  # up to the claim; then it is frozen
    pump(clock=lambda: next(moments, at(2) + LATEST_START + SECOND))
    entry = OutboxEntry.objects.get()
    assert list(SendAttempt.objects.values_list("outcome", "code")) == [("error", "late"), ("sent", "")]
    assert (wire.texts, entry.tries, entry.claimed_at) == (["On its way."], 1, at(2) + LATEST_START + SECOND)


@pytest.mark.parametrize("told_late", [SILENCE, PASSING, FORBIDDEN, LIMITED])
def test_what_a_worker_learns_late_changes_nothing_of_a_later_claim(
    wire: Wire, alice: User, told_late: SendError
) -> None:
    answer(asked(), by=alice)
    prepare_lanes(at(2))
    (stale,) = claim(at(2), most=1)
    OutboxEntry.objects.update(state=SendState.QUEUED)  # taken for dead, looked for, not there
    claim(at(5), most=1)
    record_error(stale, told_late, now=at(6))
    entry = OutboxEntry.objects.get()
    assert (entry.state, entry.claimed_at, entry.code) == (SendState.SENDING, at(5), "")


def test_the_clock_counts_from_when_it_went_out_also_when_that_is_learned_late(wire: Wire, alice: User) -> None:
    ticket = asked()
    message = answer(ticket, by=alice)
    wire.faults, wire.found = [SILENCE], [Receipt(external_id="778899")]
    went_out = due(message)
    send_at(went_out)
    question = ticket.messages.get(direction="in").external_id
    take_in(says("Hello?", minute=1.2, in_reply_to=question))
    send_at(due(message))
    ticket = only_ticket()
    assert ticket.clocks.get(metric=Metric.FIRST_RESPONSE).ended_at == went_out
    assert (ticket.next_due_metric, ticket.next_due_at) == (Metric.NEXT_RESPONSE, at(1.2 + 120))


def test_one_customer_hears_the_answers_in_their_order(wire: Wire, alice: User) -> None:
    ticket = asked()
    for number in range(3):
        answer(ticket, f"number {number}", by=alice, minute=1 + number / 60)
    wire.faults = [LIMITED]
    send_at(at(5))
    assert wire.texts == []
    send_at(at(5 + 15))
    assert wire.texts == ["number 0", "number 1", "number 2"]


def test_nothing_overtakes_an_answer_of_unknown_fate(wire: Wire, alice: User) -> None:
    ticket = asked()
    first = answer(ticket, "first", by=alice)
    answer(ticket, "second", by=alice)
    wire.faults = [SILENCE]
    send_at(at(5))
    assert (state(first), wire.texts) == (SendState.UNKNOWN, [])


def test_the_urgent_goes_first(wire: Wire, alice: User) -> None:
    normal, urgent = asked(), asked(BEN)
    urgent.priority = Priority.URGENT
    urgent.save()
    answer(normal, "normal", by=alice)
    answer(urgent, "urgent", by=alice, minute=1.1)
    send_at(at(5))
    assert wire.texts == ["urgent", "normal"]


def test_undo_takes_it_back_and_gives_the_text_to_the_composer(wire: Wire, alice: User) -> None:
    message = answer(asked(), "Too hasty.", by=alice)
    assert replies.undo(message, by=alice, now=at(1)) == "Too hasty."
    assert (send_at(at(5)), wire.texts, only_ticket().message_count) == (0, [], 1)
    assert only_ticket().last_text == "Where is my order?"


@pytest.mark.parametrize("fault", [None, PASSING, SILENCE, FORBIDDEN])
def test_what_was_tried_once_is_too_late_to_undo(wire: Wire, alice: User, fault: Exception | None) -> None:
    message = answer(asked(), by=alice)
    wire.faults = [fault]
    send_at(due(message))
    with pytest.raises(TooLate):
        replies.undo(message, by=alice, now=at(2))


@pytest.mark.parametrize("private", [False, True])
def test_an_echo_after_the_receipt_is_known(wire: Wire, alice: User, private: bool) -> None:
    message = answer(asked(private=private), by=alice)
    send_at(due(message))
    echo(message, "770001", minute=2)
    assert (Message.objects.count(), only_ticket().message_count) == (2, 2)


@pytest.mark.parametrize("private", [False, True])
def test_an_echo_that_is_faster_than_the_receipt_settles_it(wire: Wire, alice: User, private: bool) -> None:
    message = answer(asked(private=private), by=alice)

    def tell(sent: OutboundMessage) -> None:
        echo(message, "770001", minute=1.2)
        assert state(message) == SendState.SENT

    wire.meanwhile = tell
    send_at(due(message))
    assert (state(message), Message.objects.count(), only_ticket().message_count) == (SendState.SENT, 2, 2)
    assert only_ticket().last_outbound_at == at(1.2)


def test_an_echo_not_recognised_gives_way_to_the_receipt(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    wire.meanwhile = lambda sent: echo(message, "770001", minute=1.2, text="Rewritten by X beyond recognition")
    send_at(due(message))
    message.refresh_from_db()
    ticket = only_ticket()
    assert (state(message), message.external_id, Message.objects.count()) == (SendState.SENT, "770001", 2)
    assert (ticket.message_count, ticket.last_text) == (2, "On its way.")


def test_an_echo_after_silence_proves_that_it_went_out(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    wire.faults = [SILENCE]
    send_at(due(message))
    echo(message, "770001", minute=2)
    message.refresh_from_db()
    assert (state(message), message.external_id, only_ticket().status) == (SendState.SENT, "770001", Status.PENDING)
    assert (send_at(at(60)), wire.texts) == (0, [])


def test_of_two_equal_answers_each_echo_settles_one(wire: Wire, alice: User) -> None:
    first, second = answer(asked(), "Thank you!", by=alice), answer(asked(BEN), "Thank you!", by=alice)
    wire.faults = [SILENCE, SILENCE]
    send_at(at(5))
    echo(second, "770002", minute=5)
    assert (state(first), state(second)) == (SendState.UNKNOWN, SendState.SENT)


def test_what_somebody_else_said_in_the_same_words_is_no_echo(wire: Wire, alice: User) -> None:
    message = answer(asked(), "Thank you!", by=alice)
    echo(message, "770009", minute=0.5)
    assert (state(message), Message.objects.count()) == (SendState.HELD, 3)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_send_anything_twice(wire: Wire) -> None:
    alice, start = make_agent("alice"), Barrier(2)
    tickets = [asked(str(930000000000000000 + n)) for n in range(8)]
    for number in range(24):
        answer(tickets[number % 8], f"number {number}", by=alice, minute=1 + number / 60)

    def work(_: int) -> int:
        try:
            start.wait()
            return send_at(at(9))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        tried = sum(workers.map(work, range(2)))
    tried += send_at(at(9))
    assert (tried, sorted(wire.texts)) == (24, sorted(f"number {n}" for n in range(24)))
    for ticket in tickets:
        heard = [int(m.text.split()[1]) for m in wire.sent if m.recipient == ticket.identity.external_id]
        assert heard == sorted(heard) and len(heard) == 3

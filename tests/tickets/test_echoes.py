"""What X tells of our own sends at awkward moments: before the receipt, together with it, and that they are gone."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from tests.factories import ACME, make_agent
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, take_in, we_say
from tests.tickets.test_outbox import FORBIDDEN, SILENCE, answer, asked, due, echo, send_at, state
from tickets.choices import SendState
from tickets.happenings import Retraction
from tickets.intake import retract
from tickets.models import Message, OutboxEntry
from tickets.outbound import OutboundMessage, Receipt
from tickets.sending.receipts import record_receipts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def delete_on_x(number: str, *, minute: float) -> None:
    told = Retraction(channel="twitter", address_key=ACME, external_id=number, at=at(minute), public_only=True)
    retract([told], now=at(minute))


def test_a_deletion_that_overtakes_the_receipt_is_not_lost(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    wire.meanwhile = lambda sent: delete_on_x("770001", minute=1.2)
    send_at(due(message))
    message.refresh_from_db()
    assert (state(message), message.external_id, message.text) == (SendState.SENT, "770001", "")
    assert (message.deleted_at, Message.objects.count(), only_ticket().last_text) == (at(1.2), 2, "")


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("when", ["before the receipt", "after it", "rewritten before it"])
def test_which_stream_told_of_our_answer_is_noted_in_public_as_in_private(
    wire: Wire, alice: User, when: str, private: bool
) -> None:
    message = answer(asked(private=private), by=alice)
    words = "Rewritten by X beyond recognition" if when.startswith("rewritten") else ""
    wire.meanwhile = lambda sent: None if when == "after it" else echo(message, "770001", minute=1.2, text=words)
    send_at(due(message))
    if when == "after it":
        echo(message, "770001", minute=1.2)
    message.refresh_from_db()
    assert (message.external_id, message.sources) == ("770001", ["account_activity"])


def test_nor_is_one_that_overtakes_the_only_echo(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)
    wire.faults = [SILENCE]
    send_at(due(message))
    delete_on_x("770001", minute=1.5)
    echo(message, "770001", minute=1.2)
    message.refresh_from_db()
    assert (state(message), message.text, message.deleted_at) == (SendState.SENT, "", at(1.5))
    assert (send_at(at(60)), wire.texts, Message.objects.count()) == (0, [], 2)


def test_an_echo_not_recognised_and_then_deleted_leaves_one_tombstone(wire: Wire, alice: User) -> None:
    message = answer(asked(), by=alice)

    def tell(sent: OutboundMessage) -> None:
        echo(message, "770001", minute=1.2, text="Rewritten by X beyond recognition")
        delete_on_x("770001", minute=1.4)

    wire.meanwhile = tell
    send_at(due(message))
    message.refresh_from_db()
    ticket = only_ticket()
    assert (state(message), message.text, message.deleted_at) == (SendState.SENT, "", at(1.4))
    assert (ticket.message_count, ticket.last_text, Message.objects.count()) == (2, "", 2)


def test_the_channel_is_told_once_what_is_out(wire: Wire, alice: User) -> None:
    """By its answer, by an echo before its answer, and by an echo where no answer came."""
    messages = [answer(asked(), by=alice, text=text) for text in ("One.", "Two.", "Three.")]
    wire.faults = [None, None, SILENCE]
    wire.meanwhile = lambda sent: echo(messages[1], "770002", minute=1.2) if sent.text == "Two." else None
    send_at(due(messages[2]))
    assert sorted(wire.out) == ["One.", "Two."]
    echo(messages[2], "770003", minute=1.3)
    assert wire.out[2:] == ["Three."]


@pytest.mark.django_db(transaction=True)
def test_an_echo_told_while_the_receipt_is_written_waits_for_it(wire: Wire) -> None:
    alice = make_agent("alice")
    message = answer(asked(), by=alice)
    OutboxEntry.objects.update(state=SendState.SENDING, claimed_at=at(2), first_tried_at=at(2), tries=1)

    def hear() -> None:
        try:
            echo(message, "770001", minute=2)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as streams:
        with transaction.atomic():
            entry = OutboxEntry.objects.get()
            record_receipts([(entry.pk, Receipt(external_id="770001"), at(2))], now=at(2))
            echoing = streams.submit(hear)
            wait_until_somebody_waits()
        echoing.result()
    assert (state(message), Message.objects.count()) == (SendState.SENT, 2)


def wait_until_somebody_waits() -> None:
    """For a lock that we hold."""
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    pytest.fail("Nobody waits.")


def fail(message: Message, *faults: Exception, wire: Wire) -> None:
    wire.faults = list(faults)
    while state(message) != SendState.FAILED:
        send_at(due(message))


def test_what_was_certainly_refused_takes_no_echo(wire: Wire, alice: User) -> None:
    ticket = asked()
    refused = answer(ticket, by=alice)
    fail(refused, FORBIDDEN, wire=wire)
    again = answer(ticket, by=alice, minute=3)
    wire.faults = [SILENCE]
    send_at(due(again))
    echo(again, "770002", minute=3.2)
    again.refresh_from_db()
    assert (state(refused), state(again), again.external_id) == (SendState.FAILED, SendState.SENT, "770002")


def test_an_echo_goes_to_the_try_it_is_nearest_to(wire: Wire, alice: User) -> None:
    ticket = asked()
    old = answer(ticket, by=alice)
    fail(old, SILENCE, SILENCE, wire=wire)
    new = answer(ticket, by=alice, minute=30)
    wire.meanwhile = lambda sent: echo(new, "770001", minute=30.2)
    send_at(due(new))
    assert (state(old), state(new), Message.objects.count()) == (SendState.FAILED, SendState.SENT, 3)


def test_an_echo_with_another_link_is_not_ours(wire: Wire, alice: User) -> None:
    message = answer(asked(), "See https://acme.example/a", by=alice)
    wire.faults = [SILENCE]
    send_at(due(message))
    for number, link in ("1", "://acme.example/b"), ("2", "s://acme.example/a"):
        said = we_say(minute=1.5, external_id=number, in_reply_to=message.in_reply_to, fingerprint="see", traits=link)
        take_in(said, minute=2)
    message.refresh_from_db()
    assert (state(message), message.external_id) == (SendState.SENT, "2")


@pytest.mark.parametrize(("minutes", "ends"), [(0.5, SendState.SENT), (30, SendState.FAILED)])
def test_what_was_given_up_takes_an_echo_of_its_last_try_only(
    wire: Wire, alice: User, minutes: float, ends: str
) -> None:
    message = answer(asked(), by=alice)
    fail(message, SILENCE, SILENCE, wire=wire)
    tried_at = OutboxEntry.objects.get().perhaps_out_at
    assert tried_at is not None
    echo(message, "770001", minute=(tried_at - at(0)).total_seconds() / 60 + minutes)
    assert state(message) == ends


def test_an_answer_that_was_taken_for_another_is_given_back_and_not_thrown_away(wire: Wire, alice: User) -> None:
    ticket = asked()
    first, second = answer(ticket, by=alice), answer(ticket, "Another thing.", by=alice)
    Message.objects.filter(pk=first.pk).update(external_id="770001")
    OutboxEntry.objects.filter(message=first).update(state=SendState.SENT)
    send_at(due(second))
    first.refresh_from_db()
    assert (first.external_id, state(first), state(second)) == (None, SendState.FAILED, SendState.SENT)


@pytest.mark.parametrize("seconds", [-300, 300])
@pytest.mark.parametrize("private", [True, False])
def test_an_echo_is_ours_whichever_clock_is_ahead(wire: Wire, alice: User, seconds: int, private: bool) -> None:
    message = answer(asked(private=private), by=alice, minute=10)
    wire.faults = [SILENCE]
    send_at(due(message))
    echo(message, "770001", minute=10.2 + seconds / 60)
    assert (state(message), Message.objects.count()) == (SendState.SENT, 2)


@pytest.mark.parametrize(("heard", "ends"), [(5.1, SendState.UNKNOWN), (10.3, SendState.SENT)])
def test_what_we_heard_before_the_try_is_not_its_echo(wire: Wire, alice: User, heard: float, ends: str) -> None:
    message = answer(asked(private=True), by=alice, minute=10)
    wire.faults = [SILENCE]
    send_at(due(message))
    said = we_say(private=True, minute=5, fingerprint="on its way.", heard_at=at(heard))
    take_in(said, minute=11)
    assert state(message) == ends

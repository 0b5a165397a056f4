"""Automatic answers: once an interaction, only in private, never to who wants none; each with its reason."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tests.factories import ANA, BEN, make_message, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, we_say, writes
from tickets import replies
from tickets.automatic.autoreplies import LAPSED, answer_due
from tickets.automatic.opting_out import lift, mark
from tickets.choices import Metric, SendState
from tickets.errors import CannotSend
from tickets.models import Address, AutoReply, AutoReplyCase, Message, OptOut, OutboxEntry
from tickets.outbound import Permission, SendError, Window
from tickets.outbox import pump
from tickets.wording.sentences import Names, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]
POLICY = "https://acme.example/privacy"


@pytest.fixture
def rules(acme: Address) -> AutoReply:
    """Nobody is ever there."""
    return AutoReply.objects.create(
        address=acme, enabled=True, text="We are back at nine.", privacy_url=POLICY, opening_hours=""
    )


def decide(minute: float) -> int:
    return answer_due(clock=lambda: at(minute))


def write(text: str = "Hello?", *, minute: float = 0, who: str = ANA, **more: Any) -> None:
    take_in(writes(text, minute=minute, who=who, **more), minute=minute)


def codes() -> list[str]:
    return list(AutoReplyCase.objects.order_by("id").values_list("code", flat=True))


def automatic() -> list[str]:
    return list(Message.objects.filter(automated=True).order_by("id").values_list("text", flat=True))


def test_the_first_answer_carries_the_privacy_policy_and_later_ones_do_not(rules: AutoReply) -> None:
    write()
    decide(0)
    write(minute=25 * 60)
    decide(25 * 60)
    assert automatic() == [f"We are back at nine.\n\n{POLICY}", "We are back at nine."]


def test_it_goes_out_and_promises_run_on(rules: AutoReply, wire: Wire) -> None:
    write()
    decide(0)
    pump(clock=lambda: at(1))
    ticket = only_ticket()
    assert [sent.private for sent in wire.sent] == [True]
    assert (ticket.status, ticket.next_due_metric) == ("new", Metric.FIRST_RESPONSE)
    assert (ticket.last_outbound_at, ticket.last_by_us, ticket.message_count) == (None, False, 2)


def test_it_goes_behind_everything_people_wrote(rules: AutoReply, alice: User) -> None:
    write()
    decide(0)
    replies.reply(only_ticket(), text="Good evening!", private=True, by=alice, now=at(0))
    assert list(OutboxEntry.objects.order_by("-priority").values_list("message__automated", flat=True)) == [False, True]


def test_two_messages_of_one_interaction_get_one_answer(rules: AutoReply) -> None:
    write(minute=0)
    write("Are you there?", minute=1)
    decide(1)
    assert (codes(), len(automatic())) == (["sent", "once"], 1)


def test_a_new_interaction_begins_when_a_person_has_answered(rules: AutoReply, alice: User) -> None:
    write()
    decide(0)
    replies.reply(only_ticket(), text="Good morning!", private=True, by=alice, now=at(600))
    write(minute=700)
    decide(700)
    assert codes() == ["sent", "sent"]


def test_what_we_said_on_the_channel_itself_is_an_answer_too(rules: AutoReply) -> None:
    write()
    take_in(we_say("Here we are", private=True, minute=1), minute=1)
    decide(2)
    assert codes() == ["answered"]


def test_nothing_public_is_even_considered(rules: AutoReply) -> None:
    take_in(says("Hello?"), minute=0)
    assert (decide(0), codes(), automatic()) == (0, [], [])


def test_the_database_itself_refuses_an_automatic_word_in_public(acme: Address) -> None:
    message = make_message(make_ticket(), direction="out")
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(automated=True)


def test_within_opening_hours_nobody_is_answered_automatically(rules: AutoReply) -> None:
    AutoReply.objects.update(opening_hours="Mon-Sun 00:00-24:00")
    write()
    decide(0)
    assert (codes(), automatic()) == (["open"], [])


def test_opting_out_holds_until_it_is_lifted(rules: AutoReply, alice: User) -> None:
    write("Stop.")
    decide(0)
    write(minute=60)
    decide(60)
    assert codes() == ["opts_out", "opted_out"]
    lift(OptOut.objects.get(), by=alice, now=at(61))
    write(minute=62)
    decide(62)
    assert (codes()[-1], OptOut.objects.get().lifted_by) == ("sent", alice)


def test_opting_out_takes_back_what_is_not_out_yet(rules: AutoReply) -> None:
    write()
    decide(0)
    write("STOP", minute=1)
    decide(1)
    assert (automatic(), OutboxEntry.objects.count(), only_ticket().message_count) == ([], 0, 2)


def test_what_may_be_out_when_they_opt_out_is_read_back_and_never_sent_again(rules: AutoReply, wire: Wire) -> None:
    write()
    decide(0)
    wire.faults = [SendError("No answer.", code="lost", unsettled=True)]
    pump(clock=lambda: at(1))
    write("STOP", minute=2)
    decide(2)
    for minute in (2, 3, 4, 5, 6):
        pump(clock=lambda minute=minute: at(minute))  # type: ignore[misc]
    assert (wire.sent, len(wire.looks), codes()) == ([], 3, ["opted_out", "opts_out"])


def test_opting_out_is_heard_while_answers_are_switched_off_or_were_never_set_up(rules: AutoReply) -> None:
    AutoReply.objects.update(enabled=False)
    write("Basta", minute=0)
    write("Please stop", minute=1, who=BEN)
    decide(1)
    assert (codes(), OptOut.objects.get().identity.external_id) == (["opts_out"], BEN)
    AutoReply.objects.all().delete()
    write("STOP", minute=2)
    decide(2)
    assert (OptOut.objects.count(), automatic()) == (2, [])


def test_opting_out_after_answers_were_switched_off_meanwhile_takes_back_what_waits(rules: AutoReply) -> None:
    write()
    decide(0)
    write("STOP", minute=1)
    AutoReply.objects.update(enabled=False)
    decide(1)
    assert (codes(), automatic(), OptOut.objects.count()) == (["sent", "opts_out"], [], 1)


def test_what_the_channel_does_not_take_is_refused_with_its_reason(rules: AutoReply, wire: Wire) -> None:
    wire.permission = Permission(allowed=False, reason="Sending is paused.")
    write()
    decide(0)
    assert AutoReplyCase.objects.values_list("code", "reason").get() == ("channel", "Sending is paused.")


def test_what_reached_us_late_is_not_answered_as_if_it_were_new(rules: AutoReply) -> None:
    take_in(writes(minute=0), minute=30)
    decide(30)
    assert codes() == ["late"]


def test_switched_off_meanwhile_nothing_goes(rules: AutoReply) -> None:
    write()
    AutoReply.objects.update(enabled=False)
    decide(0)
    assert codes() == ["off"]


def switch_off(rules: AutoReply, alice: User) -> None:
    AutoReply.objects.update(enabled=False)


def open_the_desk(rules: AutoReply, alice: User) -> None:
    AutoReply.objects.update(opening_hours="Mon-Sun 00:00-24:00")


def opt_out(rules: AutoReply, alice: User) -> None:
    mark(Message.objects.get(direction="in"), now=at(4))


def answer_in_person(rules: AutoReply, alice: User) -> None:
    replies.reply(only_ticket(), text="Good evening!", private=True, by=alice, now=at(4))


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (switch_off, "off", "were switched off"),
        (open_the_desk, "open", "the desk is open again"),
        (opt_out, "opted_out", "the customer wants none"),
        (answer_in_person, "answered", "a person has answered"),
    ],
)
def test_one_that_had_to_wait_and_does_not_hold_any_more_lapses(
    rules: AutoReply, wire: Wire, alice: User, change: Callable[[AutoReply, User], None], code: str, told: str
) -> None:
    write()
    decide(0)
    Address.objects.update(sending_stopped=True)
    assert pump(clock=lambda: at(1)) == 0
    change(rules, alice)
    Address.objects.update(sending_stopped=False)
    pump(clock=lambda: at(5))
    assert (automatic(), [sent.text for sent in wire.sent if "nine" in sent.text]) == ([], [])
    assert AutoReplyCase.objects.values_list("code", "reason").get() == (code, LAPSED)
    line = only_ticket().activities.get(verb="reply.lapsed")
    assert told in tell(line.verb, line.data, who="", names=Names())


@pytest.mark.parametrize(("change", "told"), [(opt_out, "the customer wants none"), (switch_off, "were switched off")])
def test_one_that_failed_and_does_not_hold_any_more_is_not_tried_again(
    rules: AutoReply, wire: Wire, alice: User, change: Callable[[AutoReply, User], None], told: str
) -> None:
    write()
    decide(0)
    wire.faults = [SendError("They take no messages.", code="349", permanent=True)]
    pump(clock=lambda: at(1))
    change(rules, alice)
    answer = Message.objects.get(automated=True)
    with pytest.raises(CannotSend, match=rf"^This automatic answer is not sent any more: .*{told}\.$"):
        replies.try_again(answer, by=alice, now=at(5))
    assert OutboxEntry.objects.get().state == SendState.FAILED


def test_one_that_failed_and_still_holds_is_tried_again(rules: AutoReply, wire: Wire, alice: User) -> None:
    write()
    decide(0)
    wire.faults = [SendError("They take no messages.", code="349", permanent=True)]
    pump(clock=lambda: at(1))
    replies.try_again(Message.objects.get(automated=True), by=alice, now=at(5))
    pump(clock=lambda: at(5))
    assert OutboxEntry.objects.get().state == SendState.SENT


def test_one_that_waited_a_night_lapses_and_the_next_message_is_answered_anew(rules: AutoReply, wire: Wire) -> None:
    write()
    decide(0)
    pump(clock=lambda: at(16))
    assert (wire.sent, only_ticket().message_count, codes()) == ([], 1, ["late"])
    write(minute=20)
    decide(20)
    pump(clock=lambda: at(21))
    assert (len(wire.sent), codes()) == (1, ["late", "sent"])


def test_one_that_lapses_counts_against_no_limit_and_holds_up_nobody(rules: AutoReply, wire: Wire) -> None:
    wire.windows = [Window(key="acme", limit=1, seconds=900, words="One a quarter of an hour.")]
    write()
    write(who=BEN, minute=10)
    decide(10)
    pump(clock=lambda: at(16))
    assert [sent.recipient for sent in wire.sent] == [BEN]


def test_its_echo_is_no_answer_either(rules: AutoReply) -> None:
    write()
    decide(0)
    OutboxEntry.objects.update(state=SendState.UNKNOWN, perhaps_out_at=at(0.1))
    entry = OutboxEntry.objects.get()
    take_in(we_say(entry.message.text, private=True, minute=1, fingerprint=entry.fingerprint), minute=1)
    entry.refresh_from_db()
    assert (only_ticket().last_outbound_at, entry.state) == (None, SendState.SENT)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Base"),
        ("opening_hours", "whenever"),
        ("opening_hours", "Mon 09:00-12:00, 11:00-15:00"),
        ("opt_out_words", {}),
        ("opt_out_words", {"en": ["!"]}),
    ],
)
def test_rules_that_make_no_sense_are_refused(rules: AutoReply, field: str, value: Any) -> None:
    rules.opening_hours = "Mon 09:00-18:00"
    setattr(rules, field, value)
    with pytest.raises(ValidationError) as refused:
        rules.full_clean()
    assert set(refused.value.message_dict) == {field}


def test_an_administrator_lifts_an_opt_out_and_its_row_stays(rules: AutoReply, admin_client: Client) -> None:
    write("STOP")
    decide(0)
    chosen = {"action": "lift", "_selected_action": [str(OptOut.objects.get().pk)]}
    admin_client.post(reverse("admin:tickets_optout_changelist"), chosen)
    assert OptOut.objects.get().lifted_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_messages_decided_at_once_get_one_answer(rules: AutoReply) -> None:
    for number in range(6):
        write(f"number {number}", minute=number / 60, who=ANA if number % 2 else BEN)
    start = Barrier(3)

    def work(_: int) -> int:
        try:
            start.wait()
            return answer_due(clock=lambda: at(1))
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        decided = sum(workers.map(work, range(3)))
    assert (decided, len(automatic()), sorted(codes())) == (6, 2, ["once"] * 4 + ["sent"] * 2)

"""docs/rules.md, "What leaves a ticket resolved": never one on which what the customer said before has no answer."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_rule
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say
from tests.tickets.test_left_resolved import NAME, SAYS, left, rule
from tests.tickets.test_outbox import FORBIDDEN
from tickets import replies
from tickets.choices import Metric, Status
from tickets.inbound import InboundMessage
from tickets.lifecycle import change_status
from tickets.models import Activity, Address, Message, RoutingRule, SlaClock, Ticket
from tickets.outbox import pump
from tickets.rules.conditions import read_condition
from tickets.rules.deciding import Outcome, Rule, decide
from tickets.rules.facts import Facts, Standing
from tickets.rules.rehearsing import order, rehearse_some
from tickets.timeline import load_names, plain_sentence

__all__ = ["rule"]
pytestmark = pytest.mark.django_db
THANKS = "Thank you!"


def asks(minute: float = 0, **fields: Any) -> InboundMessage:
    told = says(minute=minute, **fields)
    take_in(told, minute=minute)
    return told


def thanks(asked: InboundMessage, minute: float) -> None:
    take_in(says(THANKS, minute=minute, in_reply_to=asked.external_id), minute=minute)


def resolve(by: User, minute: float) -> None:
    change_status(only_ticket(), Status.RESOLVED, by=by, now=at(minute))


@pytest.mark.parametrize("unanswered", [True, False])
def test_the_rule_holds_and_leaves_nothing_where_nothing_was_answered(unanswered: bool) -> None:
    condition = read_condition(SAYS["condition"])
    outcome = Outcome(leave_resolved=True, tags=("thanks",))
    one = Rule(key=1, name=NAME, version=1, condition=condition, outcome=outcome, on_later=True)
    told = Facts(text=THANKS, said_at=NOW, account=1, new_ticket=False)
    decision = decide([one], told, Standing(queue=1, resolved=True, unanswered=unanswered))
    assert decision.standing.left is not unanswered
    assert set(decision.decided_by) == {"tag:thanks", "unanswered" if unanswered else "left"}


def test_resolved_without_an_answer_thanks_reopen_it_and_the_history_says_why(rule: RoutingRule, alice: User) -> None:
    asked = asks()
    resolve(alice, 10)
    thanks(asked, 15)
    ticket = only_ticket()
    assert (ticket.status, left(), "ticket.reopened" in verbs(ticket)) == (Status.OPEN, [], True)
    assert SlaClock.objects.filter(ended_at=None, metric__in=(Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)).exists()
    line = Activity.objects.get(verb="ticket.ruled")
    assert plain_sentence(line, load_names([line], user=AnonymousUser())) == (
        "Not left resolved (what the customer said before has no answer) by rule"
        f" ‘{NAME}’ (version 1): it says “thank you”."
    )


def test_asked_again_after_our_answer_and_resolved_in_silence_it_is_reopened(rule: RoutingRule, alice: User) -> None:
    asked = asks()
    take_in(we_say(minute=5, in_reply_to=asked.external_id), minute=6)
    asks(7, text="And the other one?", in_reply_to=asked.external_id)
    resolve(alice, 10)
    thanks(asked, 15)
    assert (only_ticket().status, left()) == (Status.OPEN, [])


def test_thanks_that_were_left_want_no_answer_before_the_next(rule: RoutingRule, alice: User) -> None:
    asked = asks()
    take_in(we_say(minute=5, in_reply_to=asked.external_id), minute=6)
    resolve(alice, 10)
    thanks(asked, 15)
    thanks(asked, 16)
    assert (only_ticket().status, left()) == (Status.RESOLVED, [THANKS, THANKS])


def test_answered_in_the_same_batch_as_the_thanks_it_stays(rule: RoutingRule, alice: User) -> None:
    asked = asks()
    resolve(alice, 10)
    answer = we_say("On its way.", minute=12, in_reply_to=asked.external_id)
    take_in(answer, says(THANKS, minute=15, in_reply_to=answer.external_id), minute=16)
    assert (only_ticket().status, left()) == (Status.RESOLVED, [THANKS])


def test_an_answer_on_its_way_counts_until_it_fails(rule: RoutingRule, alice: User, wire: Wire) -> None:
    asked = asks()
    replies.reply(only_ticket(), text="Here it is.", private=False, by=alice, now=at(10))
    resolve(alice, 10)
    thanks(asked, 10.05)
    assert (only_ticket().status, left()) == (Status.RESOLVED, [THANKS])
    wire.faults = [FORBIDDEN]
    pump(clock=lambda: at(12))
    assert only_ticket().status == Status.OPEN
    resolve(alice, 20)
    thanks(asked, 25)
    assert (only_ticket().status, left()) == (Status.OPEN, [THANKS])


def test_answered_in_private_it_stays(rule: RoutingRule, alice: User, wire: Wire) -> None:
    asked = asks()
    replies.reply(only_ticket(), text="Let us talk.", private=True, by=alice, now=at(5))
    pump(clock=lambda: at(6))
    public = Ticket.objects.get(private=False)
    change_status(public, Status.RESOLVED, by=alice, now=at(10))
    thanks(asked, 15)
    public.refresh_from_db()
    assert (public.status, left()) == (Status.RESOLVED, [THANKS])


def test_an_edit_of_what_was_left_without_an_answer_reopens_it(rule: RoutingRule, alice: User) -> None:
    asked = asks()
    resolve(alice, 10)
    said = says(THANKS, minute=15, in_reply_to=asked.external_id)
    take_in(said)
    Message.objects.filter(text=THANKS).update(left_resolved=True)  # by a Kapture that did not ask
    resolve(alice, 70)
    number = says().external_id
    take_in(says("Thanks!", minute=15, external_id=number, versions=(said.external_id, number)), minute=75)
    assert (only_ticket().status, left()) == (Status.OPEN, [])


def test_the_dry_run_counts_what_would_be_left_by_that(acme: Address, alice: User) -> None:
    one = make_rule(NAME, on=False, **SAYS)
    asked = asks()
    resolve(alice, 10)
    thanks(asked, 15)
    take_in(we_say(minute=20, in_reply_to=asked.external_id), minute=21)
    resolve(alice, 25)
    thanks(asked, 30)
    run = order([one.pk], days=7, by=None, now=at(120))
    rehearse_some(run.pk, clock=lambda: at(121))
    assert list(run.lines.values_list("changes", flat=True)) == [{"left": [0, 1, NAME]}]


def test_statements_do_not_grow_with_the_messages(rule: RoutingRule, alice: User) -> None:
    def statements(minutes: range) -> int:
        asked = asks(minutes[0] - 2)
        change_status(Ticket.objects.latest("pk"), Status.RESOLVED, by=alice, now=at(minutes[0] - 1))
        with CaptureQueriesContext(connection) as told:
            take_in(*(says(THANKS, minute=n, in_reply_to=asked.external_id) for n in minutes))
        return len(told)

    one = statements(range(15, 16))
    assert statements(range(30, 33)) <= one and left() == []

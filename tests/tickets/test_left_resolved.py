"""docs/rules.md, "What leaves a ticket resolved": thanks reopen nothing, in whatever order all comes."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_agent, make_rule
from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say, writes
from tickets.choices import Metric, Status
from tickets.inbound import Attachment, InboundMessage
from tickets.lifecycle import change_status
from tickets.models import Activity, Address, Message, RoutingRule, SlaClock, Ticket
from tickets.rules.conditions import read_condition
from tickets.rules.deciding import MOST_TIMES, Decision, Outcome, Rule, decide
from tickets.rules.facts import Facts, Standing
from tickets.rules.rehearsing import order, rehearse_some
from tickets.rules.resting import Rests, stretches_of
from tickets.rules.starting.rules import starting_rules
from tickets.timeline import load_names, plain_sentence

pytestmark = pytest.mark.django_db
NAME = "Thanks: leave it resolved"
SAYS: dict[str, Any] = starting_rules()[NAME]
THANKS = "Thanks, that was quick! 🙏"


@pytest.fixture
def rule(acme: Address) -> RoutingRule:
    return make_rule(NAME, **SAYS)


def resolved(*, minute: float = 10) -> InboundMessage:
    """A ticket that Alice has answered and resolved; returns what opened it."""
    asked = says()
    take_in(asked, we_say(minute=5, in_reply_to=asked.external_id), minute=6)
    change_status(only_ticket(), Status.RESOLVED, by=make_agent("carla"), now=at(minute))
    return asked


def stands() -> tuple[Any, ...]:
    """The ticket, and what is promised on it."""
    clocks = SlaClock.objects.order_by("metric", "started_at")
    ticket = only_ticket()
    told = clocks.values_list("metric", "started_at", "due_at", "ended_at", "met")
    return ticket.status, ticket.next_due_at, ticket.last_inbound_at, ticket.message_count, list(told)


def left() -> list[str]:
    return list(Message.objects.filter(left_resolved=True).values_list("text", flat=True))


# The rule alone


def decided(text: str, *, is_resolved: bool = True, new_ticket: bool = False, **facts: Any) -> Decision:
    rule = Rule(
        key=1,
        name=NAME,
        version=1,
        condition=read_condition(SAYS["condition"]),
        outcome=Outcome(leave_resolved=True),
        on_later=True,
    )
    told = Facts(text=text, said_at=NOW, account=1, new_ticket=new_ticket, **facts)
    return decide([rule], told, Standing(queue=1, resolved=is_resolved))


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        (THANKS, True),
        ("@acmehelp_demo Thank you so much", True),
        ("Vielen Dank für die schnelle Hilfe!", True),
        ("Merci beaucoup !", True),
        ("¡Muchas gracias!", True),
        ("Muito obrigada!", True),
        ("Grazie mille", True),
        ("Heel erg bedankt!", True),
        ("ありがとうございました", True),
        ("شكرا جزيلا", True),
        ("Thanks?", False),
        ("Thanks ？", False),
        ("شكرا؟", False),
        ("Thanks https://a.example/1", False),
        ("Thanks 4711", False),
        ("Thanks A4711", False),
        ("Thanks, but it is broken again", False),
        ("It is broken again", False),
        ("", False),
    ],
)
def test_thanks_alone_leave_it_resolved(text: str, stays: bool) -> None:
    assert decided(text).standing.left is stays


def test_it_speaks_of_later_messages_on_resolved_tickets_alone() -> None:
    assert not decided(THANKS, is_resolved=False).decided_by
    assert not decided(THANKS, is_resolved=False, new_ticket=True).decided_by
    assert not decided(THANKS, media=1).standing.left
    assert decided(THANKS).decided_by["left"].name == NAME


def test_when_a_ticket_was_resolved_is_read_from_its_history() -> None:
    lines = [
        ("ticket.status", "resolved", at(10)),
        ("ticket.reopened", None, at(20)),
        ("ticket.status", "resolved", at(30)),
        ("ticket.status", "open", at(35)),
        ("ticket.reopened", None, at(40)),
    ]
    assert stretches_of(lines) == [(at(10), at(20))]
    rests = Rests({1: stretches_of(lines)})
    assert [rests.at(1, at(n)) for n in (9, 10, 19, 20, 32)] == [False, True, True, False, False]
    assert Rests({1: [(at(10), at(8))]}).at(1, at(7)) and not rests.at(None, at(15))


# On real messages


def test_it_is_filed_and_shown_and_reopens_nothing(rule: RoutingRule) -> None:
    asked = resolved()
    before = stands()
    (told,) = take_in(says(THANKS, minute=15, in_reply_to=asked.external_id))
    ticket = only_ticket()
    assert (told.ticket, told.opened, left()) == (ticket.pk, False, [THANKS])
    assert (ticket.last_text, ticket.message_count, ticket.last_inbound_at) == (THANKS, 3, at(15))
    after = stands()
    assert (after[0], after[1], after[4]) == (before[0], before[1], before[4])
    line = Activity.objects.get(verb="ticket.ruled")
    sentence = plain_sentence(line, load_names([line], user=AnonymousUser()))
    assert sentence == f"Left resolved by rule ‘{NAME}’ (version 1): it says “thanks”."
    assert "ticket.reopened" not in verbs(ticket)


def test_without_the_rule_it_is_reopened(acme: Address) -> None:
    make_rule(NAME, on=False, **SAYS)
    asked = resolved()
    take_in(says(THANKS, minute=15, in_reply_to=asked.external_id))
    assert (only_ticket().status, left()) == (Status.OPEN, [])


def test_on_a_ticket_that_goes_on_it_does_nothing(rule: RoutingRule) -> None:
    asked = says()
    take_in(asked, we_say(minute=5, in_reply_to=asked.external_id), minute=6)
    take_in(says(THANKS, minute=15, in_reply_to=asked.external_id))
    assert (only_ticket().status, left(), "ticket.ruled" in verbs(only_ticket())) == (Status.OPEN, [], False)


def test_the_loop_guard_counts_what_was_left_alone(rule: RoutingRule, alice: User) -> None:
    asked = says()
    take_in(asked)
    for n in range(7):
        take_in(says(THANKS, minute=1 + n, in_reply_to=asked.external_id))
    take_in(we_say(minute=9, in_reply_to=asked.external_id), minute=10)
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(11))
    for n in range(MOST_TIMES):
        take_in(says(THANKS, minute=20 + n, in_reply_to=asked.external_id))
        assert (only_ticket().status, len(left())) == (Status.RESOLVED, n + 1)
    take_in(says(THANKS, minute=30, in_reply_to=asked.external_id))
    assert (only_ticket().status, len(left())) == (Status.OPEN, MOST_TIMES)


def test_private_thanks_leave_it_resolved_too(rule: RoutingRule) -> None:
    take_in(writes(), we_say(minute=5, private=True))
    change_status(only_ticket(), Status.RESOLVED, by=make_agent("carla"), now=at(10))
    take_in(writes(THANKS, minute=15))
    assert (only_ticket().status, left()) == (Status.RESOLVED, [THANKS])


def test_after_the_window_it_is_a_follow_up_as_ever(rule: RoutingRule, acme: Address) -> None:
    asked = resolved()
    late = says(THANKS, minute=15, in_reply_to=asked.external_id, sent_at=NOW + timedelta(days=30))
    take_in(late, minute=60 * 24 * 31)
    assert (Ticket.objects.count(), left()) == (2, [])


def test_reopened_by_hand_no_answer_is_owed_to_the_thanks(rule: RoutingRule, alice: User) -> None:
    asked = resolved()
    take_in(says(THANKS, minute=15, in_reply_to=asked.external_id))
    change_status(only_ticket(), Status.OPEN, by=alice, now=at(70))
    running = SlaClock.objects.filter(ended_at=None).values_list("metric", flat=True)
    assert list(running) == [Metric.RESOLUTION]


@pytest.mark.parametrize("turns", [(0, 1), (1, 0)])
def test_a_question_beside_it_reopens_in_whatever_order_they_come(rule: RoutingRule, turns: tuple[int, ...]) -> None:
    asked = resolved()
    asks = says("And where is the other parcel?", minute=20, in_reply_to=asked.external_id)
    said = [says(THANKS, minute=15, in_reply_to=asked.external_id), asks]
    for turn in turns:
        take_in(said[turn])
    next_reply = SlaClock.objects.get(metric=Metric.NEXT_RESPONSE)
    assert (left(), only_ticket().status, next_reply.started_at) == ([THANKS], Status.OPEN, at(20))
    assert (only_ticket().last_text, only_ticket().message_count) == ("And where is the other parcel?", 4)


def test_thanks_that_are_told_late_stay_out_of_promises_told_anew(rule: RoutingRule) -> None:
    asked = resolved()
    take_in(says("And the other one?", minute=20, in_reply_to=asked.external_id), minute=21)
    take_in(we_say(minute=30, in_reply_to=asked.external_id), minute=31)
    take_in(says(THANKS, minute=15, in_reply_to=asked.external_id))
    take_in(says("Hello?", minute=18, in_reply_to=asked.external_id))  # late, and disturbs what was kept
    assert SlaClock.objects.get(metric=Metric.NEXT_RESPONSE).started_at == at(18)


def test_thanks_that_opened_a_ticket_of_their_own_come_home_and_leave_it_resolved(rule: RoutingRule) -> None:
    asked = resolved()
    answer = we_say("Here it is.", minute=12, in_reply_to=asked.external_id)
    take_in(says(THANKS, minute=15, in_reply_to=answer.external_id), minute=16)
    assert Ticket.objects.count() == 2
    take_in(answer)
    home = Ticket.objects.earliest("pk")
    assert (home.status, home.message_count, left()) == (Status.RESOLVED, 4, [THANKS])
    assert "ticket.ruled" in verbs(home) and "ticket.reopened" not in verbs(home)


def test_an_edit_that_asks_reopens_it_from_when_it_was_said(rule: RoutingRule) -> None:
    asked = resolved()
    thanks = says(THANKS, minute=15, in_reply_to=asked.external_id)
    take_in(thanks)
    said = "Thanks, but it is broken again"
    number = says().external_id
    take_in(says(said, minute=15, external_id=number, versions=(thanks.external_id, number)))
    assert (left(), only_ticket().status) == ([], Status.OPEN)
    assert SlaClock.objects.get(metric=Metric.NEXT_RESPONSE).started_at == at(15)


def test_an_edit_that_only_thanks_leaves_it(rule: RoutingRule) -> None:
    asked = resolved()
    thanks = says(THANKS, minute=15, in_reply_to=asked.external_id)
    take_in(thanks)
    edit = says("Thank you!", minute=15)
    take_in(
        says("Thank you!", minute=15, external_id=edit.external_id, versions=(thanks.external_id, edit.external_id))
    )
    assert (left(), only_ticket().status) == (["Thank you!"], Status.RESOLVED)


def test_a_picture_reopens_it(rule: RoutingRule) -> None:
    asked = resolved()
    picture = Attachment(external_id="1", kind="photo", url="https://a.example/1.jpg")
    take_in(says(THANKS, minute=15, in_reply_to=asked.external_id, attachments=[picture]))
    assert only_ticket().status == Status.OPEN


def test_the_dry_run_shows_what_would_be_left_and_changes_nothing(acme: Address, alice: User) -> None:
    rule = make_rule(NAME, on=False, **SAYS)
    asked = resolved()
    for minute in (15, 16):
        take_in(says(THANKS, minute=minute, in_reply_to=asked.external_id))
    run = order([rule.pk], days=7, by=None, now=at(120))
    rehearse_some(run.pk, clock=lambda: at(121))
    assert list(run.lines.values_list("changes", flat=True)) == [{"left": [0, 2, NAME]}]
    assert only_ticket().status == Status.OPEN
    make_rule(NAME, **SAYS)
    take_in(we_say(minute=121, in_reply_to=asked.external_id), minute=121)
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(122))
    take_in(says(THANKS, minute=123, in_reply_to=asked.external_id), minute=124)
    assert left() == [THANKS]


def statements(asked: InboundMessage, minutes: range) -> int:
    with CaptureQueriesContext(connection) as told:
        take_in(*(says(THANKS, minute=n, in_reply_to=asked.external_id) for n in minutes))
    return len(told)


def test_statements_do_not_grow_with_the_messages(rule: RoutingRule) -> None:
    asked = resolved()
    one = statements(asked, range(15, 16))
    assert statements(asked, range(20, 23)) <= one and len(left()) == 4

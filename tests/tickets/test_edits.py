"""An edited message is one message with several ids: whichever version is told first, and whichever an answer names."""

from itertools import permutations

import pytest

from tests.factories import ANA, BEN, make_address, make_policy, make_queue
from tests.tickets.said import at, only_ticket, says, take_in, texts, verbs, we_say
from tickets.choices import Metric, Status
from tickets.inbound import InboundMessage
from tickets.models import Message, MessageVersion, Ticket

pytestmark = pytest.mark.django_db
VERSIONS = ("1000", "1002")
ASKED = says("Wear is my order?", external_id="1000")
EDITED = says("Where is my order?", external_id="1002", versions=VERSIONS, edited_at=at(4))


@pytest.fixture(autouse=True)
def acme() -> None:
    make_address(queue=make_queue(), sla_policy=make_policy())


def orders(said: dict[str, InboundMessage]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("order", [[said[n] for n in p] for p in permutations(said)], ids=permuted(said))


def permuted(said: dict[str, InboundMessage]) -> list[str]:
    return [" ".join(names) for names in permutations(said)]


ANSWERS = {
    "old": we_say(external_id="1005", minute=6, in_reply_to="1000"),
    "new": we_say(external_id="1006", minute=7, in_reply_to="1002"),
}


@orders({"asked": ASKED, "edited": EDITED, **ANSWERS})
def test_answers_to_either_version_answer_the_message(order: list[InboundMessage]) -> None:
    for message in order:
        take_in(message)
    ticket = only_ticket()
    assert texts(ticket) == ["Where is my order?", "On its way.", "On its way."]
    assert (ticket.opened_at, ticket.status, ticket.message_count) == (at(0), Status.PENDING, 3)
    first = ticket.clocks.get(metric=Metric.FIRST_RESPONSE)
    assert (first.started_at, first.ended_at, first.met) == (at(0), at(6), True)


@orders({"asked": ASKED, "edited": EDITED, **ANSWERS})
def test_at_once_as_well(order: list[InboundMessage]) -> None:
    take_in(*order)
    assert texts(only_ticket()) == ["Where is my order?", "On its way.", "On its way."]


THIEF = says("Buy my coins", who=BEN, external_id="1002", minute=1, versions=VERSIONS, edited_at=at(4))


@orders({"asked": ASKED, "edited by Ben": THIEF})
@pytest.mark.parametrize("at_once", [True, False])
def test_nobody_edits_what_somebody_else_said(order: list[InboundMessage], at_once: bool) -> None:
    for batch in [order] if at_once else [[message] for message in order]:
        take_in(*batch)
    said = Message.objects.values_list("external_id", "text", "identity__external_id")
    assert set(said) == {("1000", ASKED.text, ANA), ("1002", THIEF.text, BEN)}


@orders({"edited": EDITED, "more": says("Order 5521", external_id="1007", minute=8, in_reply_to="1000")})
def test_the_customer_goes_on_from_a_version_nobody_told_us_of(order: list[InboundMessage]) -> None:
    for message in order:
        take_in(message)
    assert texts(only_ticket()) == ["Where is my order?", "Order 5521"]


def test_each_version_keeps_the_moment_it_was_said() -> None:
    take_in(EDITED)
    take_in(ASKED)
    told = dict(MessageVersion.objects.values_list("external_id", "sent_at"))
    assert told == {"1000": at(0), "1002": at(4)}


def test_the_line_of_an_edit_is_of_the_moment_it_was_made() -> None:
    take_in(ASKED)
    take_in(EDITED)
    ticket = Ticket.objects.get()
    assert verbs(ticket)[-1] == "message.edited" and ticket.activities.get(verb="message.edited").at == at(4)
    assert ticket.last_text == "Where is my order?"


@pytest.mark.parametrize("together", [True, False])
def test_an_answer_to_our_edit_joins_however_the_four_are_cut(together: bool) -> None:
    said = [
        says(external_id="1000"),
        we_say(external_id="1001", minute=1, in_reply_to="1000"),
        we_say(external_id="1003", minute=1, in_reply_to="1000", versions=("1001", "1003"), edited_at=at(2)),
        says("And when?", external_id="1004", minute=3, in_reply_to="1003"),
    ]
    for batch in [said] if together else [[message] for message in said]:
        take_in(*batch)
    assert texts(only_ticket()) == ["Where is my order?", "On its way.", "And when?"]

"""A customer answers us before the channel has told which message of ours that is, and the ticket was closed meanwhile:
whatever comes first, one ticket follows it up.
"""

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, texts, we_say
from tests.tickets.test_early_replies import replies_early, unanswered
from tests.tickets.test_outbox import asked, echo
from tickets import assignment, lifecycle
from tickets.choices import Status
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def closed_unanswered(wire: Wire, alice: User) -> tuple[Ticket, Message]:
    """Ana asked, we answered; before anybody knows whether that is out, the ticket is closed."""
    ticket = asked()
    message = unanswered(ticket, wire, alice)
    lifecycle.change_status(ticket, Status.CLOSED, by=alice, now=at(1.1))
    return ticket, message


@pytest.mark.parametrize("order", list(permutations(["first", "second", "receipt"])), ids="-".join)
def test_whatever_comes_first_one_ticket_follows_up_a_closed_one(
    wire: Wire, alice: User, order: tuple[str, ...]
) -> None:
    ticket, message = closed_unanswered(wire, alice)
    happen: dict[str, Callable[[], object]] = {
        "first": lambda: take_in(says("Which number?", in_reply_to="770001", minute=1.2)),
        "second": lambda: take_in(says("Hello?", in_reply_to="770001", minute=1.4)),
        "receipt": lambda: echo(message, "770001", minute=1.1),
    }
    for what in order:
        happen[what]()
    follow_up = Ticket.objects.exclude(pk=ticket.pk).get()
    assert (texts(follow_up), follow_up.follow_up_of) == (["Which number?", "Hello?"], ticket)
    take_in(says("And?", in_reply_to=ticket.messages.get(direction="in").external_id, minute=5))
    assert texts(follow_up)[-1] == "And?" and Ticket.objects.count() == 2


def test_replies_to_two_answers_of_a_closed_ticket_are_one_follow_up(wire: Wire, alice: User) -> None:
    ticket = asked()
    sent = [unanswered(ticket, wire, alice, text=text) for text in ("On its way.", "It left today.")]
    lifecycle.change_status(ticket, Status.CLOSED, by=alice, now=at(1.1))
    follow_up, left = replies_early(to="770001"), replies_early("Today?", to="770002", minute=1.3)
    for message, number in zip(sent, ("770001", "770002"), strict=True):
        echo(message, number, minute=1.1)
    left.refresh_from_db()
    assert (texts(follow_up), left.merged_into) == (["Which number?", "Today?"], follow_up)


def test_what_somebody_is_at_work_on_follows_up_a_closed_ticket_all_the_same(wire: Wire, alice: User) -> None:
    ticket, message = closed_unanswered(wire, alice)
    left = replies_early()
    assignment.take(left, by=alice, now=at(1.3))
    echo(message, "770001", minute=1.1)
    take_in(says("Hello?", in_reply_to="770001", minute=1.4))
    left.refresh_from_db()
    assert (left.follow_up_of, texts(left)) == (ticket, ["Which number?", "Hello?"])


def test_what_came_home_early_is_followed_up_once_when_that_is_closed(wire: Wire, alice: User) -> None:
    """Its conversation is that of what it answered: what is said to either of them later goes together."""
    ticket = asked()
    message = unanswered(ticket, wire, alice)
    replies_early()
    echo(message, "770001", minute=1.1)
    lifecycle.change_status(ticket, Status.CLOSED, by=alice, now=at(2))
    for row in ticket.messages.filter(direction="in"):
        take_in(says("Hello?", in_reply_to=row.external_id or "", minute=3))
    assert [texts(t) for t in Ticket.objects.filter(follow_up_of=ticket)] == [["Hello?", "Hello?"]]


def test_a_conversation_that_one_stream_names_later_is_one_with_what_we_called_it() -> None:
    """Ana names us below somebody's post. One stream tells no conversation, the other does, a while later."""
    asked_below: dict[str, Any] = {"external_id": "9001", "in_reply_to": "8001", "minute": 1}
    take_in(says("Is it so?", **asked_below))
    take_in(we_say(external_id="9002", in_reply_to="9001", minute=2))
    home = Ticket.objects.get()
    Ticket.objects.update(status=Status.CLOSED)
    take_in(says("Is it so?", conversation="8000", source="poll", **asked_below))
    take_in(says("Why?", in_reply_to="9002", minute=3))
    take_in(says("And?", in_reply_to="9001", conversation="8000", minute=4))
    assert [texts(ticket) for ticket in home.follow_ups.all()] == [["Why?", "And?"]]


def test_what_is_told_before_what_it_answers_is_of_the_same_conversation() -> None:
    """No conversation is named: 3 comes, then 2, then 1; what is said to any of them after closing goes together."""
    for number, parent in (("9003", "9002"), ("9002", "9001"), ("9001", "")):
        take_in(says(number, external_id=number, in_reply_to=parent, minute=int(number[-1])))
    home = Ticket.objects.get()
    Ticket.objects.update(status=Status.CLOSED)
    for number in ("9003", "9001", "9002"):
        take_in(says("Hello?", in_reply_to=number, minute=9))
    assert [texts(ticket) for ticket in home.follow_ups.all()] == [["Hello?"] * 3]

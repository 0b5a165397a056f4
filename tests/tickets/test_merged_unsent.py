"""Merged, a ticket may owe an answer to what was asked before our latest word there: resolved with that answer on its
way, and the answer does not go out, it was not resolved (docs/rules.md)."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in, we_say
from tests.tickets.test_outbox import FORBIDDEN
from tickets import replies
from tickets.choices import Metric, Status
from tickets.lifecycle import change_status
from tickets.merging import merge
from tickets.models import Message, Ticket
from tickets.outbox import pump

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


@pytest.fixture
def home(alice: User) -> Ticket:
    """Ana asked at 0, and nobody answered; what she asked at 20 was answered at 40. Both are one since 50."""
    take_in(says("First", external_id="1000", conversation="1000"), minute=0)
    take_in(says("Second", external_id="2000", conversation="2000", minute=20), minute=20)
    take_in(we_say(external_id="2001", in_reply_to="2000", conversation="2000", minute=40), minute=40)
    first, home = (Ticket.objects.get(messages__external_id=number) for number in ("1000", "2000"))
    merge([first.pk], into=home.pk, by=alice, now=at(50))
    return home


def owed(ticket: Ticket) -> list[Any]:
    running = ticket.clocks.filter(ended_at=None).exclude(metric=Metric.RESOLUTION)
    return list(running.values_list("metric", "started_at", "due_at"))


def answer_and_resolve(home: Ticket, *, by: User) -> Message:
    asked = Message.objects.get(external_id="1000")
    home.refresh_from_db()
    message = replies.reply(home, text="It left.", private=False, by=by, now=at(58), in_reply_to=asked)
    change_status(home, Status.RESOLVED, by=by, now=at(58))
    return message


def test_refused_it_is_open_again(home: Ticket, wire: Wire, alice: User) -> None:
    before = owed(home)
    answer_and_resolve(home, by=alice)
    wire.faults = [FORBIDDEN]
    pump(clock=lambda: at(59))
    home.refresh_from_db()
    assert (home.status, owed(home)) == (Status.OPEN, before)
    assert before


def test_taken_back_it_stands_as_before(home: Ticket, wire: Wire, alice: User) -> None:
    home.refresh_from_db()
    status, before = home.status, owed(home)
    replies.take_back(answer_and_resolve(home, by=alice), by=alice, now=at(58.01))
    home.refresh_from_db()
    assert (home.status, owed(home)) == (status, before)


def test_out_it_judges_what_the_merge_carried(home: Ticket, wire: Wire, alice: User) -> None:
    answer_and_resolve(home, by=alice)
    pump(clock=lambda: at(59))
    home.refresh_from_db()
    assert (home.status, owed(home)) == (Status.RESOLVED, [])
    judged = home.clocks.filter(metric=Metric.FIRST_RESPONSE, started_at=at(0)).values_list("ended_at", "met")
    assert [*judged] == [(at(59), True)]
    change_status(home, Status.OPEN, by=alice, now=at(70))
    assert owed(home) == []

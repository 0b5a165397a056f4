"""What a search found and nobody took up (docs/search.md, "What lapses")."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import BEN, NOW, make_customer, make_message, make_ticket
from tests.tickets.said import at
from tickets import intake
from tickets.choices import MessageKind, Status
from tickets.incidents import ending, grouping
from tickets.models import Activity, Address, Ticket

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def make_found(who: str = "", **fields: Any) -> Ticket:
    identity = make_customer(who) if who else None
    ticket = make_ticket(identity, kind=MessageKind.FOUND, **fields)
    make_message(ticket, "My parachute is late", kind=MessageKind.FOUND)
    return ticket


@pytest.fixture
def found(acme: Address) -> Ticket:
    return make_found()


def lapse(*tickets: Ticket) -> list[Ticket]:
    """What a channel is offered, and what of these lapses: the same."""
    offered = set(intake.left_alone().values_list("pk", flat=True))
    intake.let_lapse([ticket.pk for ticket in tickets], now=LATER)
    done = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets], status=Status.RESOLVED)
    assert {ticket.pk for ticket in done} == offered & {ticket.pk for ticket in tickets}
    return list(done.order_by("pk"))


def test_what_nobody_took_up_is_resolved_and_says_so(found: Ticket) -> None:
    other = make_found(BEN)
    assert lapse(found, other) == [found, other]
    line = found.activities.get(verb="ticket.status")
    assert (line.data, line.actor) == ({"before": "new", "after": "resolved", "lapsed": True}, None)
    assert line.gesture != other.activities.get(verb="ticket.status").gesture


def test_an_incident_and_what_is_part_of_it_stay_while_it_is_not_done(found: Ticket, alice: User) -> None:
    part = make_found(BEN)
    incident = grouping.make(found, "Outage", by=alice, now=at(1))
    grouping.add(incident, [part.pk], by=alice, now=at(2))
    Activity.objects.update(actor=None)  # the account of who did that is gone
    assert lapse(found, part) == []
    ending.resolve(incident, parts_too=False, by=alice, now=at(3))
    assert lapse(part) == [part]

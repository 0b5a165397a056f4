"""Putting a ticket on hold with a reason, and what its clocks say meanwhile."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_policy
from tests.tickets.said import only_ticket, says
from tickets.choices import Metric, Status
from tickets.intake import receive
from tickets.models import Address, PauseRule, Ticket


@pytest.fixture
def ticket(desk: Client, acme: Address) -> Ticket:
    """A resolution stands still on hold."""
    acme.sla_policy = make_policy()
    acme.save()
    PauseRule.objects.create(policy=acme.sla_policy, status=Status.ON_HOLD, metric=Metric.RESOLUTION)
    now = timezone.now()
    receive([says(sent_at=now)], now=now)
    return only_ticket()


def put(desk: Client, ticket: Ticket, status: str, **words: str) -> str:
    return desk.post(f"/tickets/{ticket.pk}/status/", {"status": status} | words, follow=True).content.decode()


def test_the_page_says_why_it_stands_still(desk: Client, ticket: Ticket) -> None:
    page = put(desk, ticket, Status.ON_HOLD, reason="Waiting for the airport")
    assert "left, stands still" in page and "on hold, “Waiting for the airport” (Alice)." in page
    assert "changed the status from New to On hold: Waiting for the airport" in page


def test_what_stood_still_is_part_of_why_it_is_due_then(desk: Client, ticket: Ticket) -> None:
    put(desk, ticket, Status.ON_HOLD, reason="Waiting for the airport")
    ticket.clocks.exclude(metric=Metric.RESOLUTION).delete()
    page = put(desk, ticket, Status.OPEN)
    assert "Stood still from" in page and "stands still" not in page


def test_a_refused_pause_keeps_the_status_and_says_what_is_missing(desk: Client, ticket: Ticket) -> None:
    PauseRule.objects.update(needs_reason=True)
    page = put(desk, ticket, Status.ON_HOLD)
    assert "Its promises stand still while it is on hold: say why." in page
    assert only_ticket().status == Status.NEW

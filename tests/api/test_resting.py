"""Putting tickets aside by program."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.caller import Caller, code_of
from tests.factories import make_ticket
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(acme: object) -> Ticket:
    return make_ticket()


def test_a_ticket_is_put_aside_and_brought_back(api: Caller, ticket: Ticket) -> None:
    until = (timezone.now() + timedelta(hours=2)).isoformat()
    told = api.post(f"tickets/{ticket.pk}/snooze/", {"until": until, "reason": "Depot"}).json()
    assert told["snooze"]["by"]["username"] == "alice" and told["snooze"]["reason"] == "Depot"
    assert [one["id"] for one in api.get("tickets/", {"view": "snoozed"}).json()["results"]] == [str(ticket.pk)]
    assert api.get("tickets/", {"view": "unassigned"}).json()["results"] == []
    assert api.post(f"tickets/{ticket.pk}/wake/").json()["snooze"] is None


def test_until_they_write_is_told_as_no_moment(api: Caller, ticket: Ticket) -> None:
    assert api.post(f"tickets/{ticket.pk}/snooze/", {"until": None}).json()["snooze"]["until"] is None


def test_a_moment_that_is_past_is_refused(api: Caller, ticket: Ticket) -> None:
    past = (timezone.now() - timedelta(hours=2)).isoformat()
    assert code_of(api.post(f"tickets/{ticket.pk}/snooze/", {"until": past})) == (409, "cannot_change")


def test_a_view_with_an_order_of_its_own_takes_no_other(api: Caller, ticket: Ticket) -> None:
    assert api.get("tickets/", {"view": "snoozed", "order": "newest"}).status_code == 400

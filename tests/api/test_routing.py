"""Routing rules and what they did to a ticket, to read."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.caller import Caller, code_of
from tests.factories import make_outsider, make_queue, make_rule
from tests.tickets.rights import without
from tests.tickets.said import says, take_in, writes
from tickets.models import Address, Ticket

pytestmark = pytest.mark.django_db
REFUND = {"field": "text", "is": "has_any", "value": ["refund"]}


def test_rules_are_told_with_the_version_in_force(api: Caller) -> None:
    queue = make_queue("Refunds")
    rule = make_rule("Refunds", REFUND, queue=queue, priority="high")
    make_rule("Refunds", on=False, tags=["money"])
    (told,) = api.get("rules/").json()["results"]
    assert (told["name"], told["live"]["number"], told["live"]["queue"]["name"]) == ("Refunds", 1, "Refunds")
    assert told["live"]["condition"] == {"all": [REFUND]} and told["live"]["priority"] == "high"
    versions = api.get(f"rules/{rule.pk}/").json()["versions"]
    assert [(one["number"], one["tags"]) for one in versions] == [(2, ["money"]), (1, [])]


def test_a_tickets_routing_says_what_held_and_what_did_not(api: Caller, acme: Address) -> None:
    make_rule("Refunds", REFUND, tags=["money"])
    make_rule("Everybody", position=200, tags=["all"])
    take_in(says("Where is my order?"))
    ticket = Ticket.objects.get()
    (run,) = api.get(f"tickets/{ticket.pk}/routing/").json()["results"]
    assert [(step["name"], step["held"]) for step in run["steps"]] == [("Refunds", False), ("Everybody", True)]
    assert run["message"] == str(ticket.messages.get().pk) and run["later"] is False


def test_of_a_private_ticket_only_who_may_read_it_is_told(acme: Address, alice: User) -> None:
    make_rule("Everybody", tags=["all"])
    take_in(writes())
    address = f"tickets/{Ticket.objects.get().pk}/routing/"
    assert Caller(alice).get(address).json()["results"]
    assert code_of(Caller(without(alice, "see_private")).get(address)) == (404, "not_found")
    assert code_of(Caller(make_outsider()).get("rules/")) == (404, "not_found")


def test_many_rules_cost_as_many_statements_as_one(api: Caller) -> None:
    def statements(address: str) -> int:
        with CaptureQueriesContext(connection) as told:
            assert api.get(address).status_code == 200
        return len(told)

    rule = make_rule("Rule 0", REFUND, queue=make_queue("Refunds"))
    statements("rules/")
    one = statements("rules/"), statements(f"rules/{rule.pk}/")
    for number in range(1, 9):
        make_rule(f"Rule {number}", REFUND, queue=make_queue("Refunds"))
        make_rule("Rule 0", REFUND, queue=make_queue("Refunds"), note=str(number))
    assert (statements("rules/"), statements(f"rules/{rule.pk}/")) == one

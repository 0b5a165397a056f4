"""What rules left resolved is found, so that somebody can look through it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.api.caller import Caller
from tests.factories import BEN, make_customer, make_message, make_rule, make_ticket
from tests.finding.asking import WAYS, find_all
from tickets.choices import Visibility
from tickets.finding.completing import offers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", WAYS)
def test_tickets_with_a_message_that_was_left_are_found(alice: User, petra: User, way: str) -> None:
    left, private, mixed, other = make_ticket(), make_ticket(private=True), make_ticket(), make_ticket(status="closed")
    for ticket in (left, private):
        make_message(ticket, "Thanks!", left_resolved=True)
    make_message(mixed, "Thanks!", left_resolved=True, visibility=Visibility.PRIVATE)
    make_message(other, "Thanks!")

    def found(line: str, by: User = alice) -> set[int]:
        return set(find_all(line, by=by, size=10, reach=WAYS[way]))

    assert found("is:left") == {left.pk, private.pk, mixed.pk} and found("-is:left") == {other.pk}
    assert found("is:left,closed") == {left.pk, private.pk, mixed.pk, other.pk} and not found("is:left is:closed")
    assert found("is:left", petra) == {left.pk} and found("-is:left", petra) == {mixed.pk, other.pk}


def test_it_is_offered_while_one_types_and_asked_for_by_programs(alice: User) -> None:
    left = make_ticket(make_customer(BEN))
    make_message(left, "Thanks!", left_resolved=True)
    make_ticket()
    assert [offer.text for offer in offers("is:le", by=alice)] == ["left"]
    assert [one["id"] for one in Caller(alice).get("tickets/", {"q": "is:left"}).json()["results"]] == [str(left.pk)]


def test_the_rule_s_page_leads_there(client: Client, admin_user: User) -> None:
    client.force_login(admin_user)
    rule = make_rule("Thanks", leave_resolved=True, on_later=True)
    page = client.get(reverse("admin:tickets_routingrule_change", args=[rule.pk])).content.decode()
    assert f'href="{reverse("tickets")}?q=is:left"' in page

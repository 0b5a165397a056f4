"""Two customers who are one person, by the page."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.factories import BEN, NOW, make_customer, make_message, make_supervisor, make_ticket, staff
from tickets.models import Customer, CustomerMerge, Ticket
from tickets.regrouping.same_person import merge


@pytest.fixture
def two(acme: object) -> tuple[Ticket, Ticket]:
    mine, other = make_ticket(), make_ticket(make_customer(BEN))
    make_message(mine), make_message(other)
    return mine, other


def test_the_other_one_is_looked_for_looked_at_merged_and_parted(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    ana, ben = (one.customer for one in two)
    address = f"/customers/{ana.pk}/merge/"
    assert address in desk.get(f"/tickets/{two[0].pk}/").content.decode()
    assert f"?other={ben.pk}" in desk.get(address, {"add": "@BEN_demo"}).content.decode()
    page = desk.get(address, {"other": ben.pk}).content.decode()
    assert f"#{two[1].pk}" in page and "They are one person" in page and not CustomerMerge.objects.exists()
    page = desk.post(address, {"other": ben.pk}, follow=True).content.decode()
    assert "They are one customer now." in page and Customer.objects.get(pk=ana.pk).tickets.count() == 2
    made = CustomerMerge.objects.get()
    page = desk.post(f"/customers/merges/{made.pk}/undo/", follow=True).content.decode()
    assert "They are two customers again" in page and Customer.objects.get(pk=ana.pk).tickets.count() == 1


def test_the_look_shows_private_tickets_first(desk: Client, two: tuple[Ticket, Ticket]) -> None:
    secret = make_ticket(private=True, last_message_at=NOW - timedelta(days=9))
    for _ in range(9):
        make_ticket()
    page = desk.get(f"/customers/{two[0].customer_id}/merge/", {"other": two[1].customer_id}).content.decode()
    assert f"#{secret.pk}" in page


def test_who_may_not_look_into_every_queue_is_offered_nothing_and_told_of_nobody(
    desk: Client, two: tuple[Ticket, Ticket]
) -> None:
    ana, ben = (one.customer for one in two)
    made = merge(ben, into=ana, by=make_supervisor(), now=NOW)
    address = f"/customers/{ana.pk}/merge/"
    assert "Ben" in desk.get(address).content.decode()
    staff("Bookings", "Flights")
    assert address not in desk.get(f"/tickets/{two[0].pk}/").content.decode()
    page = desk.get(address).content.decode()
    assert "Merged before" not in page and "Look for the other one" not in page
    assert desk.post(f"/customers/merges/{made.pk}/undo/").status_code == 404


def test_nobody_found_says_so_and_an_outsider_sees_nothing(
    desk: Client, strangers_desk: Client, two: tuple[Ticket, Ticket]
) -> None:
    address = f"/customers/{two[0].customer_id}/merge/"
    assert "Nothing found." in desk.get(address, {"add": "nobody"}).content.decode()
    assert strangers_desk.get(address).status_code == 404

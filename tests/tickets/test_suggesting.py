"""What makes two tickets look alike."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_customer, make_ticket
from tests.tickets.said import says, take_in
from tests.tickets.test_merging import on, one
from tickets.permissions import queues_for
from tickets.regrouping.nearness import is_near
from tickets.regrouping.suggesting import numbers_of, suggest


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Order 12345 is late", {"12345"}),
        ("#12345, and ab-99887!", {"12345", "AB-99887"}),
        ("since 2026, flight 4711", set()),
        ("call @user12345 please", set()),
        ("see x12345y", set()),
        ("case 12345-678", {"12345-678"}),
    ],
)
def test_numbers_of_orders_are_found(text: str, numbers: set[str]) -> None:
    assert numbers_of(text) == numbers


@pytest.mark.parametrize(
    ("text", "other", "near"),
    [
        ("Your app crashes at login today", "your app crashes at LOGIN, today!!", True),
        ("Your app crashes at login today", "Today at login your app crashes again", True),
        ("Your app crashes at login", "Your train is late once more", False),
        ("My order 8409 has not come, where is it?", "My order 66508 has not come, where is it?", False),
        ("My order 8409 has not come, where is it?", "My order has not come, where is it?", True),
        ("Thanks a lot", "thanks a lot", False),  # too few words to say anything
    ],
)
def test_nearly_the_same_words_are_found(text: str, other: str, near: bool) -> None:
    assert is_near(text, other) is near


@pytest.mark.django_db
@pytest.mark.usefixtures("acme")
def test_one_conversation_on_two_tickets_is_told(alice: User) -> None:
    (first,) = take_in(says("Where is it?", conversation="77"))
    (second,) = take_in(says("Mine too!", who="3003", conversation="77", minute=1))
    (found,) = suggest(on(first), by=alice)
    assert (found.ticket, found.reasons) == (on(second), [("same_conversation", "")])


@pytest.mark.django_db
@pytest.mark.usefixtures("acme")
def test_what_says_more_stands_before_what_is_newer(alice: User) -> None:
    (first,) = take_in(says("Order 12345 is late"))
    (number,) = take_in(says("Where is 12345?", who="3003", minute=1))
    (words,) = take_in(says("Is order 9 late?", minute=2))
    assert [one.ticket for one in suggest(on(first), by=alice)] == [on(number), on(words)]


@pytest.mark.django_db
@pytest.mark.usefixtures("acme")
def test_suggestions_cost_the_same_for_many(alice: User) -> None:
    ticket, counts = one(), []
    queues_for(alice, "see")  # where she may look is kept with her, as for every page before it suggests
    for number in (2, 20):
        for n in range(number):
            make_ticket(make_customer(str(900000000000003000 + number * 50 + n)), address=ticket.address)
            make_ticket(ticket.identity, address=ticket.address)
        with CaptureQueriesContext(connection) as asked:
            assert suggest(ticket, by=alice)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5

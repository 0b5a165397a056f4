"""What is offered to whoever types a search."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_agent, make_folder, make_queue, staff
from tickets.finding.completing import MOST, offers
from tickets.finding.vocabulary import IS
from tickets.models import Tag
from tickets.permissions import queues_for

pytestmark = pytest.mark.django_db


def texts(line: str, by: User) -> list[str]:
    return [f"{line[: len(line) - offer.length]}{offer.text}" for offer in offers(line, by=by)]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("qu", ["queue:"]),
        ("refund -fol", ["refund -followers:", "refund -folder:"]),
        ("(is:open OR sta", ["(is:open OR status:"]),
        ("IS:sno", ["IS:snoozed"]),
        ("is:open,cl", ["is:open,closed"]),
        ("queue:bil", ["queue:billing"]),
        ("queue:BIL", ["queue:billing"]),
        ("queue:ill", ["queue:billing"]),
        ("queue:billing,sup", ["queue:billing,support"]),
        ("folder:lost", ['folder:"Lost bags"']),
        ('folder:"lost b', ['folder:"Lost bags"']),
        ("assignee:n", ["assignee:none", "assignee:ben"]),
        ("assignee:be", ["assignee:ben"]),
        ("watching:m", ["watching:me"]),
        ("tag:", ["tag:refund"]),
        ("tag:refund", []),
        ('folder:"Lost bags"', []),
        ("quue:b", []),
        ("refund ", []),
        ("", []),
        ('"fol', []),
        ("from:an", []),
        ("https://is", []),
    ],
)
def test_what_may_stand_there_is_offered(alice: User, line: str, offered: list[str]) -> None:
    make_queue("Billing")
    make_queue("Support")
    make_folder("Lost bags")
    make_agent("ben", first_name="Ben", last_name="Bold")
    Tag.objects.create(name="refund")
    assert texts(line, alice) == offered


def test_names_of_closed_queues_are_offered_to_nobody_else(alice: User) -> None:
    make_queue("Support")
    make_queue("Investigations")
    staff("Investigations", "Detectives")
    assert "queue:support" in texts("queue:", alice) and not texts("queue:inv", alice)


def test_it_is_a_few_and_one_statement(alice: User) -> None:
    Tag.objects.bulk_create(Tag(name=f"tag {number}") for number in range(50))
    assert queues_for(alice, "see").every  # which tags they may know hangs on that; it is asked once for a person
    with CaptureQueriesContext(connection) as captured:
        assert len(offers("tag:ta", by=alice)) == MOST
    assert len(captured) == 1
    with CaptureQueriesContext(connection) as captured:
        assert [one.text for one in offers("is:", by=alice)] == list(IS) and offers("s", by=alice)
    assert len(captured) == 0

"""How many a search finds: told exactly where that is cheap, else that they are many."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_message, make_ticket
from tickets.finding.entries import index
from tickets.finding.meaning import understand
from tickets.finding.reading import Count, Reach, find_and_count

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def zebras(alice: User) -> None:
    """Seven, every other one open."""
    tickets = [
        make_ticket(status="open" if n % 2 else "closed", last_message_at=NOW + timedelta(minutes=n)) for n in range(7)
    ]
    index([make_message(ticket, "A zebra") for ticket in tickets])


def count(line: str, alice: User, *, size: int = 2, **reach: int) -> Count | None:
    return find_and_count(understand(line, user=alice, now=NOW), size=size, reach=Reach(**reach))[1]


@pytest.mark.parametrize("few", [10**9, -1])
@pytest.mark.parametrize(
    ("line", "number"), [("zebra", 7), ("zebra is:closed", 4), ("is:open", 3), ("-okapi", 7), ("", 7)]
)
def test_few_are_counted(alice: User, line: str, number: int, few: int) -> None:
    assert count(line, alice, few=few) == Count(number)
    assert count(line, alice, few=few, counted=number) == Count(number)
    assert count(line, alice, few=few, counted=number - 1) == Count(number - 1, "more")


def test_of_many_only_the_latest_are_looked_at(alice: User) -> None:
    assert count("zebra", alice, few=-1, far_counted=5) == Count(5, "least")
    assert count("zebra", alice, few=-1, far_counted=5, counted=4) == Count(4, "more")


def test_where_a_page_ends_early_it_counts_what_it_came_to(alice: User) -> None:
    assert count("zebra -okapi", alice, size=5, few=-1, far=3, too_many=0) == Count(3, "least")
    assert count("-zebra", alice, size=5, far=3) is None


def test_one_page_counts_itself_and_a_later_one_does_not_count(alice: User) -> None:
    asked = understand("zebra", user=alice, now=NOW)
    with CaptureQueriesContext(connection) as captured:
        page, found = find_and_count(asked)
    assert found == Count(7) and not any("count(*)" in one["sql"] for one in captured)
    after = find_and_count(asked, size=2)[0].after
    assert find_and_count(asked, size=2, after=after)[1] is None and len(page.tickets) == 7

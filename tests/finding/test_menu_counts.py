"""How many tickets saved views find, as the menu tells it: exact or at least, for each person what is theirs to see,
and never while a page waits."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import BEN, NOW, make_agent, make_customer, make_message, make_note, make_ticket
from tickets.finding import counting
from tickets.finding.counting import count_lines
from tickets.finding.entries import index
from tickets.finding.reading import Reach
from tickets.models import SavedView, Ticket

pytestmark = pytest.mark.django_db
LINES = {"is:open": 2, "is:closed": 3, "zebra": 5, "zebra is:closed": 3, "has:note": 1, "-zebra": 0, "is:mine": 1}


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def zebras(alice: User) -> list[Ticket]:
    tickets = [
        make_ticket(status="closed" if n < 3 else "open", last_message_at=NOW + timedelta(minutes=n)) for n in range(5)
    ]
    Ticket.objects.filter(pk=tickets[4].pk).update(assignee=alice)
    index([make_message(one, "A zebra") for one in tickets])
    make_note(tickets[0])
    return tickets


def counts(user: User, *lines: str, minutes: float = 0, **reach: int) -> dict[str, str]:
    told = count_lines(lines, user=user, now=NOW + timedelta(minutes=minutes), reach=Reach(**reach))
    return {line: f"{one.number}{'+' * one.more}" for line, one in told.items()}


@pytest.mark.parametrize("few", [10**9, -1])
def test_all_are_counted_in_one_statement(alice: User, few: int) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = counts(alice, *LINES, few=few)
    assert found == {line: str(number) for line, number in LINES.items()}
    counting_ones = [one for one in asked.captured_queries if "count(*)" in one["sql"] and "EXPLAIN" not in one["sql"]]
    assert len([one for one in counting_ones if "UNION ALL" in one["sql"]]) == 1


def test_of_many_it_is_told_that_there_are_more(alice: User) -> None:
    assert counts(alice, "zebra", "is:closed", counted=2) == {"zebra": "2+", "is:closed": "2+"}
    assert counts(alice, "is:open", dear=0, far_counted=3) == {"is:open": "2+"}
    assert counts(alice, "-okapi", dear=0, far_counted=3) == {"-okapi": "3+"}


def test_it_is_counted_anew_after_half_a_minute(alice: User, zebras: list[Ticket]) -> None:
    assert counts(alice, "is:open") == {"is:open": "2"}
    Ticket.objects.filter(pk=zebras[4].pk).update(status="closed")
    with CaptureQueriesContext(connection) as asked:
        assert counts(alice, "is:open", minutes=0.4) == {"is:open": "2"}
    assert not [one for one in asked.captured_queries if "count(*)" in one["sql"]]
    assert counts(alice, "is:open", minutes=0.6) == {"is:open": "1"}


def test_what_is_counted_for_one_is_told_to_nobody_with_other_rights(alice: User, zebras: list[Ticket]) -> None:
    """Bob has the same rights as Alice; Bea may not read what is private."""
    Ticket.objects.filter(pk=zebras[4].pk).update(private=True)
    bob, bea = make_agent("bob"), make_agent("bea")
    bea.groups.clear()
    bea.user_permissions.set(Permission.objects.filter(codename__in=["view_ticket", "work_ticket"]))
    assert counts(alice, "is:open", "is:mine") == {"is:open": "2", "is:mine": "1"}
    assert counts(bea, "is:open", "is:mine") == {"is:open": "1", "is:mine": "0"}
    with CaptureQueriesContext(connection) as asked:
        assert counts(bob, "is:open") == {"is:open": "2"}
    assert not [one for one in asked.captured_queries if "count(*)" in one["sql"]]
    assert counts(bob, "is:mine") == {"is:mine": "0"}


def test_what_takes_too_long_or_is_not_understood_has_no_count(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert counts(alice, "queue:nowhere", "is:open") == {"queue:nowhere": "None", "is:open": "2"}
    monkeypatch.setattr(counting, "LONGEST_MS", 1)
    monkeypatch.setattr(counting, "counting", lambda asked, reach: ("SELECT 1, pg_sleep(5) IS NULL", []))
    assert counts(alice, "is:closed") == {"is:closed": "None"}
    monkeypatch.undo()
    assert Ticket.objects.count() == 5  # the transaction goes on
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_no_page_counts_them_and_the_menu_tells_what_is_known(alice: User) -> None:
    view = SavedView.objects.create(name="Open ones", query="is:open", owner=alice)
    make_ticket(make_customer(BEN), status="closed")
    (desk := Client()).force_login(alice)
    for address in ("/", "/tickets/", "/tickets/rows/"):
        page = desk.get(address).content.decode()
        assert f'<span class="nav-end" id="saved-n{view.pk}"></span>' in page
    told = desk.get("/views/counts/").content.decode()
    span = f'<span class="nav-end" id="saved-n{view.pk}"'
    assert f'{span} hx-swap-oob="true"><span class="count">2</span></span>' in told
    assert f'{span}><span class="count">2</span></span>' in desk.get("/").content.decode()


def test_an_outsider_is_told_nothing(alice: User) -> None:
    assert Client().get("/views/counts/").status_code == 302

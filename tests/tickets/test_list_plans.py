"""How the database answers lists among many tickets: from an index, in order, and the rows of one page only.

Against tables as they are after a vacuum, with the planner's own settings. All the tables of a row: what is believed
of the small ones too decides in which order they are joined.
"""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import NOW, make_agent, make_ticket
from tests.planner import carried_out, looked_at, settle
from tickets.api.base import whole_tickets
from tickets.models import Ticket
from tickets.reading.context import Desk
from tickets.reading.listing import PAGE, ListView, choose, read_page
from tickets.reading.neighbours import MOST, in_view
from tickets.reading.origin import Origin
from tickets.regrouping.suggesting import suggest

pytestmark = pytest.mark.django_db(transaction=True)
UNDONE = 1_500
OF_A_ROW = ("tickets_ticket", "tickets_queue", "tickets_address", "tickets_identity", "auth_user", "tickets_message")
MANY = """
    INSERT INTO tickets_ticket (address_id, customer_id, identity_id, private, kind, status, priority, queue_id,
        assignee_id, opened_at, created_at, last_message_at, last_text, last_by_us, message_count, next_due_at,
        next_due_metric)
    SELECT address_id, customer_id, identity_id, false, kind, CASE WHEN n <= %(undone)s THEN 'open' ELSE 'closed' END,
        priority, queue_id, CASE WHEN n %% 2 = 0 THEN %(agent)s END, opened_at, created_at,
        last_message_at + n * interval '1 minute', '', false, 1,
        CASE WHEN n <= %(undone)s AND n %% 3 > 0 THEN last_message_at + n * interval '1 minute' END, ''
    FROM tickets_ticket, generate_series(1, 30000) AS n
"""


@pytest.fixture
def alice() -> User:
    alice = make_agent()
    make_ticket()
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"undone": UNDONE, "agent": alice.pk})
    settle(*OF_A_ROW)
    return alice


def plans_of(captured: CaptureQueriesContext) -> list[dict[str, Any]]:
    """Of what asked for tickets: everything that was done for it."""
    asked = [query["sql"] for query in captured.captured_queries if 'FROM "tickets_ticket"' in query["sql"]]
    assert asked
    return [step for sql in asked for step in carried_out(sql)]


def check(captured: CaptureQueriesContext, *, most: int = PAGE + 1) -> None:
    for node in plans_of(captured):
        if node["Node Type"] == "Sort":
            assert node["Plans"][0]["Actual Rows"] <= most, node
        if node.get("Relation Name") == "tickets_ticket":
            assert node["Node Type"] != "Seq Scan", node
            assert node["Node Type"] == "Index Only Scan" or looked_at(node) <= most, node


@pytest.mark.parametrize("view", [ListView.ALL, ListView.MINE, ListView.UNASSIGNED, ListView.LATE, ListView.CLOSED])
def test_a_page_reads_its_own_rows_only(alice: User, view: str) -> None:
    chosen = choose(alice, view, now=NOW.replace(year=2027), queue=None, folder=None)
    with CaptureQueriesContext(connection) as captured:
        first = read_page(chosen, view)
        second = read_page(chosen, view, after=first.after)
    assert len(first.tickets) == len(second.tickets) == PAGE
    check(captured)


@pytest.mark.parametrize("view", [ListView.ALL, ListView.CLOSED])
def test_a_page_with_all_that_programs_are_told_reads_its_own_rows_only(alice: User, view: str) -> None:
    chosen = choose(alice, view, now=NOW, queue=None, folder=None)
    with CaptureQueriesContext(connection) as captured:
        page = read_page(chosen, view, whole=whole_tickets(alice))
    assert len(page.tickets) == PAGE
    check(captured)


def test_what_has_no_clock_comes_last_and_in_order(alice: User) -> None:
    chosen = choose(alice, ListView.ALL, now=NOW, queue=None, folder=None)
    last = Ticket.objects.filter(status="open", next_due_at__isnull=False).latest("next_due_at", "pk")
    with CaptureQueriesContext(connection) as captured:
        page = read_page(chosen, ListView.ALL, after=f"{last.next_due_at.isoformat()}~{last.pk}")  # type: ignore[union-attr]
        again = read_page(chosen, ListView.ALL, after=page.after)
    numbers = [one.pk for one in (*page.tickets, *again.tickets)]
    assert numbers == sorted(numbers) and len(numbers) == 2 * PAGE
    check(captured)


def test_the_counts_beside_a_list_are_told_by_an_index_alone(alice: User) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert Desk(alice).total["all"] == UNDONE + 1
    check(captured)


def test_suggestions_look_at_the_latest_only(alice: User) -> None:
    ticket = Ticket.objects.filter(status="closed").first()
    assert ticket is not None
    with CaptureQueriesContext(connection) as captured:
        suggest(ticket, by=alice)
    check(captured, most=300)


@pytest.mark.parametrize("of", ["all.t", "all.n", "mine.t", "unassigned.t", "unassigned.n", "late.t", "closed.t0"])
def test_what_stands_beside_a_ticket_is_read_no_further_than_it_is_told(alice: User, of: str) -> None:
    origin = Origin.read(of)
    assert origin is not None
    chosen = choose(alice, origin.view, now=NOW.replace(year=2027), queue=None, folder=None)
    numbers = list(chosen.order_by("pk").values_list("pk", flat=True))
    for number in (numbers[0], numbers[len(numbers) // 2], numbers[-1]):
        ticket = Ticket.objects.get(pk=number)
        with CaptureQueriesContext(connection) as captured:
            found = in_view(chosen, ticket, origin.at(ticket))
        assert len(captured) == 1 and found.within and (found.before.nearest or found.behind.nearest)
        check(captured, most=MOST + 1)

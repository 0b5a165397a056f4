"""What a search found and nobody took up (docs/search.md, "What lapses")."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import BEN, NOW, make_customer, make_message, make_ticket
from tests.planner import carried_out, looked_at
from tests.tickets.said import at
from tickets import assignment, intake, lifecycle, replies
from tickets.checklists.items import add_item
from tickets.choices import MessageKind, Status
from tickets.history import note_activity
from tickets.incidents import ending, grouping
from tickets.models import Activity, Address, Ticket

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


def make_found(who: str = "") -> Ticket:
    identity = make_customer(who) if who else None
    ticket = make_ticket(identity, kind=MessageKind.FOUND)
    make_message(ticket, "My parachute is late", kind=MessageKind.FOUND)
    return ticket


@pytest.fixture
def found(acme: Address) -> Ticket:
    return make_found()


def lapse(*tickets: Ticket) -> list[Ticket]:
    """What a channel is offered, and what of these lapses: the same."""
    offered = set(intake.left_alone().values_list("pk", flat=True))
    intake.let_lapse([ticket.pk for ticket in tickets], now=LATER)
    done = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets], status=Status.RESOLVED)
    assert {ticket.pk for ticket in done} == offered & {ticket.pk for ticket in tickets}
    return list(done.order_by("pk"))


def test_what_nobody_took_up_is_resolved_and_says_so(found: Ticket) -> None:
    other = make_found(BEN)
    assert lapse(found, other) == [found, other]
    line = found.activities.get(verb="ticket.status")
    assert (line.data, line.actor) == ({"before": "new", "after": "resolved", "lapsed": True}, None)
    assert line.gesture != other.activities.get(verb="ticket.status").gesture


def test_an_incident_and_what_is_part_of_it_stay_while_it_is_not_done(found: Ticket, alice: User) -> None:
    part = make_found(BEN)
    incident = grouping.make(found, "Outage", by=alice, now=at(1))
    grouping.add(incident, [part.pk], by=alice, now=at(2))
    Activity.objects.update(actor=None)  # the account of who did that is gone
    assert lapse(found, part) == []
    ending.resolve(incident, parts_too=False, by=alice, now=at(3))
    assert lapse(part) == [part]


def _note(ticket: Ticket, by: User) -> None:
    replies.note(ticket, text="Please look at this tomorrow: the press asks.", by=by, now=at(2))


def _tag(ticket: Ticket, by: User) -> None:
    lifecycle.add_tag(ticket, "press", by=by, now=at(2))


def _raise(ticket: Ticket, by: User) -> None:
    lifecycle.change_priority(ticket, "urgent", by=by, now=at(2))


def _to_do(ticket: Ticket, by: User) -> None:
    add_item(ticket, "Ring them", by=by, now=at(2), required=True)
    Activity.objects.update(actor=None)  # the account of who did that is gone


def _take_and_give_back(ticket: Ticket, by: User) -> None:
    assignment.assign(ticket, to=by, by=by, now=at(2))
    assignment.assign(ticket, to=None, by=by, now=at(3))


@pytest.mark.parametrize("take_up", [_note, _tag, _raise, _to_do, _take_and_give_back])
def test_what_somebody_took_up_stays(found: Ticket, alice: User, take_up: Callable[[Ticket, User], None]) -> None:
    other = make_found(BEN)
    take_up(found, alice)
    found.refresh_from_db()
    assert (found.status, found.assignee, lapse(found, other)) == (Status.NEW, None, [other])


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_what_somebody_takes_up_in_the_same_moment_stays(found: Ticket, alice: User) -> None:
    lapsed: list[int] = []

    def let_lapse() -> None:
        lapsed.append(intake.let_lapse([found.pk], now=LATER))
        connection.close()

    with transaction.atomic():
        _note(found, alice)
        sweep = threading.Thread(target=let_lapse)
        sweep.start()
        for _ in range(1000):
            if is_waited_for():
                break
            time.sleep(0.01)
    sweep.join()
    found.refresh_from_db()
    assert (lapsed, found.status) == ([0], Status.NEW)


def test_what_the_desk_does_by_itself_is_nobodys_doing(found: Ticket) -> None:
    note_activity(found, "ticket.tagged", by=None, at=at(1), name="parachute")
    assert lapse(found) == [found]


def test_as_many_statements_for_many_as_for_one(acme: Address) -> None:
    counts = []
    for count in (1, 20):
        rows = [make_found().pk for _ in range(count)]
        with CaptureQueriesContext(connection) as asked:
            assert intake.let_lapse(rows, now=LATER) == count
        counts.append(len(asked))
    assert counts[0] == counts[1]


MANY = 20_000
FILL = """
    INSERT INTO tickets_ticket (address_id, customer_id, identity_id, private, kind, status, priority, queue_id,
        opened_at, created_at, last_message_at, last_text, last_by_us, message_count, next_due_metric)
    SELECT address_id, customer_id, identity_id, false, kind, CASE WHEN n %% 100 = 0 THEN 'new' ELSE 'closed' END,
        priority, queue_id, opened_at, created_at, last_message_at, '', false, 1, ''
    FROM tickets_ticket, generate_series(1, %(many)s) AS n;
    INSERT INTO tickets_activity (ticket_id, verb, data, actor_id, gesture, at)
    SELECT id, 'ticket.tagged', '{}', CASE WHEN status = 'closed' OR id %% 200 = 0 THEN %(by)s END,
        gen_random_uuid(), created_at
    FROM tickets_ticket, generate_series(1, 3);
    ANALYZE tickets_ticket, tickets_activity, tickets_incident, tickets_checklistitem
"""


def test_among_many_that_are_done_it_is_told_by_index(found: Ticket, alice: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"many": MANY, "by": alice.pk})
    rows = intake.left_alone().filter(address=found.address_id, last_message_at__lte=LATER)[:500]
    with CaptureQueriesContext(connection) as captured:
        list(rows)
    for node in carried_out(captured.captured_queries[0]["sql"]):
        if node.get("Relation Name") in ("tickets_ticket", "tickets_activity"):
            assert node["Node Type"] != "Seq Scan" and looked_at(node) <= MANY / 20, node

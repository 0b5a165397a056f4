"""Tickets that end by their age (docs/rules.md, "Tickets that end by their age")."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import BEN, NOW, make_agent, make_answer, make_customer, make_message, make_note, make_ticket
from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say
from tickets import lifecycle
from tickets.choices import Metric, Status
from tickets.incidents import ending, grouping
from tickets.incidents.stating import preview
from tickets.models import Address, Incident, SlaClock, Ticket
from tickets.promises.book import Book
from tickets.resting.aging import _Rule, end_old
from tickets.resting.snoozing import snooze
from tickets.sla import customer_wrote, ticket_aged

pytestmark = pytest.mark.django_db
ASKED = "1940000000000000001"


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


@pytest.fixture
def ticket(acme: Address) -> Ticket:
    """Asked and answered at NOW; the account resolves after five days of silence and closes after ten more."""
    Address.objects.update(resolve_silent_days=5, close_resolved_days=10)
    take_in(says(external_id=ASKED), minute=0)
    take_in(we_say(in_reply_to=ASKED, minute=10), minute=10)
    return only_ticket()


def test_after_so_many_days_of_silence_it_is_resolved_and_after_more_closed(ticket: Ticket) -> None:
    assert end_old(now=day(4.9)) == 0
    assert end_old(now=day(5.1)) == 1 and end_old(now=day(5.1)) == 0
    assert (only_ticket().status, only_ticket().resolved_at) == (Status.RESOLVED, day(5.1))
    line = ticket.activities.get(verb="ticket.aged")
    assert (line.data, line.actor) == ({"before": "pending", "after": "resolved", "days": 5}, None)
    assert end_old(now=day(15)) == 0 and end_old(now=day(15.2)) == 1
    assert (only_ticket().status, only_ticket().resolved_at) == (Status.CLOSED, day(5.1))


def test_no_promise_counts_as_kept_and_what_was_late_stays_missed(ticket: Ticket) -> None:
    SlaClock.objects.filter(metric=Metric.RESOLUTION).update(due_at=day(9))
    end_old(now=day(6))
    assert SlaClock.objects.get(metric=Metric.RESOLUTION).met is None and only_ticket().next_due_at is None


@pytest.mark.parametrize(("minutes", "met"), [(60, False), (6000, None)])
def test_what_was_late_by_then_is_missed_of_the_rest_nothing_is_judged(minutes: int, met: bool | None) -> None:
    book = Book(targets={Metric.RESOLUTION: minutes})
    customer_wrote(book, at(0))
    ticket_aged(book, at(5000))
    assert (book.clocks[0].met, book.clocks[0].ended_at) == (met, at(5000))


def test_a_late_one_is_found_missed_in_the_tables_too(ticket: Ticket) -> None:
    end_old(now=day(6))  # the resolution was promised within a day
    assert SlaClock.objects.get(metric=Metric.RESOLUTION).met is False


def test_the_customer_comes_back_as_after_any_resolution(ticket: Ticket) -> None:
    end_old(now=day(5.1))
    take_in(says("Still waiting", in_reply_to=ASKED, minute=6 * 1440), minute=6 * 1440)
    assert only_ticket().status == Status.OPEN and "ticket.reopened" in verbs(ticket)


def _retag(ticket: Ticket, by: User) -> None:
    lifecycle.add_tag(ticket, "depot", by=by, now=day(3))


def _put_aside(ticket: Ticket, by: User) -> None:
    snooze(ticket, None, by=by, now=at(20))


def _note(ticket: Ticket, by: User) -> None:
    make_note(ticket, sent_at=day(3))


def _plan(ticket: Ticket, by: User) -> None:
    make_answer(ticket, state="scheduled", sent_at=day(-1), agent=by)


def _hold(ticket: Ticket, by: User) -> None:
    lifecycle.change_status(ticket, Status.ON_HOLD, by=by, now=at(20))


@pytest.mark.parametrize("what", [_retag, _put_aside, _note, _plan, _hold])
def test_it_stays_where_somebody_has_a_hand_in_it(ticket: Ticket, alice: User, what: Any) -> None:
    what(ticket, alice)
    assert end_old(now=day(6)) == 0


def test_what_is_resolved_is_not_closed_while_an_answer_waits_for_its_day(ticket: Ticket, alice: User) -> None:
    end_old(now=day(5.1))
    answer = make_answer(ticket, state="scheduled", sent_at=day(20), agent=alice)
    assert end_old(now=day(15.2)) == 0
    answer.outbox.delete()
    assert end_old(now=day(15.2)) == 1


@pytest.fixture
def incident(ticket: Ticket, alice: User) -> Incident:
    """Ana's ticket is the incident, Ben's a part: both were told "We are on it", and wait."""
    made = grouping.make(only_ticket(), "Outage", by=alice, now=at(20))
    ben = make_ticket(make_customer(BEN), address=ticket.address, status=Status.PENDING)
    make_message(ben, "Down for me too"), make_answer(ben, "We are on it", agent=alice)
    grouping.add(made, [ben.pk], by=alice, now=at(21))
    return made


def test_what_an_incident_lasts_over_stays_until_its_customers_are_told(incident: Incident) -> None:
    assert end_old(now=day(6)) == 0
    seen = preview(incident, public="{handle} It is mended.", private="", by=make_agent("bob"), now=day(6))
    assert [one.ticket.pk for one in seen.told] == [incident.ticket_id, *_parts(incident)]


def test_a_part_that_is_done_is_not_closed_before_its_incident_is(incident: Incident, alice: User) -> None:
    (part,) = Ticket.objects.filter(part_of=incident.ticket_id)
    lifecycle.change_status(part, Status.RESOLVED, by=alice, now=day(1))
    assert end_old(now=day(12)) == 0
    ending.resolve(incident, parts_too=False, by=alice, now=day(12))
    assert end_old(now=day(12)) == 1 and set(_statuses()) == {Status.RESOLVED, Status.CLOSED}


def test_what_is_left_of_an_incident_that_is_done_or_unmade_ends_by_its_age(incident: Incident, alice: User) -> None:
    ending.resolve(incident, parts_too=False, by=alice, now=day(1))
    assert end_old(now=day(7)) == 1 and set(_statuses()) == {Status.RESOLVED}
    lifecycle.change_status(incident.ticket, Status.PENDING, by=alice, now=day(8))
    grouping.unmake(Incident.objects.get(), by=alice, now=day(9))
    assert end_old(now=day(14.1)) == 1


def _parts(incident: Incident) -> list[int]:
    return list(Ticket.objects.filter(part_of=incident.ticket_id).values_list("pk", flat=True))


def _statuses() -> list[str]:
    return list(Ticket.objects.values_list("status", flat=True))


def test_an_account_that_says_nothing_ends_nothing(ticket: Ticket) -> None:
    Address.objects.update(resolve_silent_days=None, close_resolved_days=None)
    assert end_old(now=day(400)) == 0


def old_tickets(acme: Address, count: int) -> None:
    for _ in range(count):
        make_message(make_ticket(address=acme, status=Status.PENDING, last_message_at=day(-10)))


def test_as_many_statements_for_many_as_for_one(ticket: Ticket, acme: Address) -> None:
    found = []
    for count in (1, 12):
        old_tickets(acme, count)
        with CaptureQueriesContext(connection) as asked:
            assert end_old(now=day(1)) == count
        found.append(len(asked))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("before", "after", "index"),
    [("pending", "resolved", "ticket_silent"), ("resolved", "closed", "ticket_done_since")],
)
def test_the_sweep_looks_by_its_index_alone(ticket: Ticket, before: Status, after: Status, index: str) -> None:
    rule = _Rule(ticket.address_id, 5, Status(before), Status(after))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    assert index in rule.old(day(6))[:500].explain()

"""A policy with business hours, from the message to the deadline and its explanation on the page."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import make_address, make_policy, make_queue
from tests.tickets.said import only_ticket, says
from tickets.choices import Metric, Priority
from tickets.clocks import load_targets
from tickets.intake import receive
from tickets.lifecycle import change_priority
from tickets.models import BusinessHours, SlaClock, SlaPolicy, SlaTarget
from tickets.shown.clocks import show_clocks
from tickets.shown.deadlines import explain

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 12, 23, 16, 30, tzinfo=UTC)  # 17:30 in Berlin, a Wednesday


@pytest.fixture
def policy() -> SlaPolicy:
    hours = BusinessHours.objects.create(
        name="Office", time_zone="Europe/Berlin", country="DE", own_days="2026-12-24 closed"
    )
    policy = make_policy("Gold", business_hours=hours)
    make_address(queue=make_queue(), sla_policy=policy)
    return policy


def first_reply() -> SlaClock:
    return SlaClock.objects.get(metric=Metric.FIRST_RESPONSE)


def test_a_message_before_christmas_is_due_after_it(policy: SlaPolicy) -> None:
    receive([says(sent_at=EVENING)], now=EVENING)
    assert first_reply().due_at == datetime(2026, 12, 28, 8, 30, tzinfo=UTC) == only_ticket().next_due_at


def test_another_priority_counts_in_business_hours_too(policy: SlaPolicy, alice: User) -> None:
    receive([says(sent_at=EVENING)], now=EVENING)
    SlaTarget.objects.filter(priority=Priority.URGENT).update(minutes=45)
    change_priority(only_ticket(), Priority.URGENT, by=alice, now=EVENING)
    assert first_reply().due_at == datetime(2026, 12, 28, 8, 15, tzinfo=UTC)


def test_hours_cost_one_statement_and_none_where_nobody_has_them(policy: SlaPolicy) -> None:
    with CaptureQueriesContext(connection) as with_hours:
        load_targets()
    SlaPolicy.objects.update(business_hours=None)
    with CaptureQueriesContext(connection) as without:
        load_targets()
    assert (len(with_hours), len(without)) == (2, 1)


def test_the_page_says_in_which_stretches_it_runs_and_what_was_closed(policy: SlaPolicy, alice: User) -> None:
    receive([says(sent_at=EVENING)], now=EVENING)
    client = Client()
    client.force_login(alice)
    page = client.get(f"/tickets/{only_ticket().pk}/").content.decode()
    assert (
        "It runs in business hours “Office” (Europe/Berlin): Wed 23 Dec, 17:30–18:00; Mon 28 Dec, 09:00–09:30." in page
    )
    assert "Closed: 24 Dec (a day of its own), 25 Dec (Christmas Day), 26 Dec (Second Day of Christmas)." in page


def test_where_the_reader_has_another_clock_both_are_named(policy: SlaPolicy, alice: User) -> None:
    receive([says(sent_at=EVENING)], now=EVENING)
    (shown,) = (
        one for one in show_clocks(only_ticket(), by=alice, now=EVENING) if one.clock.metric == Metric.FIRST_RESPONSE
    )
    with timezone.override("UTC"):
        lines = explain(shown, priority="normal")
    assert lines[0] == "Starts at the message's own time, 23 Dec, 16:30:00 (UTC)."
    assert lines[-1] == "Due 28 Dec, 08:30 (UTC), by the clock of these hours Mon 28 Dec, 09:30."
    with timezone.override("Europe/Berlin"):
        lines = explain(shown, priority="normal")
    assert (lines[0], lines[-1]) == ("Starts at the message's own time, 23 Dec, 17:30:00.", "Due 28 Dec, 09:30.")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("time_zone", "Berlin", "There is no time zone"),
        ("opening_hours", "", "name one day"),
        ("opening_hours", "always", "no line of opening hours"),
        ("opening_hours", "Mon-Fri 09:00-12:00, 11:00-15:00", "overlap (Mon, Tue, Wed, Thu, Fri)"),
        ("own_days", "Christmas", "no line of a day"),
        ("own_days", "2026-12-24 09:00-12:00, 11:00-15:00", "overlap (2026-12-24)"),
        (
            "own_days",
            "\n".join(f"2026-12-{day} 09:00-12:00, 11:00-15:00" for day in range(10, 20)),
            "2026-12-16, …)",
        ),
        ("country", "XX", "No holidays are known"),
        ("region", "ZZ", "has no region"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, value: str, words: str) -> None:
    hours = BusinessHours(name="Office", country="DE")
    setattr(hours, field, value)
    with pytest.raises(ValidationError) as refused:
        hours.clean()
    assert words in refused.value.message_dict[field][0]

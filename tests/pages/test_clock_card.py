"""The card of a ticket's clocks: what it tells of several promises of one kind, and of one judged long ago."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.factories import NOW, make_clock, make_message, make_policy, make_ticket
from tickets.choices import Metric
from tickets.models import BusinessHours, SlaPause, SlaPolicy, Ticket

FALLEN = "No longer counts"


@pytest.fixture
def ticket(acme: object) -> Ticket:
    ticket = make_ticket()
    make_message(ticket)
    return ticket


def after(minutes: int) -> Any:
    return NOW + timedelta(minutes=minutes)


def card(desk: Client, ticket: Ticket) -> str:
    page = desk.get(f"/tickets/{ticket.pk}/").content.decode()
    return page.split('id="card-clocks"')[1].split("</section>")[0]


@pytest.mark.parametrize(
    ("ended", "met", "words"), [(46, True, "Kept in 46 min of 1 h"), (86, False, "Missed by 26 min, promised in 1 h")]
)
def test_what_was_judged_is_told_as_it_was_in_whatever_hours_its_policy_has_since(
    desk: Client, ticket: Ticket, ended: int, met: bool, words: str
) -> None:
    policy = make_policy("Gold")
    make_clock(ticket, policy=policy, ended_at=after(ended), met=met)
    for week in ("Mon-Fri 23:00-23:30", "Sun 09:00-10:00"):
        policy.business_hours = BusinessHours.objects.create(name=week, opening_hours=week)
        policy.save()
        assert words in card(desk, ticket)
    SlaPolicy.objects.all().delete()
    assert words in card(desk, ticket)


def test_kept_in_business_hours_is_told_by_the_moment_it_was_due(desk: Client, ticket: Ticket) -> None:
    make_clock(ticket, due_at=after(900), ended_at=after(800), met=True)
    assert "Kept, 1 h 40 min before it was due" in card(desk, ticket)


def test_the_time_that_one_stood_still_does_not_count(desk: Client, ticket: Ticket) -> None:
    SlaPause.objects.create(
        ticket=ticket, status="on_hold", metrics=[Metric.FIRST_RESPONSE], since=after(10), until=after(40)
    )
    make_clock(ticket, due_at=after(90), ended_at=after(50), met=True)
    assert "Kept in 20 min of 1 h" in card(desk, ticket)


def test_a_younger_one_that_fell_away_does_not_hide_what_was_missed(desk: Client, ticket: Ticket) -> None:
    make_clock(ticket, ended_at=after(128), met=False)
    make_clock(ticket, started_at=after(100), due_at=after(160), ended_at=after(130))
    told = card(desk, ticket)
    assert "Missed by 1 h 8 min, promised in 1 h" in told and FALLEN not in told


def test_what_runs_is_told_before_what_was_judged(desk: Client, ticket: Ticket) -> None:
    make_clock(ticket, Metric.NEXT_RESPONSE, started_at=after(20), due_at=after(80), ended_at=after(30), met=True)
    make_clock(ticket, Metric.NEXT_RESPONSE)
    told = card(desk, ticket)
    assert "<progress" in told and "Kept" not in told


def test_each_running_promise_explains_itself(desk: Client, ticket: Ticket) -> None:
    policy = make_policy("Gold")
    Ticket.objects.update(next_due_at=after(60), next_due_metric=Metric.FIRST_RESPONSE)
    make_clock(ticket, policy=policy)
    make_clock(ticket, Metric.RESOLUTION, policy=policy, minutes=120, due_at=after(120))
    told = card(desk, ticket)
    assert "Normal: First reply in 1 h." in told and "Normal: Resolution in 2 h." in told


def test_hours_that_make_another_moment_of_it_do_not_explain_it(desk: Client, ticket: Ticket) -> None:
    hours = BusinessHours.objects.create(name="Nights", opening_hours="Mon-Fri 22:00-23:30")
    make_clock(ticket, policy=make_policy("Gold", business_hours=hours))
    told = card(desk, ticket)
    assert "It stays as it was promised" in told and "Nights" not in told

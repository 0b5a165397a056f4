"""Tickets of several priorities are made one: what was promised goes on as it was given, and nobody is late by it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import strip_tags as striptags

from tests.tickets.said import at
from tests.tickets.test_merging import merged, two
from tickets import assignment, lifecycle
from tickets.choices import Metric, Priority
from tickets.merging import foresee_due
from tickets.models import Activity
from tickets.shown.clocks import show_clocks
from tickets.timeline import load_names
from tickets.wording.sentences import tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def test_the_preview_says_what_will_be_due_also_where_the_priority_rises(alice: User) -> None:
    home, other = two()
    policy = home.sla_policy
    assert policy is not None
    policy.targets.filter(priority=Priority.URGENT).update(minutes=15)
    lifecycle.change_priority(other, Priority.URGENT, by=alice, now=at(6))
    other.refresh_from_db()
    foreseen = foresee_due(home, [other], now=at(10))
    home.refresh_from_db()
    assert home.priority == Priority.NORMAL
    merged(home, other, by=alice)
    assert home.next_due_at == foreseen == at(20)  # as it was given: not the other's start with the higher length


def test_a_priority_that_rises_by_a_merge_changes_no_running_promise_and_one_of_a_person_does(
    alice: User, bob: User, client: Client
) -> None:
    home, other = two(minute=30)
    policy = home.sla_policy
    assert policy is not None
    policy.targets.filter(priority=Priority.URGENT, metric=Metric.FIRST_RESPONSE).update(minutes=15)
    policy.targets.filter(priority=Priority.HIGH, metric=Metric.FIRST_RESPONSE).update(minutes=25)
    lifecycle.change_priority(other, Priority.URGENT, by=alice, now=at(31))
    assignment.assign(other, to=bob, by=alice, now=at(31))
    merged(home, other, by=alice, minute=36)
    running = {clock.metric: clock for clock in home.clocks.filter(ended_at=None)}
    assert (home.priority, home.next_due_at) == (Priority.URGENT, at(45))
    assert {metric: clock.started_at for metric, clock in running.items()} == {
        Metric.FIRST_RESPONSE: at(30),
        Metric.RESOLUTION: at(0),
    }
    assert {metric: clock.priority for metric, clock in running.items()} == {
        Metric.FIRST_RESPONSE: Priority.URGENT,
        Metric.RESOLUTION: Priority.NORMAL,
    }
    shown = {one.clock.metric: one.came_from for one in show_clocks(home, by=alice, now=at(37))}
    assert shown == {Metric.FIRST_RESPONSE: other.pk, Metric.RESOLUTION: None}
    client.force_login(alice)
    assert (
        f"Came with the merge of #{other.pk}, as it was given there (Urgent)."
        in client.get(f"/tickets/{home.pk}/").text
    )
    line = Activity.objects.get(ticket=home, verb="ticket.took_in")
    told = striptags(tell(line.verb, line.data, who="Alice", names=load_names([line], user=alice)))
    assert "The priority rose from Normal to Urgent" in told and "Bob has it now." in told
    lifecycle.change_priority(home, Priority.HIGH, by=alice, now=at(38))
    home.refresh_from_db()
    assert home.next_due_at == at(55)
    assert home.clocks.get(metric=Metric.RESOLUTION, ended_at=None).priority == Priority.HIGH

"""What a changed policy means for running promises (docs/rules.md, "When a policy is changed")."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_clock, make_message, make_policy, make_supervisor, make_ticket
from tests.tickets.said import at, only_ticket, says, take_in
from tickets.choices import Metric
from tickets.models import BusinessHours, EscalationStep, PolicyRun, SlaClock, SlaPolicy, SlaTarget, Ticket
from tickets.promises.repromising import go_on, order, preview

pytestmark = pytest.mark.django_db
ASKED = "1940000000000000001"
FIRST, RESOLUTION = Metric.FIRST_RESPONSE, Metric.RESOLUTION


@pytest.fixture
def policy(acme: object) -> SlaPolicy:
    """Ana's question of NOW: a first reply within an hour, a resolution within a day."""
    take_in(says(external_id=ASKED), minute=0)
    return SlaPolicy.objects.get()


def promise(metric: Metric, minutes: int) -> None:
    SlaTarget.objects.filter(metric=metric).update(minutes=minutes)


def put_on(policy: SlaPolicy, by: User, minute: float = 20) -> PolicyRun:
    run = order(policy, by=by, now=at(minute))
    go_on(clock=lambda: at(minute), at_most=timedelta(seconds=5))
    run.refresh_from_db()
    return run


def dues() -> dict[str, float]:
    rows = SlaClock.objects.filter(ended_at=None).values_list("metric", "due_at")
    return {metric: (due - at(0)).total_seconds() / 60 for metric, due in rows}


def test_saved_alone_it_changes_nothing_that_runs(policy: SlaPolicy) -> None:
    promise(FIRST, 30)
    take_in(says("And?", in_reply_to=ASKED, minute=5), minute=5)
    assert dues() == {FIRST: 60, RESOLUTION: 1440}


def test_the_preview_tells_each_promise_and_writes_nothing(policy: SlaPolicy) -> None:
    promise(FIRST, 15)
    promise(RESOLUTION, 2880)
    with CaptureQueriesContext(connection) as asked:
        found = preview(policy, now=at(20))
    assert (found.tickets, found.earlier, found.later, found.late, found.fallen) == (1, 1, 1, 1, 0)
    late, later = found.shifts
    assert (late.metric, late.before, late.after, late.late_at_once(at(20))) == (FIRST, at(60), at(15), True)
    assert (later.metric, later.after, later.minutes) == (RESOLUTION, at(2880), (1440, 2880))
    assert not [one for one in asked.captured_queries if not one["sql"].startswith("SELECT")]
    assert dues() == {FIRST: 60, RESOLUTION: 1440}


def test_the_preview_tells_what_steps_do_at_once(policy: SlaPolicy) -> None:
    SlaTarget.objects.filter(metric=FIRST, priority="high").update(minutes=30)
    EscalationStep.objects.create(policy=policy, metric=FIRST, share=25, priority="high")
    found = preview(policy, now=at(20))
    assert (found.told, found.raised, found.moved, found.earlier) == (1, 1, 0, 1)
    assert found.shifts[0].after == at(30) and only_ticket().priority == "normal"
    assert preview(policy, now=at(5)).told == 0


def test_what_is_not_promised_any_more_falls_away(policy: SlaPolicy) -> None:
    SlaTarget.objects.filter(metric=FIRST).delete()
    found = preview(policy, now=at(20))
    assert (found.fallen, found.shifts[-1].after) == (1, None)


def test_put_on_running_promises_it_holds_from_when_they_started(policy: SlaPolicy, alice: User) -> None:
    promise(FIRST, 90)
    EscalationStep.objects.create(policy=policy, metric=FIRST, share=50, priority="high")
    run = put_on(policy, alice)
    assert dues() == {FIRST: 90, RESOLUTION: 1440} and only_ticket().next_due_at == at(90)
    assert SlaClock.objects.get(metric=FIRST).next_step_at == at(45)
    assert (run.total, run.done, run.changed, run.ended_at) == (1, 1, 1, at(20))
    line = only_ticket().activities.get(verb="clock.retargeted")
    assert line.actor == alice and line.data["minutes"] == [60, 90] and line.data["after"] == at(90).isoformat()


def test_other_hours_count_too_where_the_minutes_are_the_same(policy: SlaPolicy, alice: User) -> None:
    hours = BusinessHours.objects.create(name="Afternoons", opening_hours="Mon-Fri 12:00-18:00", time_zone="UTC")
    policy.business_hours = hours
    policy.save()
    put_on(policy, alice)
    assert dues()[FIRST] == 180  # asked at 10:00, an hour from noon


def test_what_was_judged_and_whoever_has_another_policy_stay(policy: SlaPolicy, alice: User) -> None:
    other = make_ticket(sla_policy=make_policy("Gold"))
    make_clock(other)
    before = SlaClock.objects.get(ticket=other).due_at
    SlaClock.objects.filter(metric=RESOLUTION, ticket=Ticket.objects.earliest("pk")).update(ended_at=at(5), met=True)
    promise(FIRST, 10)
    promise(RESOLUTION, 1)
    put_on(policy, alice)
    assert SlaClock.objects.get(ticket=other).due_at == before
    assert SlaClock.objects.get(met=True).due_at == at(1440)


def test_twice_does_no_harm_and_says_nothing_the_second_time(policy: SlaPolicy, alice: User) -> None:
    promise(FIRST, 90)
    put_on(policy, alice)
    assert put_on(policy, alice, 25).changed == 0
    assert only_ticket().activities.filter(verb="clock.retargeted").count() == 1


def test_many_are_gone_through_in_pieces(policy: SlaPolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    sam = make_supervisor()
    for _ in range(4):
        one = make_ticket(sla_policy=policy)
        make_message(one)
        make_clock(one, policy=policy, minutes=60)
    monkeypatch.setattr("tickets.promises.repromising.AT_ONCE", 2)
    promise(FIRST, 90)
    run = put_on(policy, sam)
    assert (run.done, run.changed) == (5, 5)

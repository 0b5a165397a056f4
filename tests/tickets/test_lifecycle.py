"""What agents do to a ticket: status, priority, place and tags, each with its clocks and its line of history."""

import pytest
from django.contrib.auth.models import User

from tests.factories import make_folder, make_outsider, make_policy, make_queue, make_ticket
from tests.tickets.said import at, only_ticket, says, take_in, verbs
from tickets import lifecycle
from tickets.choices import Metric, Priority, Status
from tickets.errors import CannotChange, NotAllowed
from tickets.models import SlaTarget, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


@pytest.fixture
def ticket() -> Ticket:
    """Ana's question of NOW: a first reply due at 60, a resolution at 1440."""
    take_in(says(), minute=0)
    return only_ticket()


def running(ticket: Ticket) -> set[str]:
    return set(ticket.clocks.filter(ended_at=None).values_list("metric", flat=True))


def test_resolving_judges_the_resolution_and_nothing_is_due(ticket: Ticket, alice: User) -> None:
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(30))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at, ticket.next_due_at) == (Status.RESOLVED, at(30), None)
    assert ticket.clocks.get(metric=Metric.RESOLUTION).met is True
    assert ticket.clocks.get(metric=Metric.FIRST_RESPONSE).met is None


def test_two_clicks_restart_no_clock_and_judge_none(ticket: Ticket, alice: User) -> None:
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(30))
    lifecycle.change_status(ticket, Status.OPEN, by=alice, now=at(40))
    ticket.refresh_from_db()
    assert (ticket.resolved_at, ticket.next_due_at) == (None, at(60))
    rows = ticket.clocks.order_by("due_at").values_list("metric", "started_at", "due_at", "met", "ended_at")
    assert list(rows) == [
        (Metric.FIRST_RESPONSE, at(0), at(60), None, None),
        (Metric.RESOLUTION, at(0), at(1450), None, None),  # it stood resolved for 10 minutes
    ]
    pause = ticket.pauses.get()
    assert (pause.get_status_display(), pause.metrics, pause.since, pause.until) == (
        "Resolved",
        [Metric.RESOLUTION],
        at(30),
        at(40),
    )


def test_ignored_judges_nothing_and_taken_back_promises_go_on(ticket: Ticket, alice: User) -> None:
    lifecycle.change_status(ticket, Status.IGNORED, by=alice, now=at(90))
    assert set(ticket.clocks.values_list("met", "ended_at")) == {(None, at(90))}
    lifecycle.change_status(ticket, Status.OPEN, by=alice, now=at(100))
    rows = ticket.clocks.order_by("due_at").values_list("metric", "due_at", "ended_at")
    assert list(rows) == [(Metric.FIRST_RESPONSE, at(60), None), (Metric.RESOLUTION, at(1440), None)]


def test_resolved_unanswered_a_reply_that_is_late_is_missed_until_that_is_taken_back(
    ticket: Ticket, alice: User
) -> None:
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(90))
    reply = ticket.clocks.get(metric=Metric.FIRST_RESPONSE)
    assert (reply.met, reply.ended_at) == (False, at(90))
    lifecycle.change_status(ticket, Status.OPEN, by=alice, now=at(95))
    reply.refresh_from_db()
    assert (reply.met, reply.ended_at, reply.due_at) == (None, None, at(60))


def test_closing_what_is_resolved_keeps_its_time(ticket: Ticket, alice: User) -> None:
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(30))
    closed = lifecycle.change_status(ticket, Status.CLOSED, by=alice, now=at(90))
    assert (closed.resolved_at, closed.clocks.filter(metric=Metric.RESOLUTION).count()) == (at(30), 1)


@pytest.mark.parametrize("status", [Status.PENDING, Status.ON_HOLD])
def test_waiting_leaves_the_clocks_running(ticket: Ticket, alice: User, status: str) -> None:
    lifecycle.change_status(ticket, status, by=alice, now=at(5))
    assert running(ticket) == {Metric.FIRST_RESPONSE, Metric.RESOLUTION}


def test_nothing_becomes_new_again(ticket: Ticket, alice: User) -> None:
    lifecycle.change_status(ticket, Status.OPEN, by=alice, now=at(1))
    with pytest.raises(CannotChange):
        lifecycle.change_status(ticket, Status.NEW, by=alice, now=at(2))


def test_the_same_status_is_no_change(ticket: Ticket, alice: User) -> None:
    lifecycle.change_status(ticket, Status.NEW, by=alice, now=at(1))
    assert "ticket.status" not in verbs(ticket)


def test_a_status_has_its_line_of_history(ticket: Ticket, alice: User) -> None:
    lifecycle.change_status(ticket, Status.OPEN, by=alice, now=at(1))
    line = ticket.activities.get(verb="ticket.status")
    assert (line.actor, line.at, line.data) == (alice, at(1), {"before": "new", "after": "open"})


def test_urgency_brings_the_due_time_forward_and_back(ticket: Ticket, alice: User) -> None:
    SlaTarget.objects.filter(metric=Metric.FIRST_RESPONSE, priority=Priority.URGENT).update(minutes=15)
    urgent = lifecycle.change_priority(ticket, Priority.URGENT, by=alice, now=at(2))
    assert (urgent.next_due_at, urgent.clocks.get(metric=Metric.FIRST_RESPONSE).minutes) == (at(15), 15)
    assert lifecycle.change_priority(ticket, Priority.LOW, by=alice, now=at(3)).next_due_at == at(60)


def test_a_priority_without_a_promise_ends_the_clock_unjudged(ticket: Ticket, alice: User) -> None:
    SlaTarget.objects.filter(metric=Metric.FIRST_RESPONSE, priority=Priority.LOW).delete()
    low = lifecycle.change_priority(ticket, Priority.LOW, by=alice, now=at(2))
    assert (low.next_due_metric, running(low)) == (Metric.RESOLUTION, {Metric.RESOLUTION})


def test_moving_and_filing_have_their_lines(ticket: Ticket, alice: User) -> None:
    lifecycle.move(ticket, make_queue("Billing"), by=alice, now=at(1))
    lifecycle.move(ticket, make_queue("Billing"), by=alice, now=at(2))
    lifecycle.file(ticket, make_folder("Orders"), by=alice, now=at(3))
    ticket.refresh_from_db()
    assert (ticket.queue.name, str(ticket.folder)) == ("Billing", "Orders")
    assert verbs(ticket)[2:] == ["ticket.moved", "ticket.filed"]


def test_a_tag_is_one_word_however_it_is_typed(ticket: Ticket, alice: User) -> None:
    tag = lifecycle.add_tag(ticket, "  Late   Parcel ", by=alice, now=at(1))
    assert lifecycle.add_tag(ticket, "late parcel", by=alice, now=at(2)) == tag
    assert (tag.name, verbs(ticket).count("ticket.tagged")) == ("late parcel", 1)
    lifecycle.remove_tag(ticket, tag, by=alice, now=at(3))
    assert ticket.tags.count() == 0


@pytest.mark.parametrize("name", ["", "   ", "x" * 51])
def test_a_tag_without_a_word_or_beyond_fifty_is_refused(ticket: Ticket, alice: User, name: str) -> None:
    with pytest.raises(CannotChange):
        lifecycle.add_tag(ticket, name, by=alice, now=at(1))


def test_an_outsider_changes_nothing() -> None:
    charlie, ticket, now = make_outsider(), make_ticket(), at(1)
    for gesture in (
        lambda: lifecycle.change_status(ticket, Status.OPEN, by=charlie, now=now),
        lambda: lifecycle.change_priority(ticket, Priority.HIGH, by=charlie, now=now),
        lambda: lifecycle.move(ticket, make_queue("Billing"), by=charlie, now=now),
        lambda: lifecycle.file(ticket, None, by=charlie, now=now),
        lambda: lifecycle.add_tag(ticket, "late", by=charlie, now=now),
    ):
        with pytest.raises(NotAllowed):
            gesture()
    assert ticket.activities.count() == 0


def test_a_policy_that_changed_meanwhile_changes_no_promise_that_is_taken_up_again(ticket: Ticket, alice: User) -> None:
    Ticket.objects.update(sla_policy=make_policy("Gold", minutes={Metric.RESOLUTION: 10}))
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(1))
    assert lifecycle.change_status(ticket, Status.OPEN, by=alice, now=at(2)).next_due_at == at(60)

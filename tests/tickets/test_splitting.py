"""What a split leaves: how the ticket stands on which nothing is unanswered any more, and whose the new one is."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User

from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say
from tickets import assignment, lifecycle
from tickets.choices import AssignmentMode, Metric, Status
from tickets.models import Gesture, SlaClock, SlaPause, Ticket
from tickets.regrouping.splitting import move, split
from tickets.regrouping.staying import Stands, Turn, stands_again
from tickets.regrouping.undoing import undo
from tickets.timeline import load_names, plain_sentence

RESOLVED, OPEN = Turn("ticket.status", Status.RESOLVED, at(10)), Turn("ticket.status", Status.OPEN, at(10))
REOPENED, RESUMED = Turn("ticket.reopened", "", at(20)), Turn("ticket.resumed", Status.OPEN, at(20))
AGED = Turn("ticket.aged", Status.RESOLVED, at(9))
PENDING = Stands(Status.PENDING)


@pytest.mark.parametrize(
    ("turns", "left", "answered", "failed", "stands"),
    [
        ([], [at(20)], at(5), None, PENDING),
        ([Turn("ticket.status", Status.OPEN, at(3))], [at(20)], at(5), None, PENDING),
        ([RESOLVED, REOPENED], [at(20)], at(5), None, Stands(Status.RESOLVED, at(10))),
        (
            [Turn("ticket.aged", Status.RESOLVED, at(9)), REOPENED],
            [at(20)],
            at(5),
            None,
            Stands(Status.RESOLVED, at(9)),
        ),
        ([RESOLVED, REOPENED], [at(20)], at(22), None, None),  # our last answer came after what went
        ([RESOLVED, REOPENED], [at(20), at(24)], at(22), None, PENDING),
        ([RESOLVED, REOPENED, Turn("ticket.status", Status.OPEN, at(25))], [at(20)], at(5), None, None),
        ([RESUMED], [at(20)], at(5), None, Stands(Status.ON_HOLD)),
        ([OPEN], [at(20)], at(5), None, None),  # somebody wants it so
        ([], [at(20)], at(5), at(6), None),
        ([], [at(20)], at(5), at(4), PENDING),
        ([], [at(3)], at(5), None, None),
        ([], [], at(5), None, None),
    ],
)
def test_it_stands_as_if_what_went_had_not_been_said(
    turns: list[Turn], left: list[datetime], answered: datetime, failed: datetime | None, stands: Stands | None
) -> None:
    assert stands_again(turns, left=left, answered=answered, failed=failed) == stands


# On real tickets: Ana asks at 0, Acme answers at 5, Ana asks for something else at 20.


def answered() -> Ticket:
    question = says()
    take_in(question, we_say(minute=5, in_reply_to=question.external_id), minute=6)
    return only_ticket()


def asks_again(ticket: Ticket) -> None:
    number = ticket.messages.earliest("sent_at").external_id or ""
    take_in(says("And another parcel?", minute=20, in_reply_to=number), minute=20)


def split_last(ticket: Ticket, *, by: User) -> Gesture:
    gesture = split(ticket, [ticket.messages.latest("sent_at").pk], by=by, now=at(30))
    ticket.refresh_from_db()
    return gesture


def promises(ticket: Ticket) -> list[tuple[object, ...]]:
    rows = ticket.clocks.order_by("started_at", "metric")
    return list(rows.values_list("metric", "started_at", "due_at", "ended_at", "met", "paused_at"))


@pytest.mark.usefixtures("acme")
def test_what_waited_for_the_customer_waits_again_and_stands_still_since_it_did(alice: User) -> None:
    ticket = answered()
    assert ticket.sla_policy is not None
    ticket.sla_policy.pause_rules.create(status=Status.PENDING)
    lifecycle.change_status(ticket, Status.OPEN, by=alice, now=at(7))
    lifecycle.change_status(ticket, Status.PENDING, by=alice, now=at(8))
    before = promises(ticket)
    asks_again(ticket)
    gesture = split_last(ticket, by=alice)
    assert ticket.status == Status.PENDING
    resolution = next(row for row in promises(ticket) if row[0] == Metric.RESOLUTION)
    assert resolution in before and SlaPause.objects.get(ticket=ticket, until=None).since == at(8)
    line = ticket.activities.get(verb="ticket.split")
    told = plain_sentence(line, load_names([line], user=alice))
    assert told.endswith("Nothing else is unanswered here: it waits for the customer again.")
    undo(gesture.pk, by=alice, now=at(31))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.message_count) == (Status.OPEN, 3)


@pytest.mark.usefixtures("acme")
def test_what_it_reopened_is_resolved_as_before_and_its_new_promise_falls_away(alice: User) -> None:
    ticket = answered()
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(10))
    asks_again(ticket)
    ticket.refresh_from_db()
    reopened = promises(ticket)
    assert ticket.status == Status.OPEN
    gesture = split_last(ticket, by=alice)
    assert (ticket.status, ticket.resolved_at, ticket.next_due_at) == (Status.RESOLVED, at(10), None)
    judged = SlaClock.objects.filter(ticket=ticket, metric=Metric.RESOLUTION).order_by("started_at")
    assert list(judged.values_list("ended_at", "met")) == [(at(10), True), (at(30), None)]
    undo(gesture.pk, by=alice, now=at(31))
    back = Ticket.objects.get(pk=ticket.pk)
    assert (back.status, back.resolved_at, promises(back)) == (Status.OPEN, None, reopened)


@pytest.mark.usefixtures("acme")
def test_resolved_again_and_opened_by_hand_it_goes_on_with_its_first_promise(alice: User) -> None:
    ticket = answered()
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(10))
    asks_again(ticket)
    split_last(ticket, by=alice)
    lifecycle.change_status(ticket, Status.OPEN, by=alice, now=at(40))
    assert [row[:2] for row in promises(ticket) if row[3] is None] == [(Metric.RESOLUTION, at(0))]


@pytest.mark.usefixtures("acme")
def test_what_was_on_hold_is_so_again_also_when_the_message_is_moved(alice: User) -> None:
    ticket = answered()
    lifecycle.change_status(ticket, Status.ON_HOLD, by=alice, now=at(10), reason="The carrier looks for it.")
    asks_again(ticket)
    (told,) = take_in(says("My other parcel!", minute=15), minute=21)
    move(ticket.messages.latest("sent_at"), to=told.ticket or 0, by=alice, now=at(30))
    ticket.refresh_from_db()
    assert ticket.status == Status.ON_HOLD


@pytest.mark.usefixtures("acme")
def test_what_is_still_unanswered_keeps_it_open(alice: User) -> None:
    ticket = answered()
    asks_again(ticket)
    number = ticket.messages.earliest("sent_at").external_id or ""
    take_in(says("Hello?", minute=25, in_reply_to=number), minute=25)
    split_last(ticket, by=alice)
    assert ticket.status == Status.OPEN and ticket.next_due_at is not None


# Whose the new one is


def in_turns(ticket: Ticket) -> None:
    ticket.queue.assignment = AssignmentMode.ROUND_ROBIN
    ticket.queue.save()


@pytest.mark.usefixtures("acme")
def test_who_has_the_ticket_has_what_is_split_off_it_however_full_they_are(alice: User, bob: User) -> None:
    ticket = answered()
    assignment.take(ticket, by=alice, now=at(6))
    in_turns(ticket)
    ticket.queue.capacity = 1
    ticket.queue.save()
    asks_again(ticket)
    fresh = split_last(ticket, by=bob).home
    fresh.refresh_from_db()
    assert fresh.assignee == alice and verbs(fresh) == ["ticket.split_off", "ticket.assigned"]


@pytest.mark.usefixtures("acme")
def test_what_nobody_has_stays_nobodys(alice: User) -> None:
    ticket = answered()
    asks_again(ticket)
    fresh = split_last(ticket, by=alice).home
    assert fresh.assignee is None and verbs(fresh) == ["ticket.split_off"]


@pytest.mark.usefixtures("acme")
def test_who_may_not_work_it_any_more_does_not_get_what_is_split_off(alice: User, bob: User) -> None:
    ticket = answered()
    assignment.take(ticket, by=bob, now=at(6))
    asks_again(ticket)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert split_last(Ticket.objects.get(pk=ticket.pk), by=alice).home.assignee is None

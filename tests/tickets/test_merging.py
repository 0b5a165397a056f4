"""Several tickets are made one: everything said is there, what comes later follows, and nobody gains time by it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    ANA,
    BEN,
    make_address,
    make_agent,
    make_folder,
    make_outsider,
    make_policy,
    make_queue,
    make_ticket,
)
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, says, take_in, texts, verbs, writes
from tests.tickets.test_outbox import FORBIDDEN, answer, asked, due, send_at
from tickets import assignment, lifecycle, replies
from tickets.choices import HandOffOutcome, Metric, Priority, SendState, Status
from tickets.composing import by_hand, drafts
from tickets.composing.drafts import Words
from tickets.errors import CannotChange, CannotSend, NeedsSure, NotAllowed
from tickets.intake import Received
from tickets.merging import merge
from tickets.models import BusinessHours, Draft, Gesture, HandOff, OutboxEntry, Ticket
from tickets.outbound import OutboundMessage
from tickets.permissions import sees_every_queue
from tickets.regrouping.splitting import split
from tickets.resting.snoozing import snooze
from tickets.sending.outcomes import record_error
from tickets.sending.terms import Terms
from tickets.shown.clocks import show_clocks

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]


def one(text: str = "Where is my order?", *, minute: float = 0, who: str = ANA) -> Ticket:
    (received,) = take_in(says(text, minute=minute, who=who), minute=minute)
    return on(received)


def two(*, minute: float = 5) -> tuple[Ticket, Ticket]:
    """Ana asks twice, and neither knows of the other."""
    return one(), one("And my invoice?", minute=minute)


def merged(home: Ticket, *others: Ticket, by: User, minute: float = 10, sure: bool = False) -> Gesture:
    gesture = merge([t.pk for t in others], into=home.pk, by=by, now=at(minute), sure=sure)
    for ticket in (home, *others):
        ticket.refresh_from_db()
    return gesture


def on(received: Received) -> Ticket:
    assert received.ticket is not None
    return Ticket.objects.get(pk=received.ticket)


def meanwhile(home: Ticket, other: Ticket, *, by: User) -> Callable[[OutboundMessage], None]:
    """The merge happens while the channel has the answer."""

    def happen(sent: OutboundMessage) -> None:
        merged(home, other, by=by)

    return happen


def test_everything_said_is_on_one_ticket_and_the_other_leads_there(alice: User) -> None:
    home, other = two()
    replies.note(other, text="A regular.", by=alice, now=at(6))
    merged(home, other, by=alice)
    assert texts(home) == ["Where is my order?", "And my invoice?", "A regular."] and texts(other) == []
    assert (home.message_count, home.last_text, home.last_message_at) == (2, "And my invoice?", at(5))
    assert (other.status, other.merged_into, other.message_count, other.next_due_at) == (Status.CLOSED, home, 0, None)
    assert verbs(home)[-1] == "ticket.took_in" and verbs(other)[-1] == "ticket.merged"
    gestures = {line.gesture for line in (*home.activities.all(), *other.activities.all()) if "gesture" in line.data}
    assert gestures == {Gesture.objects.get().pk}


def test_later_messages_follow_the_merge(alice: User) -> None:
    home, other = two()
    number = other.messages.get().external_id
    merged(home, other, by=alice)
    take_in(says("Hello?", in_reply_to=number, minute=20))
    assert texts(home)[-1] == "Hello?" and Ticket.objects.count() == 2


def test_later_private_messages_follow_the_merge(alice: User) -> None:
    (old,) = take_in(writes("Hi.", minute=0))
    first = on(old)
    lifecycle.change_status(first, Status.CLOSED, by=alice, now=at(1))
    (new,) = take_in(writes("Again.", minute=2), minute=2)
    second = on(new)
    lifecycle.change_status(first, Status.OPEN, by=alice, now=at(3))
    merged(first, second, by=alice)
    take_in(writes("Still there?", minute=20))
    assert texts(first) == ["Hi.", "Again.", "Still there?"]


def test_the_promise_that_is_due_first_goes_on(alice: User) -> None:
    home, other = two()
    merged(other, home, by=alice)
    assert (other.next_due_metric, other.next_due_at) == (Metric.FIRST_RESPONSE, at(60))
    running = other.clocks.filter(ended_at=None).values_list("metric", "started_at")
    assert sorted(running) == [(Metric.FIRST_RESPONSE, at(0)), (Metric.RESOLUTION, at(0))]
    assert not home.clocks.filter(ended_at=None) and set(home.clocks.values_list("met", flat=True)) == {None}


def test_an_answer_on_the_merged_ticket_keeps_the_promise(wire: Wire, alice: User) -> None:
    home, other = two()
    merged(home, other, by=alice)
    send_at(due(answer(home, by=alice, minute=11)) + timedelta(seconds=1))
    assert home.clocks.get(metric=Metric.FIRST_RESPONSE).met is True
    home.refresh_from_db()
    assert home.status == Status.PENDING


def test_what_was_judged_stays_where_it_was_judged(wire: Wire, alice: User) -> None:
    home, other = two()
    send_at(due(answer(other, by=alice, minute=6)) + timedelta(seconds=1))
    merged(home, other, by=alice)
    assert other.clocks.get(metric=Metric.FIRST_RESPONSE).met is True
    assert home.clocks.get(metric=Metric.FIRST_RESPONSE).ended_at is None  # what was asked there is still owed


@pytest.mark.parametrize(("minute", "due_at"), [(5, 65), (40, 90)])
def test_a_promise_that_stood_still_goes_on_with_what_was_left_of_it(alice: User, minute: float, due_at: float) -> None:
    home, other = two(minute=minute)
    policy = home.sla_policy
    assert policy is not None
    policy.pause_rules.create(status=Status.ON_HOLD)
    lifecycle.change_status(home, Status.ON_HOLD, by=alice, now=at(20), reason="The depot looks.")
    merged(other, home, by=alice, minute=50)
    assert (other.status, other.next_due_at) == (Status.OPEN, at(due_at))
    clock = other.clocks.get(metric=Metric.FIRST_RESPONSE, ended_at=None)
    assert (clock.due_at, clock.paused_at) == (at(due_at), None)


def test_status_priority_tags_folder_and_assignee_are_resolved_by_the_rules(alice: User, bob: User) -> None:
    home, other = two()
    assignment.assign(other, to=bob, by=alice, now=at(6))
    lifecycle.change_priority(other, Priority.URGENT, by=alice, now=at(6))
    lifecycle.add_tag(home, "order", by=alice, now=at(6))
    lifecycle.add_tag(other, "invoice", by=alice, now=at(6))
    lifecycle.file(other, make_folder("Orders"), by=alice, now=at(6))
    lifecycle.change_status(home, Status.RESOLVED, by=alice, now=at(7))
    merged(home, other, by=alice)
    assert (home.status, home.priority, home.assignee, home.resolved_at) == (Status.NEW, Priority.URGENT, bob, None)
    assert {tag.name for tag in home.tags.all()} == {"order", "invoice"} and home.folder == make_folder("Orders")


def test_tickets_of_several_queues_are_merged_into_the_queue_of_one(alice: User) -> None:
    home, other = two()
    lifecycle.move(other, make_queue("Refunds"), by=alice, now=at(6))
    merged(home, other, by=alice)
    assert home.queue.name == "Support"


def test_who_may_not_see_or_work_one_of_them_merges_nothing(alice: User) -> None:
    home, other = two()
    for person in (make_outsider(), without(make_agent("carol"), "work_ticket")):
        with pytest.raises(NotAllowed):
            merge([other.pk], into=home.pk, by=person, now=at(10))
    secret = make_ticket(private=True)
    with pytest.raises(NotAllowed, match=f"no ticket #{secret.pk}"):
        merge([secret.pk], into=home.pk, by=without(alice, "see_private"), now=at(10))
    assert not Gesture.objects.exists()


def test_private_and_public_tickets_stay_apart(alice: User) -> None:
    public, private = one(), asked(private=True)
    for home, other in ((public, private), (private, public)):
        with pytest.raises(CannotChange, match="private words never join a public ticket"):
            merged(home, other, by=alice)


def test_tickets_of_several_accounts_stay_apart(alice: User) -> None:
    with pytest.raises(CannotChange, match="different accounts"):
        merged(one(), make_ticket(address=make_address("900000000000000077")), by=alice)


def test_several_customers_words_come_together_only_when_that_is_meant(alice: User) -> None:
    home, bens = one(), one("Mine too!", minute=3, who=BEN)
    with pytest.raises(NeedsSure, match="different customers"):
        merged(home, bens, by=alice)
    merged(home, bens, by=alice, sure=True)
    assert texts(home) == ["Where is my order?", "Mine too!"] and home.identity.handle == "ana_demo"


def test_a_closed_ticket_takes_in_nothing_that_goes_on(alice: User) -> None:
    home, other = two()
    lifecycle.change_status(home, Status.CLOSED, by=alice, now=at(6))
    with pytest.raises(CannotChange, match="closed for good"):
        merged(home, other, by=alice)


def test_an_emptied_ticket_is_not_merged_again_and_what_led_to_it_leads_on(alice: User) -> None:
    first, second = two()
    third = one("And a refund?", minute=7)
    merged(second, first, by=alice)
    with pytest.raises(CannotChange, match="brought to"):
        merged(third, first, by=alice, minute=11)
    merged(third, second, by=alice, minute=12)
    first.refresh_from_db()
    assert (first.merged_into, second.merged_into) == (third, third) and third.message_count == 3


@pytest.mark.parametrize("count", [0, 201])
def test_a_merge_has_a_sensible_number_of_tickets(alice: User, count: int) -> None:
    home = one()
    with pytest.raises(CannotChange):
        merge(range(home.pk + 1, home.pk + 1 + count), into=home.pk, by=alice, now=at(10))


def test_a_merge_costs_the_same_for_two_and_for_fifty(alice: User) -> None:
    counts = []
    sees_every_queue(alice)  # what somebody may is asked for once and kept
    for number in (2, 50):
        received = take_in(*(says(f"Question {number} {n}", minute=n / 60) for n in range(number)))
        pks = [one.ticket for one in received if one.ticket is not None]
        with CaptureQueriesContext(connection) as asked_for:
            merge(pks[1:], into=pks[0], by=alice, now=at(70))
        counts.append(len(asked_for))
    assert counts[0] == counts[1] < 50


# What waits to go out.


def test_an_answer_in_its_undo_window_goes_along_and_can_be_taken_back(wire: Wire, alice: User) -> None:
    home, other = two()
    message = answer(other, by=alice, minute=9.9)
    merged(home, other, by=alice)
    message.refresh_from_db()
    assert message.ticket == home
    replies.undo(message, by=alice, now=at(10), as_draft=True)
    home.refresh_from_db()
    assert texts(home) == ["Where is my order?", "And my invoice?"] and home.message_count == 2
    assert Draft.objects.get().ticket == home


def test_an_answer_on_its_way_settles_on_the_ticket_it_was_brought_to(wire: Wire, alice: User) -> None:
    home, other = two()
    message = answer(other, by=alice, minute=6)
    wire.meanwhile = meanwhile(home, other, by=alice)
    send_at(due(message) + timedelta(seconds=1))
    home.refresh_from_db()
    assert wire.texts == ["On its way."] and "reply.sent" in verbs(home) and home.last_outbound_at is not None
    assert OutboxEntry.objects.get().state == SendState.SENT and home.last_by_us


def test_an_answer_that_fails_after_the_merge_fails_on_the_ticket_it_was_brought_to(wire: Wire, alice: User) -> None:
    home, other = two()
    message = answer(other, by=alice, minute=6)
    OutboxEntry.objects.update(state=SendState.SENDING)
    entry = OutboxEntry.objects.select_related("message__ticket", "address").get()
    merged(home, other, by=alice)
    record_error(entry, FORBIDDEN, now=at(11))
    message.refresh_from_db()
    assert OutboxEntry.objects.get().state == SendState.FAILED and message.ticket == home
    assert "reply.failed" in verbs(home) and "reply.failed" not in verbs(other)


def test_a_scheduled_answer_goes_along_and_waits_where_somebody_wrote_since(wire: Wire, alice: User) -> None:
    home, other = one(), one("And my invoice?", minute=1)
    for ticket in (home, other):
        replies.reply(ticket, text=f"Later {ticket.pk}.", private=False, by=alice, now=at(2), terms=Terms(at=at(120)))
    third = one("Forget it, thanks.", minute=30)
    merged(home, other, third, by=alice, minute=40)
    send_at(at(121))
    states = OutboxEntry.objects.filter(message__ticket=home).values_list("state", "reason")
    assert {state for state, _ in states} == {SendState.FAILED} and "customer wrote after" in states[0][1]
    assert wire.sent == []


def test_a_failed_answer_goes_along_and_is_tried_again_there(wire: Wire, alice: User) -> None:
    home, other = two()
    message = answer(other, by=alice, minute=6)
    wire.faults = [FORBIDDEN]
    send_at(due(message) + timedelta(seconds=1))
    merged(home, other, by=alice, minute=20)
    message.refresh_from_db()
    replies.try_again(message, by=alice, now=at(21))
    send_at(at(22))
    home.refresh_from_db()
    assert wire.texts[-1] == "On its way." and home.status == Status.PENDING


# What somebody is at work on.


def test_a_note_for_an_emptied_ticket_is_refused_with_the_way_to_go(alice: User) -> None:
    home, other = two()
    merged(home, other, by=alice)
    with pytest.raises(CannotSend, match=f"brought to ticket #{home.pk}"):
        replies.note(other, text="A regular.", by=alice, now=at(11))


def test_drafts_come_along_and_where_there_are_two_each_stays(alice: User, bob: User) -> None:
    home, other = two()
    drafts.write(alice, other, "public", Words(text="Dear Ana"), now=at(6))
    drafts.write(bob, home, "public", Words(text="Hello"), now=at(6))
    drafts.write(bob, other, "public", Words(text="Good day"), now=at(7))
    merged(home, other, by=alice)
    found = set(Draft.objects.values_list("text", "ticket"))
    assert found == {("Dear Ana", home.pk), ("Hello", home.pk), ("Good day", other.pk)}


def test_who_is_answering_on_the_channel_is_so_on_the_merged_ticket(wire: Wire, alice: User) -> None:
    home, other = two()
    by_hand.hand_over(other, text="On its way.", private=False, by=alice, now=at(6))
    merged(home, other, by=alice)
    assert HandOff.objects.get(outcome=HandOffOutcome.OPEN).ticket == home


def test_a_promise_brought_along_runs_in_the_hours_of_the_policy_that_gave_it(alice: User) -> None:
    home, other = two()
    hours = BusinessHours.objects.create(name="Never here", opening_hours="Sun 03:00-04:00")
    slow = make_policy("Slow", business_hours=hours)
    Ticket.objects.filter(pk=home.pk).update(sla_policy=slow)
    home.clocks.update(policy=slow, due_at=at(60 * 24 * 90))
    slow.pause_rules.create(status=Status.ON_HOLD)
    promised = other.clocks.get(metric=Metric.RESOLUTION).due_at
    merged(home, other, by=alice)
    for minute, status in ((20, Status.ON_HOLD), (21, Status.OPEN)):
        lifecycle.change_status(home, status, by=alice, now=at(minute), reason="Waits.")
    clock = home.clocks.get(metric=Metric.RESOLUTION, ended_at=None)
    assert (clock.policy, clock.due_at) == (other.sla_policy, promised + timedelta(minutes=1))


def test_the_page_shows_what_runs_though_it_began_before_what_fell_away(alice: User) -> None:
    older, newer = two()
    merged(newer, older, by=alice)
    shown = {one.clock.metric: one.clock for one in show_clocks(newer, by=alice, now=at(11))}
    assert {clock.ended_at for clock in shown.values()} == {None}
    assert shown[Metric.FIRST_RESPONSE].started_at == at(0)


CHANGES: dict[str, Callable[[Ticket, User], object]] = {
    "status": lambda t, by: lifecycle.change_status(t, Status.OPEN, by=by, now=at(20)),
    "priority": lambda t, by: lifecycle.change_priority(t, Priority.HIGH, by=by, now=at(20)),
    "queue": lambda t, by: lifecycle.move(t, make_queue("Elsewhere"), by=by, now=at(20)),
    "tag": lambda t, by: lifecycle.add_tag(t, "late", by=by, now=at(20)),
    "take": lambda t, by: assignment.take(t, by=by, now=at(20)),
    "assign": lambda t, by: assignment.assign(t, to=by, by=by, now=at(20)),
    "snooze": lambda t, by: snooze(t, until=at(60), by=by, now=at(20)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_emptied_is_changed_where_everything_is(alice: User, change: str) -> None:
    home, other = two()
    merged(home, other, by=alice)
    with pytest.raises(CannotChange, match=f"brought to ticket #{home.pk}"):
        CHANGES[change](other, alice)
    other.refresh_from_db()
    assert (other.status, other.next_due_at, other.assignee) == (Status.CLOSED, None, None)


def test_a_question_nobody_answered_stays_promised_when_something_else_is_split_off(wire: Wire, alice: User) -> None:
    """After the merge our answer to the one talk is later than the question of the other."""
    home, other = two(minute=5)
    answer(home, "On its way.", by=alice, minute=8)
    send_at(at(9))
    merged(home, other, by=alice)
    promised = home.clocks.get(metric=Metric.FIRST_RESPONSE, ended_at=None).due_at
    split(home, [home.messages.earliest("pk").pk], by=alice, now=at(20))
    assert home.clocks.get(metric=Metric.FIRST_RESPONSE, ended_at=None).due_at == promised

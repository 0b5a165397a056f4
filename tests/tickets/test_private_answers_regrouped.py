"""What was asked in public is answered in private, and its ticket is merged, split or moved meanwhile (docs/rules.md,
"What a customer says privately" and "Undoing")."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User

from tests.factories import make_supervisor
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in
from tests.tickets.test_merging import merged, two
from tests.tickets.test_outbox import FORBIDDEN, send_at
from tickets import replies
from tickets.approving.deciding import approve
from tickets.approving.showing import cases
from tickets.choices import MOVED, Metric, Status
from tickets.errors import NewsSince
from tickets.lifecycle import change_status
from tickets.models import Approval, ApprovalRule, Gesture, Message, OutboxEntry, Ticket
from tickets.regrouping.splitting import move, split
from tickets.regrouping.undoing import undo
from tickets.resting.under_way import answers_to
from tickets.sending.terms import AT_ONCE, Terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
Clock = tuple[datetime | None, bool | None]


def dm(ticket: Ticket, by: User, *, minute: float = 10, terms: Terms = AT_ONCE) -> Message:
    return replies.reply(ticket, text="Which seat?", private=True, by=by, now=at(minute), terms=terms)


def replied(ticket: Ticket) -> tuple[str, Clock]:
    """How it stands, and how its first reply was judged."""
    ticket.refresh_from_db()
    clock = ticket.clocks.get(metric=Metric.FIRST_RESPONSE)
    return ticket.status, (clock.ended_at, clock.met)


def resolve(ticket: Ticket, by: User, *, minute: float) -> None:
    ticket.refresh_from_db()
    change_status(ticket, Status.RESOLVED, by=by, now=at(minute))


def forget_it(ticket: Ticket, *, minute: float) -> None:
    said = ticket.messages.earliest("pk")
    take_in(says("Forget it, I cancelled.", in_reply_to=said.external_id or "", minute=minute), minute=minute)


# What the customer says where the public ticket was brought.


@pytest.mark.parametrize("first", ["asked", "merged"])
def test_scheduled_it_is_held_by_what_is_said_where_all_was_brought(wire: Wire, alice: User, first: str) -> None:
    asked, home = two()
    question = asked.messages.get()
    if first == "merged":
        merged(home, asked, by=alice, minute=8)
    dm(home if first == "merged" else asked, alice, terms=Terms(at=at(200)))
    if first == "asked":
        merged(home, asked, by=alice, minute=12)
    take_in(says("Forget it, I cancelled.", in_reply_to=question.external_id or "", minute=20), minute=20)
    assert (send_at(at(200)), wire.texts, OutboxEntry.objects.get().code) == (0, [], MOVED)


def test_scheduled_it_is_held_by_what_follows_the_ticket_that_was_emptied(wire: Wire, alice: User) -> None:
    asked, home = two()
    dm(asked, alice, terms=Terms(at=at(200)))
    resolve(asked, alice, minute=11)
    change_status(asked, Status.CLOSED, by=alice, now=at(12))
    forget_it(asked, minute=20)
    assert Ticket.objects.get(follow_up_of=asked, private=False).messages.count() == 1
    merged(home, asked, by=alice, minute=30)
    assert (send_at(at(200)), OutboxEntry.objects.get().code) == (0, MOVED)


def test_waiting_for_approval_it_is_asked_what_was_said_where_all_was_brought(wire: Wire, alice: User) -> None:
    ApprovalRule.objects.create(name="All")
    sam = make_supervisor()
    asked, home = two()
    question = asked.messages.get()
    dm(asked, alice)
    merged(home, asked, by=alice, minute=12)
    take_in(says("Forget it, I cancelled.", in_reply_to=question.external_id or "", minute=20), minute=20)
    with pytest.raises(NewsSince):
        approve(Approval.objects.get(), by=sam, now=at(25))
    (case,) = cases(sam, now=at(25))
    assert [one.text for one in case.talk if one.pk in case.fresh] == ["Forget it, I cancelled."]
    approve(case.approval, by=sam, now=at(26), seen=case.seen)


def test_while_it_is_on_its_way_nothing_leaves_the_ticket_that_took_it_in_resolved(wire: Wire, alice: User) -> None:
    """Another answer that goes judges the resolution of the ticket that took the question in."""
    asked, home = two()
    dm(asked, alice)
    merged(home, asked, by=alice, minute=10.02)
    first = replies.reply(home, text="On its way.", private=False, by=alice, now=at(10.03))
    resolve(home, alice, minute=10.05)
    replies.undo(first, by=alice, now=at(10.1))
    home.refresh_from_db()
    assert home.status == Status.RESOLVED


def test_on_its_way_it_answers_the_ticket_that_took_the_question_in(wire: Wire, alice: User) -> None:
    asked, home = two()
    dm(asked, alice)
    merged(home, asked, by=alice, minute=10.02)
    assert answers_to([asked.pk, home.pk]) == {home.pk: at(10)}


def test_what_was_asked_before_it_and_heard_later_is_answered_where_all_was_brought(wire: Wire, alice: User) -> None:
    asked, home = two()
    question = asked.messages.get()
    dm(asked, alice)
    merged(home, asked, by=alice, minute=10.02)
    send_at(at(12))
    take_in(says("Hello?", in_reply_to=question.external_id or "", minute=6), minute=30)
    assert home.clocks.filter(metric=Metric.FIRST_RESPONSE, ended_at=at(12), met=True).exists()
    assert not home.clocks.filter(metric=Metric.NEXT_RESPONSE).exists()


# What went out in private while it was one ticket counts on the ticket whose question it answers.


def regrouped(how: str, asked: Ticket, other: Ticket, *, by: User) -> Gesture:
    if how == "into the other":
        return merged(other, asked, by=by, minute=10.02)
    if how == "took it in":
        return merged(asked, other, by=by, minute=10.02)
    more = asked.messages.latest("pk")
    return (
        split(asked, [more.pk], by=by, now=at(10.02))
        if how == "split"
        else move(more, to=other.pk, by=by, now=at(10.02))
    )


WAYS = ["into the other", "took it in", "split", "move"]


def asked_twice(how: str) -> tuple[Ticket, Ticket]:
    asked, other = two()
    if how in ("split", "move"):
        said = asked.messages.get()
        take_in(says("And?", in_reply_to=said.external_id or "", minute=7), minute=7)
    return asked, other


@pytest.mark.parametrize("how", WAYS)
def test_out_meanwhile_it_answers_what_was_asked_once_that_is_undone(wire: Wire, alice: User, how: str) -> None:
    asked, other = asked_twice(how)
    dm(asked, alice)
    gesture = regrouped(how, asked, other, by=alice)
    send_at(at(12))
    undo(gesture.pk, by=alice, now=at(20))
    assert replied(asked) == (Status.PENDING, (at(12), True)) and asked.last_outbound_at == at(12)
    assert replied(other) == (Status.NEW, (None, None))


def test_out_late_meanwhile_it_is_missed_once_that_is_undone(wire: Wire, alice: User) -> None:
    asked, other = two()
    dm(asked, alice, minute=70)
    gesture = merged(other, asked, by=alice, minute=70.02)
    send_at(at(72))
    undo(gesture.pk, by=alice, now=at(80))
    assert replied(asked) == (Status.PENDING, (at(72), False))


def test_answered_and_resolved_meanwhile_the_reply_is_kept_once_that_is_undone(wire: Wire, alice: User) -> None:
    asked, other = two()
    dm(asked, alice)
    gesture = merged(asked, other, by=alice, minute=10.02)
    resolve(asked, alice, minute=10.05)
    send_at(at(12))
    undo(gesture.pk, by=alice, now=at(20))
    assert replied(asked) == (Status.RESOLVED, (at(12), True))


@pytest.mark.parametrize("how", ["into the other", "took it in"])
@pytest.mark.parametrize("fate", ["refused", "taken back"])
def test_resolved_with_it_before_and_it_does_not_go_out_it_is_owed_once_that_is_undone(
    wire: Wire, alice: User, how: str, fate: str
) -> None:
    asked, other = two()
    message = dm(asked, alice)
    resolve(asked, alice, minute=10.01)
    gesture = regrouped(how, asked, other, by=alice)
    if fate == "refused":
        wire.faults = [FORBIDDEN]
        send_at(at(12))
    else:
        replies.undo(message, by=alice, now=at(10.1))
    undo(gesture.pk, by=alice, now=at(20))
    assert replied(asked) == (Status.OPEN, (None, None))
    assert asked.next_due_at == at(60)


@pytest.mark.parametrize("fate", ["refused", "taken back"])
def test_what_was_decided_after_it_did_not_go_out_stays_once_that_is_undone(wire: Wire, alice: User, fate: str) -> None:
    asked, other = two()
    message = dm(asked, alice)
    gesture = merged(asked, other, by=alice, minute=10.02)
    resolve(asked, alice, minute=10.03)
    if fate == "refused":
        wire.faults = [FORBIDDEN]
        send_at(at(12))
    else:
        replies.undo(message, by=alice, now=at(10.1))
    asked.refresh_from_db()
    assert asked.status == Status.OPEN
    resolve(asked, alice, minute=15)
    undo(gesture.pk, by=alice, now=at(20))
    assert (replied(asked)[0], asked.resolved_at) == (Status.RESOLVED, at(15))

"""What was asked in public is answered in private, and its ticket is merged, split or moved meanwhile (docs/rules.md,
"What a customer says privately" and "Undoing")."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User

from tests.factories import make_supervisor
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, says, take_in
from tests.tickets.test_merging import merged, two
from tests.tickets.test_outbox import send_at
from tickets import replies
from tickets.approving.deciding import approve
from tickets.approving.showing import cases
from tickets.choices import MOVED, Metric, Status
from tickets.errors import NewsSince
from tickets.lifecycle import change_status
from tickets.models import Approval, ApprovalRule, Message, OutboxEntry, Ticket
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

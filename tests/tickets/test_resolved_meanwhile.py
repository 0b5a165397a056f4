"""A ticket that was resolved, and whose priority or messages changed meanwhile, opens again (docs/rules.md, "Resolved,
and the answer does not go out" and "Taken back by hand, and ignored")."""

from datetime import datetime

import pytest
from django.contrib.auth.models import User

from tests.factories import make_rule
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say
from tests.tickets.test_outbox import FORBIDDEN
from tests.tickets.test_resolved_unsent import FIRST, RESOLUTION, and_resolved, send
from tickets import replies
from tickets.choices import Priority, Status
from tickets.lifecycle import change_priority, change_status
from tickets.models import Address, Message, SlaTarget, Ticket
from tickets.regrouping.splitting import split
from tickets.regrouping.undoing import undo
from tickets.rules.starting.rules import starting_rules

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acme")]
Owed = list[tuple[str, datetime, datetime]]
SHORT = 15


@pytest.fixture
def urgent(acme: object) -> None:
    """A first reply in a quarter of an hour."""
    SlaTarget.objects.filter(priority=Priority.URGENT, metric=FIRST).update(minutes=SHORT)


def owed(ticket: Ticket) -> Owed:
    running = ticket.clocks.filter(ended_at=None).order_by("metric")
    return list(running.values_list("metric", "started_at", "due_at"))


@pytest.mark.usefixtures("urgent")
@pytest.mark.parametrize("how", ["refused", "taken back", "by hand"])
def test_with_another_priority_meanwhile_it_is_owed_what_that_promises(wire: Wire, alice: User, how: str) -> None:
    message = and_resolved(by=alice, minute=2)
    change_priority(only_ticket(), Priority.URGENT, by=alice, now=at(2.01))
    if how == "refused":
        wire.faults = [FORBIDDEN]
        send(3)
    elif how == "taken back":
        replies.undo(message, by=alice, now=at(2.05))
    else:
        change_status(only_ticket(), Status.OPEN, by=alice, now=at(2.05))
    ticket = only_ticket()
    first = SlaTarget.objects.get(priority=Priority.URGENT, metric=FIRST).minutes
    assert (ticket.status in (Status.OPEN, Status.NEW), first) == (True, SHORT)
    assert owed(ticket)[0] == (FIRST, at(0), at(SHORT))
    assert set(ticket.clocks.filter(ended_at=None).values_list("priority", flat=True)) == {Priority.URGENT}


@pytest.mark.usefixtures("urgent")
def test_a_priority_changed_before_it_was_resolved_is_none_changed_since(wire: Wire, alice: User) -> None:
    take_in(says(), minute=0)
    change_priority(only_ticket(), Priority.URGENT, by=alice, now=at(1))
    SlaTarget.objects.filter(priority=Priority.URGENT).update(minutes=2)  # not put on what runs
    and_resolved(by=alice, minute=5)
    change_status(only_ticket(), Status.OPEN, by=alice, now=at(6))
    assert owed(only_ticket())[0] == (FIRST, at(0), at(SHORT))


def asked_twice(alice: User) -> Ticket:
    """Resolved with an answer to the second question, on its way."""
    take_in(says(), minute=0)
    first = only_ticket().messages.get()
    take_in(says("And my invoice?", minute=5, in_reply_to=first.external_id), minute=5)
    second = only_ticket().messages.latest("pk")
    replies.reply(only_ticket(), text="In the post.", private=False, by=alice, now=at(10), in_reply_to=second)
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(10))
    return only_ticket()


def test_its_answer_split_off_with_what_it_answers_it_opens_for_what_stays(wire: Wire, alice: User) -> None:
    ticket = asked_twice(alice)
    second = ticket.messages.filter(direction="in").latest("pk")
    gesture = split(ticket, [second.pk], by=alice, now=at(10.05))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at) == (Status.OPEN, None)
    assert [one[:2] for one in owed(ticket)] == [(FIRST, at(0)), (RESOLUTION, at(0))]
    line = ticket.activities.filter(verb="ticket.status").latest("pk")
    assert line.data == {"before": "resolved", "after": "open", "answer_on": gesture.home_id}
    send(11)
    undo(gesture.pk, by=alice, now=at(12))
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert list(ticket.clocks.order_by("metric").values_list("metric", "met")) == [(FIRST, True), (RESOLUTION, True)]


def test_refused_where_it_went_it_opens_the_one_it_was_written_on_once_that_is_undone(wire: Wire, alice: User) -> None:
    ticket = asked_twice(alice)
    second = ticket.messages.filter(direction="in").latest("pk")
    gesture = split(ticket, [second.pk], by=alice, now=at(10.05))
    wire.faults = [FORBIDDEN]
    send(11)
    undo(gesture.pk, by=alice, now=at(12))
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert [one[:2] for one in owed(ticket)] == [(FIRST, at(0)), (RESOLUTION, at(0))]


def test_what_is_split_off_without_the_answer_leaves_it_resolved(wire: Wire, alice: User) -> None:
    ticket = asked_twice(alice)
    first = ticket.messages.earliest("pk")
    split(ticket, [first.pk], by=alice, now=at(10.05))
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert verbs(ticket)[-1] == "ticket.split"


@pytest.mark.usefixtures("urgent")
def test_a_lower_priority_takes_back_no_promise_that_is_late(wire: Wire, alice: User) -> None:
    SlaTarget.objects.filter(priority=Priority.LOW, metric=FIRST).delete()
    take_in(says(), minute=0)
    change_priority(only_ticket(), Priority.URGENT, by=alice, now=at(1))
    for minute, priority in ((16, Priority.NORMAL), (17, Priority.LOW), (18, Priority.NORMAL)):
        change_priority(only_ticket(), priority, by=alice, now=at(minute))
        assert owed(only_ticket())[0] == (FIRST, at(0), at(SHORT))
    change_status(only_ticket(), Status.RESOLVED, by=alice, now=at(20))
    assert only_ticket().clocks.get(metric=FIRST).met is False


@pytest.mark.parametrize("after", [Status.RESOLVED, Status.CLOSED])
@pytest.mark.parametrize(("minute", "missed"), [(30, None), (70, False)])
def test_ignored_and_resolved_after_all_it_is_judged_by_then(
    alice: User, after: Status, minute: int, missed: bool | None
) -> None:
    take_in(says(), minute=0)
    change_status(only_ticket(), Status.IGNORED, by=alice, now=at(10))
    assert set(only_ticket().clocks.values_list("met", flat=True)) == {None}
    change_status(only_ticket(), after, by=alice, now=at(minute))
    ticket = only_ticket()
    judged = list(ticket.clocks.order_by("metric").values_list("metric", "ended_at", "met"))
    assert judged == [(FIRST, at(minute), missed), (RESOLUTION, at(minute), True)]
    assert ticket.resolved_at == at(minute)


@pytest.mark.parametrize("how", ["refused", "taken back"])
def test_thanks_that_were_left_are_no_question_of_a_later_answer(
    wire: Wire, alice: User, acme: Address, how: str
) -> None:
    make_rule("Thanks", **starting_rules()["Thanks: leave it resolved"])
    asked = says()
    take_in(asked, we_say(minute=2, in_reply_to=asked.external_id), minute=3)
    message = and_resolved(by=alice, minute=5, text="P.S. by bus, too.")
    take_in(says("Thank you!", minute=5.05, in_reply_to=asked.external_id), minute=5.05)
    assert Message.objects.filter(left_resolved=True).exists()
    if how == "refused":
        wire.faults = [FORBIDDEN]
        send(6)
    else:
        replies.undo(message, by=alice, now=at(5.1))
    assert only_ticket().status == Status.RESOLVED

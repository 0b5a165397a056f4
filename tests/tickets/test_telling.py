"""What becomes of a statement between its order and its sending: parts that go, end or are merged meanwhile
(docs/rules.md, "Incidents")."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from tests.factories import BEN, make_customer, make_message, make_supervisor, make_ticket
from tests.tickets.pigeon import Wire
from tests.tickets.said import at, verbs
from tickets import lifecycle, merging, replies
from tickets.approving.deciding import send_back
from tickets.choices import PartState, Status, Untold
from tickets.incidents import ending, grouping
from tickets.incidents.hoping import may_go
from tickets.incidents.standing import why_untold
from tickets.incidents.stating import preview, retry, state
from tickets.incidents.telling import go_on, tell_one
from tickets.models import Approval, ApprovalRule, Incident, Message, OutboxEntry, Statement, StatementPart, Ticket
from tickets.outbound import Permission, Window
from tickets.outbox import pump
from tickets.regrouping import undoing
from tickets.sending.meters import prepare_lanes
from tickets.sending.waiting import Span

CARL = "900000000000000004"
Gesture = Callable[[Incident, Ticket, User], Any]


@pytest.mark.parametrize(
    ("is_part", "status", "ended", "incident_ended", "why"),
    [
        (True, Status.OPEN, None, None, None),
        (True, Status.PENDING, None, at(1), None),
        (False, Status.OPEN, None, None, Untold.LEFT),
        (False, Status.RESOLVED, at(2), at(2), Untold.LEFT),
        (True, Status.RESOLVED, at(2), None, Untold.DONE),
        (True, Status.RESOLVED, at(1), at(2), Untold.DONE),
        (True, Status.RESOLVED, at(2), at(2), None),
        (True, Status.RESOLVED, at(3), at(2), None),
        (True, Status.CLOSED, at(2), at(2), Untold.DONE),
        (True, Status.IGNORED, at(2), at(2), Untold.DONE),
    ],
)
def test_what_is_still_told(is_part: bool, status: str, ended: Any, incident_ended: Any, why: Untold | None) -> None:
    assert why_untold(is_part=is_part, status=status, done_at=ended, incident_done_at=incident_ended) == why


@pytest.fixture
def incident(acme: object, alice: User, wire: Wire) -> Incident:
    """Made by hand, of Ana's ticket without a word; Ben's and Carl's are parts of it."""
    home = make_ticket()
    found = grouping.make(home, "Down", by=alice, now=at(0))
    parts = [make_ticket(make_customer(who)) for who in (BEN, CARL)]
    for part in parts:
        make_message(part, "Cannot pay")
    grouping.add(found, [part.pk for part in parts], by=alice, now=at(1))
    return found


def part_of(incident: Incident) -> Ticket:
    """Ben's."""
    return Ticket.objects.filter(part_of=incident.ticket_id).order_by("pk")[0]


def order(incident: Incident, by: User, minute: float = 10) -> Statement:
    return state(incident, public="{handle}: it is mended.", private="", by=by, now=at(minute), key=uuid4())


def work(minute: float = 10) -> None:
    go_on(clock=lambda: at(minute), at_most=timedelta(seconds=5))


def send(minute: float = 20) -> None:
    pump(clock=lambda: at(minute))


def row_of(statement: Statement, ticket: Ticket) -> tuple[str, str]:
    part = statement.parts.get(ticket=ticket)
    return part.state, part.reason


def leave(incident: Incident, part: Ticket, by: User) -> None:
    grouping.take_out(incident, part, by=by, now=at(11))


def resolve(incident: Incident, part: Ticket, by: User) -> None:
    lifecycle.change_status(part, Status.RESOLVED, by=by, now=at(11))


def close(incident: Incident, part: Ticket, by: User) -> None:
    lifecycle.change_status(part, Status.CLOSED, by=by, now=at(11))


GONE = pytest.mark.parametrize(
    ("gesture", "why"), [(leave, "taken out"), (resolve, "was done before"), (close, "was done before")]
)
db = pytest.mark.django_db


@db
@GONE
def test_what_goes_or_ends_before_the_worker_comes_is_not_told(
    incident: Incident, alice: User, wire: Wire, gesture: Gesture, why: str
) -> None:
    made, ben = order(incident, alice), part_of(incident)
    gesture(incident, ben, alice)
    work(12)
    send()
    assert len(wire.texts) == 1 and not wire.texts[0].startswith("@ben_demo")
    told, reason = row_of(made, ben)
    assert told == PartState.REFUSED and why in reason and "by hand" in reason
    retry(made, by=alice)
    work(13)
    send(30)
    assert len(wire.texts) == 1 and row_of(made, ben)[0] == PartState.REFUSED
    replies.reply(ben, text="It is mended.", private=False, by=alice, now=at(14))
    send(40)
    assert len(wire.texts) == 2


@db
@GONE
def test_what_goes_or_ends_while_it_waits_to_be_sent_is_not_told(
    incident: Incident, alice: User, wire: Wire, gesture: Gesture, why: str
) -> None:
    made, ben = order(incident, alice), part_of(incident)
    work()
    assert OutboxEntry.objects.count() == 2
    gesture(incident, ben, alice)
    send()
    assert len(wire.texts) == 1 and not ben.messages.filter(direction="out").exists()
    told, reason = row_of(made, ben)
    assert told == PartState.REFUSED and why in reason
    ben.refresh_from_db()
    assert "incident.untold" in verbs(ben) and ben.message_count == 1 and not ben.last_by_us


@db
@pytest.mark.parametrize("early", [True, False])
def test_what_is_resolved_with_its_incident_is_told(incident: Incident, alice: User, wire: Wire, early: bool) -> None:
    order(incident, alice)
    if not early:
        work()
    ending.resolve(incident, parts_too=True, by=alice, now=at(11))
    work(12)
    send()
    assert len(wire.texts) == 2


@db
def test_an_answer_of_a_person_goes_whatever_became_of_its_ticket(incident: Incident, alice: User, wire: Wire) -> None:
    ben = part_of(incident)
    replies.reply(ben, text="It is mended.", private=False, by=alice, now=at(10))
    leave(incident, ben, alice)
    send()
    assert len(wire.texts) == 1


@db
@pytest.mark.parametrize("early", [True, False])
def test_the_row_follows_a_merge(incident: Incident, alice: User, wire: Wire, early: bool) -> None:
    made, ben = order(incident, alice), part_of(incident)
    if not early:
        work()
    second = make_ticket(ben.identity)
    make_message(second)
    gesture = merging.merge([ben.pk], into=second.pk, by=alice, now=at(11))
    work(12)
    send()
    assert sorted(wire.texts)[0].startswith("@ben_demo") and len(wire.texts) == 2
    if early:
        assert row_of(made, second) == (PartState.QUEUED, "")
    made.parts.update(state=PartState.WAITING)
    work(13)
    send(30)
    assert len(wire.texts) == 2
    undoing.undo(gesture.pk, by=alice, now=at(31))
    work(32)
    send(40)
    assert len(wire.texts) == 2


@db
def test_what_was_refused_is_tried_again_where_it_was_brought(incident: Incident, alice: User, wire: Wire) -> None:
    made, ben = order(incident, alice), part_of(incident)
    wire.permission = Permission(allowed=False, reason="Not now.")
    work()
    second = make_ticket(ben.identity)
    make_message(second)
    merging.merge([ben.pk], into=second.pk, by=alice, now=at(11))
    wire.permission = Permission(allowed=True)
    assert retry(made, by=alice) == 2
    work(12)
    assert row_of(made, second) == (PartState.QUEUED, "") and not made.parts.filter(ticket=ben).exists()


@db
def test_what_is_sent_back_is_told_as_refused_and_tried_again(incident: Incident, alice: User, wire: Wire) -> None:
    rule, sam = ApprovalRule.objects.create(name="All"), make_supervisor()
    made, ben = order(incident, alice), part_of(incident)
    work()
    for waiting in Approval.objects.filter(state="waiting"):
        send_back(waiting, by=sam, now=at(11), reason="Kinder, please.")
    told, reason = row_of(made, ben)
    assert told == PartState.REFUSED and "sent this back: Kinder, please." in reason
    rule.delete()
    assert retry(made, by=alice) == made.parts.count()
    work(12)
    send()
    assert len(wire.texts) == made.parts.count() and row_of(made, ben) == (PartState.QUEUED, "")


@db
def test_the_same_words_just_now_go_once_more_where_somebody_says_so(
    incident: Incident, alice: User, wire: Wire
) -> None:
    order(incident, alice)
    work()
    made, ben = order(incident, alice, 11), part_of(incident)
    work(11)
    told, reason = row_of(made, ben)
    assert told == PartState.REFUSED and "exactly the same words just now" in reason
    assert retry(made, by=alice) == 2
    work(11)
    assert row_of(made, ben) == (told, reason) and may_go(made, by=alice, now=at(11)) == rows_of(made)
    assert retry(made, by=alice, repeat=True) == 2
    work(11)
    assert row_of(made, ben) == (PartState.QUEUED, "") and OutboxEntry.objects.count() == 4


def rows_of(statement: Statement) -> set[int]:
    return set(statement.parts.values_list("pk", flat=True))


@db
def test_what_could_not_go_now_either_is_not_offered_again(incident: Incident, alice: User, wire: Wire) -> None:
    made, ben = order(incident, alice), part_of(incident)
    wire.permission = Permission(allowed=False, reason="X forbids it.")
    work()
    assert may_go(made, by=alice, now=at(11)) == set()
    wire.permission = Permission(allowed=True)
    assert may_go(made, by=alice, now=at(11)) == rows_of(made)
    leave(incident, ben, alice)
    row = made.parts.get(ticket=ben)
    assert may_go(made, by=alice, now=at(12)) == rows_of(made) - {row.pk}


@db
def test_two_parts_made_one_are_told_once(incident: Incident, alice: User, wire: Wire) -> None:
    made, ben = order(incident, alice), part_of(incident)
    carl = Ticket.objects.exclude(pk=ben.pk).get(part_of=incident.ticket_id)
    merging.merge([ben.pk], into=carl.pk, by=alice, now=at(11), sure=True)
    work(12)
    send()
    assert len(wire.texts) == 1 and row_of(made, carl)[0] == PartState.QUEUED
    told, reason = row_of(made, ben)
    assert told == PartState.REFUSED and "this customer is told nothing" in reason
    retry(made, by=alice)
    work(13)
    assert row_of(made, ben) == (told, reason) and Message.objects.filter(direction="out").count() == 1


@db
def test_what_goes_to_another_customer_s_ticket_that_was_told_nothing_tells_them_nothing_either(
    incident: Incident, alice: User, wire: Wire
) -> None:
    made, ben = order(incident, alice), part_of(incident)
    dora = make_ticket(make_customer("900000000000000005"))
    make_message(dora)
    merging.merge([ben.pk], into=dora.pk, by=alice, now=at(11), sure=True)
    work(12)
    send()
    assert len(wire.texts) == 1 and "this customer is told nothing" in row_of(made, ben)[1]


@db
def test_the_one_chosen_of_a_customer_s_two_is_told_where_it_was_brought(
    incident: Incident, alice: User, wire: Wire
) -> None:
    ben = part_of(incident)
    second = make_ticket(ben.identity, last_message_at=at(4))
    make_message(second)
    grouping.add(incident, [second.pk], by=alice, now=at(5))
    made = order(incident, alice)
    assert row_of(made, ben)[0] == PartState.REFUSED and row_of(made, second)[0] == PartState.WAITING
    merging.merge([second.pk], into=ben.pk, by=alice, now=at(11))
    work(12)
    send()
    assert sorted(wire.texts)[0].startswith("@ben_demo") and len(wire.texts) == 2
    assert row_of(made, ben) == (PartState.QUEUED, "") and not made.parts.filter(ticket=second).exists()


@db
def test_a_part_brought_out_of_the_incident_is_not_told(incident: Incident, alice: User, wire: Wire) -> None:
    made, ben = order(incident, alice), part_of(incident)
    second = make_ticket(ben.identity)
    make_message(second)
    merging.merge([ben.pk], into=second.pk, by=alice, now=at(11))
    leave(incident, Ticket.objects.get(pk=second.pk), alice)
    work(12)
    send()
    assert len(wire.texts) == 1 and "taken out" in row_of(made, second)[1]


@db
def test_the_look_says_how_long_it_takes(incident: Incident, alice: User, wire: Wire) -> None:
    words: dict[str, Any] = {"public": "{handle}: mended.", "private": "", "by": alice, "now": at(10)}
    assert preview(incident, **words).span == Span(until=at(10))
    wire.windows = [Window(key="posts", limit=2, seconds=900, words="X allows 2 posts per 15 minutes.")]
    assert preview(incident, **words).span == Span(until=at(10))
    for n in range(3):
        other = make_ticket(make_customer(str(900000000000008000 + n)))
        make_message(other)
        replies.reply(other, text=f"On its way {n}", private=False, by=alice, now=at(10))
    prepare_lanes(at(10))
    span = preview(incident, **words).span
    assert (span.until, span.before, span.pause) == (at(40), 3, timedelta(minutes=15))
    assert span.words == "X allows 2 posts per 15 minutes."


at_once = pytest.mark.django_db(transaction=True)


def in_a_thread(work: Callable[[], object]) -> object:
    try:
        return work()
    finally:
        connection.close()


@at_once
@pytest.mark.parametrize("gesture", [leave, resolve])
def test_the_worker_waits_for_who_takes_a_part_out_or_ends_it(
    incident: Incident, alice: User, wire: Wire, gesture: Gesture
) -> None:
    made, ben = order(incident, alice), part_of(incident)
    begun = Event()

    def tell() -> None:
        begun.set()
        tell_one(now=at(12))

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            gesture(incident, ben, alice)
            worker = pool.submit(in_a_thread, tell)
            assert begun.wait(5)
            wait_for_a_lock()
        worker.result(timeout=20)
    assert row_of(made, ben)[0] == PartState.REFUSED


@at_once
def test_the_worker_waits_for_a_merge_and_follows_it(incident: Incident, alice: User, wire: Wire) -> None:
    made, ben = order(incident, alice), part_of(incident)
    second = make_ticket(ben.identity)
    make_message(second)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            merging.merge([ben.pk], into=second.pk, by=alice, now=at(11))
            worker = pool.submit(in_a_thread, lambda: tell_one(now=at(12)))
            wait_for_a_lock()
        worker.result(timeout=20)
    assert row_of(made, second) == (PartState.QUEUED, "")


@at_once
def test_two_workers_tell_each_once(incident: Incident, alice: User, wire: Wire) -> None:
    order(incident, alice)
    with ThreadPoolExecutor(2) as pool:
        for worker in [pool.submit(in_a_thread, work) for _ in range(2)]:
            worker.result(timeout=20)
    assert Message.objects.filter(direction="out").count() == 2
    assert set(StatementPart.objects.values_list("state", flat=True)) == {PartState.QUEUED}


def wait_for_a_lock() -> None:
    """Until somebody of this database waits for another."""
    waits = "datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(1_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.01), pg_stat_clear_snapshot()")
            cursor.execute(f"SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE {waits})")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")

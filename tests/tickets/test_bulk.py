"""One change on many tickets (docs/rules.md, "Many tickets at once")."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.at_once import at_once
from tests.factories import BEN, NOW, make_agent, make_folder, make_queue, make_ticket, staff
from tests.finding.asking import WAYS
from tests.tickets.pigeon import Wire
from tests.tickets.rights import without
from tests.tickets.said import at, says, take_in
from tests.tickets.test_macros import make_macro, refund
from tickets import lifecycle
from tickets.assignment import assign
from tickets.bulk import ordering, running
from tickets.bulk.ordering import Aim, count, order, preview
from tickets.bulk.showing import Shown
from tickets.choices import BulkMark
from tickets.errors import CannotChange, NotAllowed, TooLate
from tickets.models import Activity, BulkRun, BulkTrace, Tag, Ticket
from tickets.phrases.unrunning import unrun
from tickets.resting.snoozing import snooze

pytestmark = pytest.mark.django_db
URGENT = {"priority": "urgent"}


def make_tickets(number: int = 3, **fields: Any) -> list[Ticket]:
    return [make_ticket(**fields) for _ in range(number)]


def numbers(tickets: Sequence[Ticket]) -> tuple[int, ...]:
    return tuple(one.pk for one in tickets)


def work(minute: float = 2) -> None:
    running.go_on(clock=lambda: at(minute), at_most=timedelta(minutes=1))


def change(aim: Aim, deed: str, value: dict[str, Any], by: User, minute: float = 1) -> BulkRun:
    run = order(aim, deed, value, by=by, now=at(minute), sheet=uuid4())
    work(minute + 1)
    run.refresh_from_db()
    return run


def take_back(run: BulkRun, minute: float = 10) -> BulkRun:
    running.undo(run, now=at(minute))
    work(minute)
    run.refresh_from_db()
    return run


def marks(run: BulkRun) -> dict[str, int]:
    return {mark: n for mark, n in running.tally(run).items() if n}


def stands(ticket: Ticket) -> tuple[Any, ...]:
    ticket.refresh_from_db()
    facts = ticket.queue_id, ticket.status, ticket.priority, ticket.folder_id, ticket.assignee_id
    return (*facts, ticket.snoozed_until, sorted(ticket.tags.values_list("name", flat=True)))


@pytest.fixture
def billing(db: None) -> int:
    return make_queue("Billing").pk


def every_deed(bob: User) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("assign", {"person": bob.pk}),
        ("priority", URGENT),
        ("tag", {"tags": ["Refund", "money"]}),
        ("untag", {"tags": ["old"]}),
        ("folder", {"folder": make_folder("Orders").pk}),
        ("queue", {"queue": make_queue("Billing").pk}),
        ("status", {"status": "pending", "reason": "The bank"}),
        ("snooze", {"until": at(600).isoformat(), "reason": ""}),
        ("macro", {"macro": make_macro(priority="low", tags="seen").pk}),
    ]


def test_each_deed_is_done_on_all_of_them_in_one_gesture_and_taken_back(acme: object, alice: User, bob: User) -> None:
    tickets = make_tickets(status="open")
    for one in tickets:
        lifecycle.add_tag(one, "old", by=alice, now=at(0))
        snooze(one, at(500), by=alice, now=at(0))
    before = [stands(one) for one in tickets]
    for deed, value in every_deed(bob):
        run = change(Aim(numbers(tickets)), deed, value, alice)
        assert (run.state, marks(run)) == ("done", {"changed": 3}), deed
        assert before[0] not in [stands(one) for one in tickets], deed
        gestures = Activity.objects.filter(at=at(2), actor=alice).order_by().values_list("gesture", flat=True)
        assert set(gestures.distinct()) == {run.gesture}
        assert (take_back(run).state, marks(run)) == ("undone", {"back": 3}), deed
        assert [stands(one) for one in tickets] == before, deed
        Activity.objects.filter(at__gt=at(0)).delete()


def test_of_two_both_go_back_the_latest_first(acme: object, alice: User) -> None:
    tickets = make_tickets(2)
    deeds: list[tuple[str, dict[str, Any]]] = [("priority", URGENT), ("priority", {"priority": "low"})]
    deeds += [("tag", {"tags": ["red"]}), ("untag", {"tags": ["red"]})]
    runs = [change(Aim(numbers(tickets)), deed, value, alice, minute) for minute, (deed, value) in enumerate(deeds)]
    for minute, run in enumerate(reversed(runs), start=10):
        assert marks(take_back(run, minute)) == {"back": 2}
    assert {one.priority for one in Ticket.objects.all()} == {"normal"}
    with pytest.raises(CannotChange, match="undone already"):
        running.undo(runs[0], now=at(20))


def test_put_aside_once_more_it_is_so_again_by_whom_since_when_and_why(acme: object, alice: User, bob: User) -> None:
    (ticket,) = make_tickets(1, status="open")
    snooze(ticket, at(600), by=bob, now=at(0), reason="waits for the airport")
    facts = ("snoozed_at", "snoozed_until", "snoozed_by", "snooze_reason", "status")
    before = Ticket.objects.values(*facts).get()
    runs = [change(Aim((ticket.pk,)), "snooze", {"until": at(m).isoformat(), "reason": ""}, alice) for m in (900, 950)]
    for run in reversed(runs):
        assert Ticket.objects.values(*facts).get() != before
        assert marks(take_back(run)) == {"back": 1}
    assert Ticket.objects.values(*facts).get() == before


def test_what_was_left_for_a_later_one_goes_back_once_that_is_undone(acme: object, alice: User) -> None:
    tickets = make_tickets(2)
    words = ("urgent", "high", "low")
    runs = [change(Aim(numbers(tickets)), "priority", {"priority": one}, alice, n) for n, one in enumerate(words)]
    assert [marks(take_back(runs[place], 10 + place)) for place in (1, 0, 2)] == [{"left": 2}, {"left": 2}, {"back": 2}]
    assert [marks(take_back(runs[place], 20 + place)) for place in (0, 1, 0)] == [{"left": 2}, {"back": 2}, {"back": 2}]
    assert {one.priority for one in Ticket.objects.all()} == {"normal"}


def test_what_somebody_changed_since_stays_and_that_is_told(acme: object, alice: User, bob: User) -> None:
    tickets = make_tickets(4)
    lifecycle.change_priority(tickets[3], "urgent", by=bob, now=at(0))
    run = change(Aim(numbers(tickets)), "priority", URGENT, alice)
    assert marks(run) == {"changed": 3, "same": 1}
    lifecycle.change_priority(tickets[0], "low", by=bob, now=at(5))
    take_back(run)
    assert marks(run) == {"back": 2, "left": 1, "same": 1}
    assert run.traces.get(ticket=tickets[0]).reason == "Somebody changed its priority since."
    priorities = ["low", *["normal"] * 2, "urgent"]
    assert list(Ticket.objects.order_by("pk").values_list("priority", flat=True)) == priorities
    assert marks(take_back(run, 11)) == {"back": 2, "left": 1, "same": 1}
    assert list(Ticket.objects.order_by("pk").values_list("priority", flat=True)) == priorities


def test_all_of_a_list_are_those_it_held_when_it_was_confirmed(acme: object, alice: User, billing: int) -> None:
    inside = make_tickets(queue_id=billing)
    make_ticket(), make_ticket(queue_id=billing, status="closed")
    run = order(Aim(view="all", queue=billing), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())
    later = make_ticket(queue_id=billing)
    lifecycle.change_status(inside[0], "closed", by=alice, now=at(1))
    work()
    assert set(BulkTrace.objects.filter(mark="changed").values_list("ticket", flat=True)) == set(numbers(inside))
    later.refresh_from_db()
    assert (later.priority, run.of) == ("normal", {"view": "all", "queue": billing, "folder": None, "searched": False})


@pytest.mark.parametrize("way", WAYS)
def test_all_that_a_search_finds_however_it_goes_about_it(
    acme: object, alice: User, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.bulk.ordering._REACH", WAYS[way])
    take_in(says("Where is my parcel?"), says("Thanks!", who=BEN), minute=0)
    found, other = Ticket.objects.order_by("pk")
    make_ticket(priority="high")
    for line, expected in (("parcel", {found.pk}), ("is:open -priority:high", {found.pk, other.pk})):
        aim = Aim(line=line)
        assert count(aim, user=alice, now=at(1)).number == len(expected)
        run = order(aim, "tag", {"tags": ["x"]}, by=alice, now=at(1), sheet=uuid4())
        assert (set(run.traces.values_list("ticket", flat=True)), run.total) == (expected, len(expected))
        assert "parcel" not in str(run.of)
    with pytest.raises(CannotChange, match="no ticket"):
        order(Aim(line="xyzzy"), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())


def test_the_preview_says_what_cannot_be_and_changes_nothing(acme: object, alice: User, bob: User) -> None:
    staff("Looked at", "Flights", alice, work=False, send=False)
    plain, so = make_tickets(2), make_ticket(assignee=bob)
    shut = make_ticket(queue=make_queue("Looked at"))
    private, alice = make_ticket(private=True), User.objects.get(pk=alice.pk)
    without(bob, "see_private")
    bob = User.objects.get(pk=bob.pk)
    aim = Aim((*numbers(plain), so.pk, shut.pk, private.pk))
    lines = Activity.objects.count()
    told = preview(aim, "assign", {"person": bob.pk}, by=alice, now=at(1))
    assert (told.words, told.count.number, told.tried, told.able, told.same) == ("Assign to Bob", 5, 5, 2, 1)
    assert told.whole and told.barred == [("Looked at", 1)]
    assert {one.why: list(one.tickets) for one in told.refused} == {
        "You may look at tickets in Looked at, but not change them.": [shut.pk],
        "Bob may not read private messages.": [private.pk],
    }
    assert Activity.objects.count() == lines and not Ticket.objects.filter(pk__in=numbers(plain)).exclude(assignee=None)
    run = change(aim, "assign", {"person": bob.pk}, alice)
    assert marks(run) == {"changed": 2, "same": 1, "refused": 2}


def test_rights_are_asked_again_for_each_piece(acme: object, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    tickets = make_tickets(6)
    run = order(Aim(numbers(tickets)), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())
    assert running.take_some(clock=lambda: at(2))
    staff("Support", "Flights", make_agent("fiona"))
    assert running.take_some(clock=lambda: at(3))
    User.objects.filter(pk=alice.pk).update(is_active=False)
    work(4)
    told = list(run.traces.order_by("ticket").values_list("mark", "reason"))
    gone, unseen = "Whoever ordered it is not here any more.", "It is out of your sight."
    assert told == [("changed", "")] * 2 + [("refused", unseen)] * 2 + [("refused", gone)] * 2


def test_stopped_the_rest_is_left_and_what_was_done_can_be_taken_back(
    acme: object, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    run = order(Aim(numbers(make_tickets(5))), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())
    running.take_some(clock=lambda: at(2))
    running.stop(run, now=at(2))
    work(3)
    assert marks(run) == {"changed": 2, "waiting": 3}
    with pytest.raises(CannotChange, match="not under way"):
        running.stop(run, now=at(3))
    assert (take_back(run).state, marks(run)) == ("undone", {"back": 2, "waiting": 3})
    assert not Ticket.objects.exclude(priority="normal").exists()


def test_runs_take_turns(acme: object, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "AT_ONCE", 2)
    long = order(Aim(numbers(make_tickets(8))), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())
    short = order(Aim(numbers(make_tickets(1))), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())
    for minute in (2, 3, 4):
        running.take_some(clock=lambda: at(minute))  # noqa: B023  (called at once)
    assert (marks(short), marks(long)) == ({"changed": 1}, {"changed": 4, "waiting": 4})


def test_confirmed_twice_it_is_one_and_nobody_elses(acme: object, alice: User, bob: User) -> None:
    aim, sheet = Aim(numbers(make_tickets())), uuid4()
    first = order(aim, "priority", URGENT, by=alice, now=at(1), sheet=sheet)
    assert order(aim, "priority", {"priority": "low"}, by=alice, now=at(2), sheet=sheet) == first
    with pytest.raises(CannotChange, match="ordered already"):
        order(aim, "priority", URGENT, by=bob, now=at(2), sheet=sheet)
    with pytest.raises(NotAllowed):
        order(aim, "priority", URGENT, by=User.objects.get(pk=without(bob, "work_ticket").pk), now=at(2), sheet=uuid4())
    assert BulkRun.objects.count() == 1


def test_a_macro_that_sends_goes_to_no_more_than_one_would_choose(
    acme: object, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.bulk.deeds.MOST", 2)
    make_tickets()
    value = {"macro": refund().pk}
    told = preview(Aim(view="all"), "macro", value, by=alice, now=at(1))
    assert told.why_none == "A macro that sends an answer runs on 2 tickets at most."
    with pytest.raises(CannotChange, match="2 tickets at most"):
        order(Aim(view="all"), "macro", value, by=alice, now=at(1), sheet=uuid4())
    assert not BulkRun.objects.exists() and not BulkTrace.objects.exists()


def test_a_macro_run_so_is_taken_back_there_alone(acme: object, alice: User) -> None:
    run = change(Aim(numbers(make_tickets())), "macro", {"macro": make_macro(priority="low").pk}, alice)
    with pytest.raises(CannotChange, match="many tickets at once"):
        unrun(run.gesture, by=alice, now=at(5))
    assert marks(take_back(run)) == {"back": 3}


def test_of_what_sent_it_is_said_that_the_answer_goes_out_all_the_same(acme: object, wire: Wire, alice: User) -> None:
    take_in(says(minute=0))
    run = change(Aim(view="all"), "macro", {"macro": refund().pk}, alice)
    assert marks(take_back(run, minute=2)) == {"back": 1}
    told = "Its answer goes out all the same, unless it is taken back on its ticket."
    assert run.traces.get().reason == told == Shown(run, by=alice, now=at(3)).whys[0].reason


def test_what_was_chosen_and_is_gone_is_refused_and_a_mistake_stops_nothing(
    acme: object, alice: User, billing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = make_tickets(2)
    run = order(Aim(numbers(tickets)), "tag", {"tags": ["x"]}, by=alice, now=at(1), sheet=uuid4())
    real = Ticket.objects.get(pk=tickets[1].pk)

    def fails(names: object, ticket: Ticket, by: User, now: datetime) -> None:
        if ticket == real:
            raise ZeroDivisionError

    monkeypatch.setattr("tickets.bulk.deeds._add", fails)
    work()
    assert [one.reason for one in run.traces.order_by("ticket")] == ["", "It failed: ZeroDivisionError"]
    other = order(Aim(numbers(tickets)), "folder", {"folder": make_folder().pk}, by=alice, now=at(1), sheet=uuid4())
    make_folder().delete()
    work()
    assert marks(other) == {"refused": 2} and "not there any more" in other.traces.first().reason  # type: ignore[union-attr]


def test_it_can_be_undone_for_a_while_and_is_forgotten_after_another(acme: object, alice: User) -> None:
    run = change(Aim(numbers(make_tickets())), "priority", URGENT, alice)
    with pytest.raises(TooLate, match="7 days"):
        running.undo(run, now=at(1) + running.UNDO_FOR + timedelta(seconds=1))
    running.forget(now=NOW + running.KEPT)
    assert BulkRun.objects.exists()
    running.forget(now=at(2) + running.KEPT)
    assert not BulkRun.objects.exists() and Activity.objects.filter(verb="ticket.priority").count() == 3


def test_a_merged_ticket_is_neither_changed_nor_taken_back(acme: object, alice: User) -> None:
    kept, gone = make_tickets(2)
    run = change(Aim((kept.pk, gone.pk)), "tag", {"tags": ["x"]}, alice)
    Ticket.objects.filter(pk=gone.pk).update(merged_into=kept)
    take_back(run)
    assert marks(run) == {"back": 1, "left": 1}
    assert run.traces.get(ticket=gone).reason.startswith("Everything here was brought to ticket")


def test_to_write_down_which_is_one_statement_however_many(acme: object, alice: User) -> None:
    make_ticket()
    order(Aim(view="all"), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())
    asked = []
    for more in (2, 20):
        make_tickets(more)
        with CaptureQueriesContext(connection) as found:
            order(Aim(view="all"), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())
        asked.append(len(found))
    assert asked[0] == asked[1] and BulkRun.objects.first().total == 23  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_change_each_ticket_once(acme: object, alice: User) -> None:
    Tag.objects.create(name="old")
    run = order(Aim(numbers(make_tickets(30))), "tag", {"tags": ["x", "y"]}, by=alice, now=at(1), sheet=uuid4())
    at_once(work, work, work)
    work()
    assert marks(run) == {BulkMark.CHANGED: 30}
    assert Activity.objects.filter(verb="ticket.tagged", gesture=run.gesture).count() == 60
    running.undo(run, now=at(5))
    at_once(work, work, work)
    work()
    run.refresh_from_db()
    assert (run.state, marks(run)) == ("undone", {BulkMark.BACK: 30})
    assert Activity.objects.filter(verb="ticket.untagged").count() == 60


@pytest.mark.django_db(transaction=True)
def test_stopped_in_the_middle_nothing_is_done_after_that(acme: object, alice: User, bob: User) -> None:
    run = order(Aim(numbers(make_tickets(40))), "assign", {"person": bob.pk}, by=alice, now=at(1), sheet=uuid4())
    at_once(work, lambda: running.undo(run, now=at(3)))
    work()
    found = marks(run)
    assert found.get("back", 0) + found.get("waiting", 0) == 40
    assert not Ticket.objects.exclude(assignee=None).exists()


def test_assigned_where_somebody_took_it_meanwhile_is_theirs(acme: object, alice: User, bob: User) -> None:
    tickets = make_tickets(2)
    run = change(Aim(numbers(tickets)), "assign", {"person": alice.pk}, alice)
    assign(tickets[0], to=bob, by=bob, now=at(4))
    take_back(run)
    assert [stands(one)[4] for one in tickets] == [bob.pk, None]


def test_a_search_that_takes_too_long_is_refused(acme: object, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_ticket()
    monkeypatch.setattr(ordering, "PATIENCE_MS", 50)
    monkeypatch.setattr(ordering, "tell_all", lambda *asked, **how: ("SELECT 1, pg_sleep(5)::text", []))
    with pytest.raises(CannotChange, match="takes too long"):
        order(Aim(view="all"), "priority", URGENT, by=alice, now=at(1), sheet=uuid4())
    assert not BulkRun.objects.exists()

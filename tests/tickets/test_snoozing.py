"""Putting a ticket aside until a moment or the customer's next message (docs/rules.md, "Putting a ticket aside")."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.factories import NOW, make_message, make_queue, make_supervisor, make_ticket
from tests.tickets.rights import without
from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say
from tests.tickets.test_merging import two
from tickets import assignment, lifecycle, merging, replies
from tickets.choices import Priority, Status
from tickets.errors import CannotChange, NotAllowed
from tickets.models import Address, Ticket
from tickets.reading.context import Desk
from tickets.reading.listing import ListView, choose, read_page
from tickets.regrouping import undoing
from tickets.resting.presets import EVENING, HOUR, MONDAY, TOMORROW, preset_at, presets
from tickets.resting.snoozing import snooze, wake, wake_due
from tickets.resting.telling import told

BERLIN = ZoneInfo("Europe/Berlin")
LATER = NOW + timedelta(hours=5)


def clock(day: int, hour: int, minute: int = 0) -> datetime:
    """March 2026 begins with a Sunday; clocks go forward on the 29th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        (clock(3, 10), {HOUR: clock(3, 11), EVENING: clock(3, 18), TOMORROW: clock(4, 9), MONDAY: clock(9, 9)}),
        (clock(3, 17), {HOUR: clock(3, 18), TOMORROW: clock(4, 9), MONDAY: clock(9, 9)}),
        (clock(8, 10), {HOUR: clock(8, 11), EVENING: clock(8, 18), TOMORROW: clock(9, 9)}),  # tomorrow is Monday
        (clock(9, 10), {HOUR: clock(9, 11), EVENING: clock(9, 18), TOMORROW: clock(10, 9), MONDAY: clock(16, 9)}),
        (clock(28, 23), {HOUR: clock(29, 0), TOMORROW: clock(29, 9), MONDAY: clock(30, 9)}),  # a night of 23 hours
    ],
)
def test_the_moments_offered_are_of_the_zones_own_days(now: datetime, offered: dict[str, datetime]) -> None:
    assert {one.code: one.at for one in presets(now.astimezone(UTC), BERLIN)} == offered


def test_a_word_that_is_no_moment_is_none() -> None:
    assert preset_at("someday", clock(3, 10), BERLIN) is None and preset_at(EVENING, clock(3, 20), BERLIN) is None


pages = pytest.mark.django_db


@pytest.fixture
def ticket(acme: object, alice: User) -> Ticket:
    """Ana's question of NOW, which Alice has."""
    take_in(says(external_id="1940000000000000001"), minute=0)
    return assignment.take(only_ticket(), by=alice, now=at(1))


def shown(view: str, user: User, minute: float = 2) -> list[int]:
    chosen = choose(user, view, now=at(minute), queue=None, folder=None)
    return [one.pk for one in read_page(chosen, view).tickets]


@pages
def test_it_leaves_the_lists_of_work_and_stands_among_the_snoozed(ticket: Ticket, alice: User) -> None:
    views = (ListView.MINE, ListView.SOON, ListView.ALL, ListView.SNOOZED)
    assert [len(shown(view, alice)) for view in views] == [1, 1, 1, 0]
    snooze(ticket, LATER, by=alice, now=at(2), reason="  The depot   calls back ")
    assert [len(shown(view, alice)) for view in views] == [0, 0, 1, 1]
    assert shown(ListView.LATE, alice, 200) == []
    total = Desk(alice).total
    assert (total["mine"], total["late"], total["snoozed"], total["all"]) == (0, 0, 1, 1)
    line = ticket.activities.get(verb="ticket.snoozed")
    assert line.actor == alice and line.data == {"until": LATER.isoformat(), "reason": "The depot calls back"}


@pages
def test_the_next_to_wake_stands_first_and_those_without_a_moment_last(ticket: Ticket, alice: User) -> None:
    others = [make_ticket() for _ in range(3)]
    for one, until in zip((ticket, *others), (None, at(90), at(60), at(90)), strict=True):
        snooze(one, until, by=alice, now=at(2))
    chosen = choose(alice, ListView.SNOOZED, now=at(3), queue=None, folder=None)
    first = read_page(chosen, ListView.SNOOZED, size=2)
    second = read_page(chosen, ListView.SNOOZED, size=2, after=first.after)
    assert [one.pk for one in (*first.tickets, *second.tickets)] == [
        others[1].pk,
        others[0].pk,
        others[2].pk,
        ticket.pk,
    ]


@pages
def test_its_promises_run_on(ticket: Ticket, alice: User) -> None:
    due = ticket.next_due_at
    assert snooze(ticket, LATER, by=alice, now=at(2)).next_due_at == due
    assert only_ticket().clocks.filter(paused_at=None, ended_at=None).count() == 2


@pages
def test_it_wakes_at_its_moment_and_not_before(ticket: Ticket, alice: User) -> None:
    snooze(ticket, LATER, by=alice, now=at(2))
    assert wake_due(now=LATER - timedelta(seconds=1)) == 0
    assert wake_due(now=LATER) == 1 and wake_due(now=LATER) == 0
    line = ticket.activities.get(verb="ticket.woke")
    assert (line.data, line.actor, only_ticket().snoozed_at) == (
        {"why": "time", "put_aside_by": alice.pk},
        None,
        None,
    )


@pages
def test_without_a_moment_only_the_customer_wakes_it(ticket: Ticket, alice: User) -> None:
    snooze(ticket, None, by=alice, now=at(2))
    assert wake_due(now=at(10**6)) == 0
    take_in(we_say(in_reply_to="1940000000000000001", minute=3), minute=4)
    assert only_ticket().snoozed_at is not None
    take_in(says("Hello?", in_reply_to="1940000000000000001", minute=5), minute=6)
    assert only_ticket().snoozed_at is None
    assert ticket.activities.get(verb="ticket.woke").data == {"why": "message"}


@pages
@pytest.mark.parametrize(
    ("what", "wakes"),
    [
        (lambda t, by: lifecycle.change_status(t, Status.ON_HOLD, by=by, now=at(3)), True),
        (lambda t, by: lifecycle.change_status(t, Status.RESOLVED, by=by, now=at(3)), True),
        (lambda t, by: lifecycle.change_priority(t, "urgent", by=by, now=at(3)), True),
        (lambda t, by: lifecycle.move(t, make_queue("Refunds"), by=by, now=at(3)), True),
        (lambda t, by: assignment.assign(t, to=None, by=by, now=at(3)), True),
        (lambda t, by: lifecycle.add_tag(t, "depot", by=by, now=at(3)), False),
        (lambda t, by: lifecycle.file(t, None, by=by, now=at(3)), False),
    ],
)
def test_whoever_changes_it_brings_it_back_but_for_tags_and_folders(
    ticket: Ticket, alice: User, what: object, wakes: bool
) -> None:
    snooze(ticket, LATER, by=alice, now=at(2))
    what(ticket, alice)  # type: ignore[operator]  # of the table above
    assert (only_ticket().snoozed_at is None) == wakes == ("ticket.woke" in verbs(ticket))


@pages
def test_it_is_brought_back_by_hand_and_once(ticket: Ticket, alice: User) -> None:
    snooze(ticket, LATER, by=alice, now=at(2))
    wake(ticket, by=alice, now=at(3))
    wake(ticket, by=alice, now=at(4))
    assert list(verbs(ticket)).count("ticket.woke") == 1


@pages
def test_the_later_word_counts(ticket: Ticket, alice: User) -> None:
    snooze(ticket, at(30), by=alice, now=at(2))
    snooze(ticket, LATER, by=alice, now=at(3))
    assert wake_due(now=at(31)) == 0 and only_ticket().snoozed_until == LATER


@pages
def test_what_cannot_be_put_aside_says_why(ticket: Ticket, alice: User) -> None:
    for until, reason, words in (
        (at(1), "", "still to come"),
        (at(60 * 24 * 400), "", "a year at most"),
        (LATER, "x" * 201, "up to 200"),
    ):
        with pytest.raises(CannotChange, match=words):
            snooze(ticket, until, by=alice, now=at(2), reason=reason)
    with pytest.raises(NotAllowed):
        snooze(ticket, LATER, by=without(make_supervisor(), "work_ticket"), now=at(2))
    done = lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(2))
    with pytest.raises(CannotChange, match="Reopen it first"):
        snooze(done, LATER, by=alice, now=at(3))


@pages
@pytest.mark.parametrize(("other", "expected"), [(at(60), at(60)), (None, LATER), ("awake", None)])
def test_a_merge_sleeps_only_where_all_do_until_the_first_wakes_and_undo_puts_each_back(
    ticket: Ticket, alice: User, other: object, expected: datetime | None
) -> None:
    second = make_ticket()
    make_message(second)
    snooze(ticket, LATER, by=alice, now=at(2), reason="Depot")
    if other != "awake":
        snooze(second, other, by=alice, now=at(2))  # type: ignore[arg-type]  # a moment or None
    gesture = merging.merge([second.pk], into=ticket.pk, by=alice, now=at(3))
    ticket.refresh_from_db()
    second.refresh_from_db()
    assert (ticket.snoozed_until, second.snoozed_at) == (expected, None)
    undoing.undo(gesture.pk, by=alice, now=at(4))
    ticket.refresh_from_db()
    second.refresh_from_db()
    assert (ticket.snoozed_until, ticket.snooze_reason, ticket.snoozed_by) == (LATER, "Depot", alice)
    assert second.snoozed_until == (None if other == "awake" else other)
    assert (second.snoozed_at is None) == (other == "awake")


@pages
def test_what_is_resolved_again_by_the_undo_of_a_merge_is_not_aside(ticket: Ticket, alice: User) -> None:
    second = make_ticket()
    make_message(second)
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(1))
    gesture = merging.merge([second.pk], into=ticket.pk, by=alice, now=at(2))
    snooze(ticket, LATER, by=alice, now=at(3))
    undoing.undo(gesture.pk, by=alice, now=at(4))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.snoozed_at, ticket.snoozed_until) == (Status.RESOLVED, None, None)


SINCE: dict[str, Callable[[Ticket, User], object]] = {
    "": lambda ticket, by: None,
    "note": lambda ticket, by: replies.note(ticket, text="Still nothing.", by=by, now=at(31)),
    "priority": lambda ticket, by: lifecycle.change_priority(ticket, Priority.URGENT, by=by, now=at(31)),
    "asked": lambda ticket, by: take_in(
        says("And?", in_reply_to=ticket.messages.earliest("pk").external_id, minute=31), minute=31
    ),
}


@pages
@pytest.mark.parametrize(("since", "until"), [("", LATER), ("note", LATER), ("priority", None), ("asked", None)])
def test_what_only_the_moment_of_a_merge_woke_is_aside_again_after_its_undo(
    acme: Address, alice: User, since: str, until: datetime | None
) -> None:
    home, other = two()
    snooze(home, LATER, by=alice, now=at(8), reason="Depot")
    snooze(other, at(30), by=alice, now=at(9))
    gesture = merging.merge([other.pk], into=home.pk, by=alice, now=at(10))
    assert wake_due(now=at(30)) == 1
    home.refresh_from_db()
    SINCE[since](home, alice)
    undoing.undo(gesture.pk, by=alice, now=at(40))
    home.refresh_from_db()
    assert (home.snoozed_until, home.snoozed_at) == (until, at(8) if until else None)
    other.refresh_from_db()
    assert other.snoozed_until == at(30) and wake_due(now=at(41)) == 1  # its own moment is over, which is told


@pages
@pytest.mark.parametrize("first", [30, 20])
def test_what_its_own_moment_woke_while_it_was_merged_is_not_aside_again(
    acme: Address, alice: User, first: int
) -> None:
    home, other = two()
    snooze(home, at(30), by=alice, now=at(8))
    snooze(other, at(first) if first < 30 else LATER, by=alice, now=at(9))
    gesture = merging.merge([other.pk], into=home.pk, by=alice, now=at(10))
    assert wake_due(now=at(first)) == 1
    undoing.undo(gesture.pk, by=alice, now=at(40))
    home.refresh_from_db()
    assert (home.snoozed_at, verbs(home).count("ticket.woke")) == (None, 1)


@pages
def test_the_sweep_looks_by_its_index_alone(ticket: Ticket) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        rows = Ticket.objects.filter(snoozed_until__isnull=False, snoozed_until__lte=LATER).order_by("snoozed_until")
        assert "ticket_wakes" in rows.explain()


def test_a_moment_a_week_away_is_told_with_its_date() -> None:
    monday, zone = datetime(2026, 11, 30, 20, 45, tzinfo=UTC), ZoneInfo("UTC")
    found = {one.code: told(one.at, monday, zone) for one in presets(monday, zone)}
    assert found == {"hour": "21:45", "tomorrow": "Tue 09:00", "monday": "Mon 7 Dec, 09:00"}

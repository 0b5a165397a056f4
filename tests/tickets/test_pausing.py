"""Promises that stand still while a ticket is pending or on hold, and what is left of them when they go on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from tests.tickets.said import at, only_ticket, says, take_in, verbs, we_say
from tickets import lifecycle
from tickets.choices import Metric, Status
from tickets.errors import CannotChange
from tickets.models import EscalationStep, PauseRule, SlaClock, SlaPause, SlaPolicy, Ticket
from tickets.promises.book import Book
from tickets.promises.escalating import escalate
from tickets.sla import customer_wrote, status_became, we_answered

FIRST, RESOLUTION = Metric.FIRST_RESPONSE, Metric.RESOLUTION
ASKED = "1950000000000000001"
OPEN, PENDING, ON_HOLD = Status.OPEN, Status.PENDING, Status.ON_HOLD


def book_with(**stops: list[str]) -> Book:
    return Book(targets={FIRST: 60, RESOLUTION: 1440}, stops=stops)


def test_what_stands_still_is_due_later_by_as_long_as_it_stood() -> None:
    book = book_with(resolution=[ON_HOLD])
    customer_wrote(book, at(0))
    status_became(book, ON_HOLD, at(30))
    status_became(book, OPEN, at(130))
    first, resolution = book.clocks
    assert (first.due_at, resolution.due_at, resolution.paused_at) == (at(60), at(1540), None)


def test_while_it_stands_still_it_is_not_the_next_to_be_due() -> None:
    book = book_with(first_response=[ON_HOLD], resolution=[ON_HOLD])
    customer_wrote(book, at(0))
    status_became(book, ON_HOLD, at(30))
    assert (book.next_due, book.clocks[0].paused_at, book.clocks[0].due_at) == (None, at(30), at(60))


def test_what_was_missed_before_stays_missed() -> None:
    book = book_with(first_response=[ON_HOLD])
    customer_wrote(book, at(0))
    status_became(book, ON_HOLD, at(61))
    assert (book.clocks[0].paused_at, book.next_due) == (None, book.clocks[0])
    status_became(book, OPEN, at(100))
    assert book.clocks[0].due_at == at(60)


def test_an_answer_while_it_stands_still_keeps_the_promise() -> None:
    book = book_with(first_response=[ON_HOLD])
    customer_wrote(book, at(0))
    status_became(book, ON_HOLD, at(59))
    we_answered(book, at(300))
    first = book.clocks[0]
    assert (first.met, first.due_at, first.paused_at) == (True, at(301), None)


def test_an_answer_told_late_from_before_the_pause_counts_as_it_was_given() -> None:
    book = book_with(first_response=[ON_HOLD])
    customer_wrote(book, at(0))
    status_became(book, ON_HOLD, at(50))
    we_answered(book, at(40))
    assert (book.clocks[0].met, book.clocks[0].due_at) == (True, at(60))


TURNS = st.lists(st.tuples(st.integers(0, 400), st.sampled_from([OPEN, PENDING, ON_HOLD])), max_size=8)


@given(turns=TURNS, stops=st.sets(st.sampled_from([PENDING, ON_HOLD])), promised=st.integers(1, 2000))
def test_it_is_due_when_a_count_of_every_minute_says(
    turns: list[tuple[int, Status]], stops: set[Status], promised: int
) -> None:
    book = Book(targets={RESOLUTION: promised}, stops={RESOLUTION: stops})
    customer_wrote(book, at(0))
    became, now = {0: OPEN}, 0
    for gap, status in turns:
        now += gap
        became[now] = status
        status_became(book, status, at(now))
    status, left, minute = OPEN, promised, 0
    while left and (minute <= now or status not in stops):
        status = became.get(minute, status)
        left -= status not in stops
        minute += 1
    clock = book.clocks[0]
    assert (clock.paused_at is not None) == bool(left)
    if not left:
        assert clock.due_at == at(minute)
    else:
        assert clock.due_at - (clock.paused_at or at(0)) == timedelta(minutes=left)


@pytest.fixture
def rules(acme: object) -> None:
    """A resolution stands still on hold, and while it is the customer's turn."""
    for status in (PENDING, ON_HOLD):
        PauseRule.objects.create(policy=SlaPolicy.objects.get(), status=status, metric=RESOLUTION)


@pytest.fixture
def ticket(rules: None) -> Ticket:
    """Ana's question of NOW."""
    take_in(says(external_id=ASKED), minute=0)
    return only_ticket()


def resolution() -> SlaClock:
    return SlaClock.objects.get(metric=RESOLUTION)


def hold(ticket: Ticket, by: User, minute: float, reason: str = "") -> Ticket:
    return lifecycle.change_status(ticket, ON_HOLD, by=by, now=at(minute), reason=reason)


@pytest.mark.django_db
def test_the_reason_is_kept_with_the_pause_and_told_in_the_history(ticket: Ticket, alice: User) -> None:
    hold(ticket, alice, 10, "  Waiting for   the airport ")
    lifecycle.change_status(ticket, OPEN, by=alice, now=at(40))
    pause = SlaPause.objects.get()
    assert (pause.since, pause.until, pause.reason, pause.by) == (at(10), at(40), "Waiting for the airport", alice)
    assert resolution().due_at == at(1470) and "ticket.status" in verbs(ticket)


@pytest.mark.django_db
def test_another_reason_takes_the_place_of_the_first_and_both_are_told(ticket: Ticket, alice: User, bob: User) -> None:
    hold(ticket, alice, 10, "Waiting for the airport")
    hold(ticket, bob, 20, "Waiting for the hotel")
    pause = SlaPause.objects.get()
    assert (pause.since, pause.reason, pause.by) == (at(10), "Waiting for the hotel", bob)
    assert verbs(ticket)[-2:] == ["ticket.status", "ticket.reason"]


@pytest.mark.django_db
def test_where_a_reason_is_wanted_there_is_no_pause_without_one(ticket: Ticket, alice: User) -> None:
    PauseRule.objects.update(needs_reason=True)
    with pytest.raises(CannotChange, match="stand still while it is on hold: say why"):
        hold(ticket, alice, 10, "  ")
    with pytest.raises(CannotChange, match="say why"):
        hold(ticket, alice, 10, "\u200b")
    with pytest.raises(CannotChange, match="up to 200"):
        hold(ticket, alice, 10, "x" * 201)
    assert not SlaPause.objects.exists()


@pytest.mark.django_db
def test_the_customer_s_word_lets_it_go_on_from_when_it_was_said(ticket: Ticket, alice: User) -> None:
    hold(ticket, alice, 10)
    take_in(says(in_reply_to=ASKED, minute=50), minute=55)
    assert resolution().due_at == at(1480) and only_ticket().status == OPEN
    assert "ticket.resumed" in verbs(ticket)


@pytest.mark.django_db
def test_an_answer_stops_it_and_the_next_question_lets_it_go_on(ticket: Ticket) -> None:
    take_in(we_say(in_reply_to=ASKED, minute=20), minute=21)
    assert resolution().paused_at == at(20) and only_ticket().next_due_at is None
    take_in(says(in_reply_to=ASKED, minute=80), minute=81)
    assert resolution().due_at == at(1500)


@pytest.mark.django_db
@pytest.mark.parametrize("answered", [False, True])
def test_of_several_questions_told_in_any_order_the_first_lets_it_go_on(ticket: Ticket, answered: bool) -> None:
    take_in(we_say(in_reply_to=ASKED, minute=10))
    take_in(says("Still nothing.", in_reply_to=ASKED, minute=100))
    if answered:
        take_in(we_say(in_reply_to=ASKED, minute=110))
    take_in(says("Hello?", in_reply_to=ASKED, minute=70), minute=120)
    (ended, *_) = SlaPause.objects.order_by("since")
    assert (ended.since, ended.until) == (at(10), at(70))
    if not answered:
        assert resolution().due_at == at(1440 + 60)


@pytest.mark.django_db
def test_resolving_judges_by_the_time_that_counted(ticket: Ticket, alice: User) -> None:
    hold(ticket, alice, 1439)
    lifecycle.change_status(ticket, Status.RESOLVED, by=alice, now=at(5000))
    assert (resolution().met, resolution().due_at, SlaPause.objects.get().until) == (True, at(5001), at(5000))


@pytest.mark.django_db
def test_no_step_is_taken_while_it_stands_still(ticket: Ticket, alice: User) -> None:
    EscalationStep.objects.create(policy=SlaPolicy.objects.get(), metric=RESOLUTION, share=50, priority="high")
    hold(ticket, alice, 10)
    escalate(now=at(2000))
    late = ticket.activities.filter(verb="clock.step").values_list("data__metric", flat=True)
    assert RESOLUTION not in late  # the first reply runs on, and is late
    lifecycle.change_status(only_ticket(), OPEN, by=alice, now=at(2000))
    assert (resolution().next_step_at, escalate(now=at(2710))) == (at(2710), 1)


@pytest.mark.django_db
def test_a_rule_taken_away_meanwhile_holds_nothing_for_ever(ticket: Ticket, alice: User) -> None:
    hold(ticket, alice, 10)
    PauseRule.objects.all().delete()
    lifecycle.change_status(ticket, OPEN, by=alice, now=at(40))
    assert (resolution().paused_at, resolution().due_at, SlaPause.objects.get().until) == (None, at(1470), at(40))


@pytest.mark.django_db
def test_a_rule_made_meanwhile_stops_nothing_after_the_fact(ticket: Ticket, alice: User) -> None:
    hold(ticket, alice, 10)
    PauseRule.objects.filter(status=ON_HOLD).update(metric="")
    lifecycle.change_priority(ticket, "high", by=alice, now=at(40))
    assert SlaClock.objects.get(metric=FIRST).paused_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("by_hand", [ON_HOLD, Status.RESOLVED])
@pytest.mark.parametrize("answered", [5, 20])
def test_an_answer_told_late_stops_what_it_would_have(rules: None, alice: User, by_hand: Status, answered: int) -> None:
    """Before somebody changed the status it was ours to act on, and after that not, until the customer wrote. What was
    decided as it was resolved stays."""

    def told(*order: str) -> list[Any]:
        happen: dict[str, Callable[[], object]] = {
            "asked": lambda: take_in(says(external_id=ASKED)),
            "by hand": lambda: lifecycle.change_status(only_ticket(), by_hand, by=alice, now=at(10)),
            "answered": lambda: take_in(we_say(minute=answered, in_reply_to=ASKED, external_id="1951")),
            "more": lambda: take_in(says(minute=30, in_reply_to=ASKED, external_id="1952")),
        }
        for what in order:
            happen[what]()
        stood = SlaPause.objects.exclude(until=F("since")).order_by("since").values_list("status", "since", "until")
        running = SlaClock.objects.filter(ended_at=None, metric=RESOLUTION).values_list("started_at", "due_at")
        found = [*stood, *running, (only_ticket().status,)]
        Ticket.objects.all().delete()
        return found

    PauseRule.objects.filter(status=ON_HOLD).delete()
    story = ("asked", "answered", "by hand") if answered < 10 else ("asked", "by hand", "answered")
    assert told("asked", "by hand", "more", "answered") == told(*story, "more")


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["apc", "pac", "pca"])
def test_what_somebody_opened_stays_open_whatever_we_answered_before_that(
    ticket: Ticket, alice: User, order: str
) -> None:
    """`a`: answered at 10; `p`: put on hold at 50; `c`: opened by hand at 55. Whenever we hear of the answer."""
    happen: dict[str, Callable[[], object]] = {
        "a": lambda: take_in(we_say(in_reply_to=ASKED, minute=10), minute=60),
        "p": lambda: lifecycle.change_status(only_ticket(), ON_HOLD, by=alice, now=at(50)),
        "c": lambda: lifecycle.change_status(only_ticket(), OPEN, by=alice, now=at(55)),
    }
    for one in order:
        happen[one]()
    stood = SlaPause.objects.exclude(until=F("since")).order_by("since").values_list("status", "since", "until")
    assert list(stood) == [(PENDING, at(10), at(50)), (ON_HOLD, at(50), at(55))]
    assert (only_ticket().status, resolution().due_at) == (OPEN, at(1440 + 45))
    take_in(says(in_reply_to=ASKED, minute=70), we_say(in_reply_to=ASKED, minute=80), minute=90)
    assert (only_ticket().status, SlaPause.objects.get(until=None).since) == (PENDING, at(80))


@pytest.mark.django_db
def test_put_on_hold_by_hand_it_goes_on_with_what_is_told_late(ticket: Ticket, alice: User) -> None:
    hold(ticket, alice, 10)
    take_in(we_say(in_reply_to=ASKED, minute=40), minute=41)
    take_in(says(in_reply_to=ASKED, minute=60, external_id="1953"), minute=61)
    take_in(says(in_reply_to=ASKED, minute=30, external_id="1952"), minute=70)
    stood = SlaPause.objects.exclude(until=F("since")).order_by("since").values_list("status", "since", "until")
    assert list(stood) == [(ON_HOLD, at(10), at(30)), (PENDING, at(40), at(60))]
    assert resolution().due_at == at(1440 + 20 + 20)


@pytest.mark.django_db
def test_what_they_wrote_before_it_was_put_on_hold_ends_that_once_we_hear_of_it(ticket: Ticket, alice: User) -> None:
    hold(ticket, alice, 20)
    take_in(says(in_reply_to=ASKED, minute=13), minute=50)
    assert (only_ticket().status, resolution().due_at) == (OPEN, at(1440 + 30))


@pytest.mark.django_db
def test_an_answer_told_after_it_was_put_on_hold_stops_it_from_when_it_was_given(ticket: Ticket, alice: User) -> None:
    hold(ticket, alice, 90)
    take_in(we_say(in_reply_to=ASKED, minute=25), minute=100)
    take_in(says(in_reply_to=ASKED, minute=125), minute=126)
    assert resolution().due_at == at(1440 + 100)

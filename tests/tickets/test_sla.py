"""When is which answer due? The rules one by one, and held against a slow reading of the whole history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.tickets.said import at
from tickets.choices import Metric, Status
from tickets.promises.book import Book, Clock, Said
from tickets.promises.retelling import retell
from tickets.promises.unresolving import resolution_undone, unresolve
from tickets.sla import (
    customer_wrote,
    retarget,
    status_became,
    ticket_lapsed,
    ticket_reopened,
    ticket_resolved,
    we_answered,
)

FIRST, NEXT, RESOLUTION = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION
PROMISED: dict[str, int] = {FIRST: 60, NEXT: 120, RESOLUTION: 1440}
VERBS = {"asks": customer_wrote, "answers": we_answered, "resolves": ticket_resolved, "reopens": ticket_reopened}
History = Sequence[tuple[int, str]]  # minute, what happened
Told = tuple[str, int, int | None, bool | None]  # metric, started, ended, kept


def book_of(*history: tuple[int, str]) -> Book:
    """What the rules make of things that reach us in this order."""
    book = Book(targets=PROMISED)
    for minute, what in history:
        VERBS[what](book, at(minute))
    if book.disturbed:
        retell(book, [])
    return book


def minute_of(moment: datetime | None) -> int | None:
    return None if moment is None else round((moment - at(0)).total_seconds() / 60)


def told(clock: Clock) -> Told:
    started = minute_of(clock.started_at)
    assert started is not None
    return str(clock.metric), started, minute_of(clock.ended_at), clock.met


def answers_promised(book: Book) -> list[Told]:
    return [told(clock) for clock in book.clocks if clock.metric != RESOLUTION]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param([(0, "asks")], [(FIRST, 0, None, None)], id="the first message promises a first reply"),
        pytest.param([(0, "asks"), (5, "asks")], [(FIRST, 0, None, None)], id="a second one starts nothing new"),
        pytest.param([(0, "asks"), (60, "answers")], [(FIRST, 0, 60, True)], id="in the last minute it is kept"),
        pytest.param([(0, "asks"), (61, "answers")], [(FIRST, 0, 61, False)], id="a minute later it is missed"),
        pytest.param(
            [(0, "asks"), (9, "answers"), (20, "asks")],
            [(FIRST, 0, 9, True), (NEXT, 20, None, None)],
            id="after our answer the next message promises a next reply",
        ),
        pytest.param([(5, "asks"), (0, "asks")], [(FIRST, 0, None, None)], id="a late older message moves it back"),
        pytest.param(
            [(0, "asks"), (9, "answers"), (5, "asks")],
            [(FIRST, 0, 9, True)],
            id="a late message that our answer came after starts nothing",
        ),
        pytest.param(
            [(0, "asks"), (20, "asks"), (30, "asks"), (9, "answers")],
            [(FIRST, 0, 9, True), (NEXT, 20, None, None)],
            id="a late answer leaves what was asked after it unanswered",
        ),
        pytest.param(
            [(10, "asks"), (0, "answers"), (20, "asks")],
            [(FIRST, 10, None, None)],
            id="what we said before the question answers nothing",
        ),
        pytest.param(
            [(0, "asks"), (9, "resolves")], [(FIRST, 0, 9, None)], id="resolved unanswered, a reply falls away unjudged"
        ),
        pytest.param(
            [(0, "asks"), (60, "resolves")], [(FIRST, 0, 60, None)], id="resolved in the last minute it falls away too"
        ),
        pytest.param(
            [(0, "asks"), (61, "resolves")], [(FIRST, 0, 61, False)], id="resolved unanswered, what was late is missed"
        ),
        pytest.param(
            [(0, "asks"), (9, "answers"), (20, "asks"), (141, "resolves"), (150, "reopens"), (150, "asks")],
            [(FIRST, 0, 9, True), (NEXT, 20, 141, False), (NEXT, 150, None, None)],
            id="and stays so when the customer writes again",
        ),
        pytest.param(
            [(0, "asks"), (90, "resolves"), (50, "answers")],
            [(FIRST, 0, 50, True)],
            id="unless an answer was out in time that we hear of only then",
        ),
        pytest.param(
            [(0, "asks"), (9, "resolves"), (12, "answers"), (99, "answers")],
            [(FIRST, 0, 12, True)],
            id="an answer on its way when somebody resolved judges the reply",
        ),
        pytest.param(
            [(0, "asks"), (90, "resolves"), (91, "answers")],
            [(FIRST, 0, 91, False)],
            id="what was late stays missed though somebody resolved before the answer was out",
        ),
        pytest.param(
            [(0, "asks"), (9, "resolves"), (20, "reopens"), (20, "asks"), (40, "answers")],
            [(FIRST, 0, 9, None), (FIRST, 20, 40, True)],
            id="an answer to what was asked since says nothing of what fell away",
        ),
        pytest.param(
            [(0, "asks"), (7, "asks"), (9, "resolves"), (5, "answers")],
            [(FIRST, 0, 5, True), (NEXT, 7, 9, None)],
            id="so it judges what fell away unjudged; what was asked after it fell away then",
        ),
        pytest.param(
            [(0, "asks"), (50, "asks"), (70, "answers"), (20, "answers")],
            [(FIRST, 0, 20, True), (NEXT, 50, 70, True)],
            id="an answer that was overtaken by a later one is told in its place",
        ),
        pytest.param(
            [(0, "asks"), (9, "resolves"), (20, "reopens"), (20, "asks"), (40, "answers"), (30, "answers")],
            [(FIRST, 0, 9, None), (FIRST, 20, 30, True)],
            id="what was decided with the resolution stays",
        ),
        pytest.param(
            [(0, "asks"), (9, "resolves"), (20, "reopens"), (20, "asks"), (5, "answers")],
            [(FIRST, 0, 5, True), (FIRST, 20, 20, None), (NEXT, 20, None, None)],
            id="an answer from before the resolution makes a next reply of what was promised since",
        ),
        pytest.param(
            [(0, "answers"), (10, "asks")],
            [(FIRST, 10, None, None)],
            id="that we wrote first answers nothing either",
        ),
    ],
)
def test_what_is_promised_after(history: History, expected: list[Told]) -> None:
    assert answers_promised(book_of(*history)) == expected


def test_resolution_is_promised_from_the_first_message_and_again_after_it_came_back() -> None:
    book = book_of((0, "asks"), (50, "resolves"), (90, "reopens"), (95, "asks"))
    resolutions = [told(clock) for clock in book.clocks if clock.metric == RESOLUTION]
    assert resolutions == [(RESOLUTION, 0, 50, True), (RESOLUTION, 90, None, None)]


def test_what_resolves_by_itself_keeps_no_promise_and_misses_none() -> None:
    book = book_of((0, "asks"))
    ticket_lapsed(book, at(9))
    assert [told(clock) for clock in book.clocks] == [(FIRST, 0, 9, None), (RESOLUTION, 0, 9, None)]


def test_a_resolution_taken_back_by_hand_goes_on_with_the_answer_from_where_they_started() -> None:
    book = book_of((0, "asks"), (10, "resolves"))
    resolution_undone(book, done_at=at(10), at=at(30))
    assert [told(clock) for clock in book.clocks] == [(FIRST, 0, None, None), (RESOLUTION, 0, None, None)]
    assert [clock.due_at for clock in book.clocks] == [at(60), at(1440 + 20)]  # it stood resolved for 20 minutes


def test_a_resolution_taken_back_by_hand_owes_no_answer_that_was_given() -> None:
    book = book_of((0, "asks"), (5, "answers"), (10, "resolves"))
    resolution_undone(book, done_at=at(10), at=at(20))
    assert [told(clock) for clock in book.clocks if clock.ended_at is None] == [(RESOLUTION, 0, None, None)]


def test_resolved_too_late_and_taken_back_by_hand_it_is_as_late_as_before() -> None:
    book = book_of((0, "asks"), (1500, "resolves"))
    resolution_undone(book, done_at=at(1500), at=at(1600))
    assert [clock.due_at for clock in book.clocks if clock.ended_at is None] == [at(60), at(1440)]


def test_ignored_judges_nothing_and_taken_back_all_goes_on() -> None:
    book = book_of((0, "asks"))
    ticket_lapsed(book, at(90))
    assert [told(clock) for clock in book.clocks] == [(FIRST, 0, 90, None), (RESOLUTION, 0, 90, None)]
    resolution_undone(book, done_at=at(90), at=at(100), ignored=True)
    assert [(told(clock), clock.due_at) for clock in book.clocks] == [
        ((FIRST, 0, None, None), at(60)),
        ((RESOLUTION, 0, None, None), at(1440)),
    ]


def test_where_no_resolution_ended_with_it_there_is_a_new_one() -> None:
    book = Book(targets={FIRST: 60})
    customer_wrote(book, at(0))
    ticket_resolved(book, at(10))
    book.targets = PROMISED
    resolution_undone(book, done_at=at(10), at=at(20))
    assert [told(clock) for clock in book.clocks] == [(FIRST, 0, None, None), (RESOLUTION, 20, None, None)]


def test_the_next_due_is_the_nearest_of_the_running_ones() -> None:
    book = book_of((0, "asks"))
    assert book.next_due is not None and told(book.next_due)[0] == FIRST
    we_answered(book, at(5))
    assert book.next_due is not None and told(book.next_due)[0] == RESOLUTION


def test_what_is_not_promised_has_no_clock() -> None:
    book = Book(targets={NEXT: 120})
    customer_wrote(book, at(0))
    assert book.clocks == [] and book.next_due is None


def test_another_priority_keeps_the_start_and_takes_the_new_length() -> None:
    book = book_of((0, "asks"))
    book.targets = PROMISED | {FIRST: 15}
    retarget(book, at=at(10))
    clock = book.running(FIRST)
    assert clock is not None and clock.due_at == at(15) and clock.changed


def test_what_was_judged_before_something_came_late_starts_where_it_started() -> None:
    """A merge let the promise of the question of minute 0 fall: that of minute 20 was due as soon."""
    book = book_of((20, "asks"), (30, "answers"))
    book.heard.clear()  # stored
    we_answered(book, at(90))
    customer_wrote(book, at(89))
    retell(book, [Said(at(0), by_us=False), Said(at(20), by_us=False), Said(at(30), by_us=True)])
    assert answers_promised(book) == [(FIRST, 20, 30, True), (NEXT, 89, 90, True)]


@pytest.mark.parametrize("targets", [PROMISED | {FIRST: 240}, PROMISED | {FIRST: 15}, {RESOLUTION: 1440}])
@pytest.mark.parametrize(("minute", "stays"), [(60, False), (61, True)])
def test_what_is_late_by_then_stays_as_it_was_given(targets: dict[str, int], minute: int, stays: bool) -> None:
    book = book_of((0, "asks"))
    book.targets = targets
    retarget(book, at=at(minute))
    clock = book.running(FIRST)
    assert (clock is not None and clock.due_at == at(60)) == stays


@pytest.mark.parametrize(("lowered", "due"), [(18, 240), (40, 240), (60, 240), (61, 15), (90, 15)])
def test_what_was_over_when_its_length_was_chosen_runs_out_by_the_one_before(lowered: int, due: int) -> None:
    book = book_of((0, "asks"))
    for minute, length in ((17, 15), (20, 10), (21, 15), (lowered, 240)):
        book.targets = PROMISED | {FIRST: length}
        retarget(book, at=at(minute))
    clock = book.running(FIRST)
    assert clock is not None and clock.due_at == at(due)


def test_chosen_while_there_was_time_left_and_run_out_since_it_stays() -> None:
    book = book_of((0, "asks"))
    for minute, length in ((10, 15), (16, 60)):
        book.targets = PROMISED | {FIRST: length}
        retarget(book, at=at(minute))
    clock = book.running(FIRST)
    assert clock is not None and clock.due_at == at(15)


def test_steps_that_are_to_come_again_are_taken_again() -> None:
    book = book_of((0, "asks"))
    book.steps = {FIRST: [50, 75]}
    clock = book.running(FIRST)
    assert clock is not None
    for minute, length, told, left in ((17, 15, 100, 100), (18, 60, 100, 0), (35, 60, 50, 50), (36, 40, 50, 50)):
        clock.reached = told
        book.targets = PROMISED | {FIRST: length}
        retarget(book, at=at(minute), anew=True)
        assert clock.reached == left, minute


def test_what_stands_still_is_not_late() -> None:
    book = book_of((0, "asks"))
    book.stops = {FIRST: {Status.ON_HOLD}}
    status_became(book, Status.ON_HOLD, at(50))
    book.targets = PROMISED | {FIRST: 240}
    retarget(book, at=at(90))
    clock = book.running(FIRST)
    assert clock is not None and clock.minutes == 240


def test_a_promise_that_falls_away_ends_unjudged() -> None:
    book = book_of((0, "asks"))
    book.targets = {RESOLUTION: 1440}
    retarget(book, at=at(10))
    assert answers_promised(book) == [(FIRST, 0, 60, None)]


def test_what_fell_away_is_owed_again_once_it_is_promised_again() -> None:
    book = book_of((0, "asks"))
    for targets in ({}, PROMISED):
        book.targets = targets
        retarget(book, at=at(10))
    assert [told(clock) for clock in book.clocks] == [(FIRST, 0, None, None), (RESOLUTION, 0, None, None)]


@pytest.mark.parametrize("what", ["answers", "resolves"])
def test_what_was_given_since_is_not(what: str) -> None:
    book = book_of((0, "asks"))
    book.targets = {}
    retarget(book, at=at(10))
    VERBS[what](book, at(10))
    book.targets, book.done = PROMISED, what == "resolves"
    retarget(book, at=at(10))
    owed = [clock.metric for clock in book.clocks if clock.ended_at is None]
    assert owed == ([RESOLUTION] if what == "answers" else [])


@dataclass
class Asked:
    """One stretch of waiting: from the first question to whatever ended it."""

    since: int
    until: int | None
    by: str | None


def read_slowly(history: History) -> list[Told]:
    """Each question waits for the first answer or resolution after it; those that wait for the same one are one."""
    ordered = sorted(history)
    stretches: dict[int | None, Asked] = {}
    for minute, what in ordered:
        if what != "asks":
            continue
        ends = [(m, w) for m, w in ordered if m > minute and w in ("answers", "resolves")]
        until, by = ends[0] if ends else (None, None)
        said_next = next((one for one in ordered if until is not None and one[0] > until and one[1] != "reopens"), None)
        if by == "resolves" and said_next is not None and said_next[1] == "answers":
            until, by = said_next  # it was on its way
        stretches.setdefault(until, Asked(minute, until, by))
    return [_judge(asked, ordered) for asked in stretches.values()]


def _judge(asked: Asked, ordered: History) -> Told:
    answered_before = any(what == "answers" and minute < asked.since for minute, what in ordered)
    metric = NEXT if answered_before else FIRST
    in_time = asked.until is not None and asked.until - asked.since <= PROMISED[metric]
    if asked.until is None or (asked.by == "resolves" and in_time):
        return (metric, asked.since, asked.until, None)
    return (metric, asked.since, asked.until, in_time)


minutes = st.lists(st.integers(1, 3000), unique=True, max_size=12)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A ticket's life in order: a question opens it; only what is not resolved is resolved, and questions reopen."""
    history, resolved = [(0, "asks")], False
    for minute in sorted(draw(minutes)):
        what = draw(st.sampled_from(["asks", "answers", "resolves"]))
        if what == "resolves" and resolved:
            continue
        if what == "asks" and resolved:
            history.append((minute, "reopens"))
        resolved = what == "resolves" or (resolved and what != "asks")
        history.append((minute, what))
    return history


@example([(0, "asks"), (60, "resolves"), (61, "answers")])  # at the very moment at which it was due
@given(histories())
def test_in_order_the_clocks_are_those_of_a_slow_reading(history: History) -> None:
    assert answers_promised(book_of(*history)) == read_slowly(history)


@given(histories())
def test_in_order_resolution_runs_exactly_while_the_ticket_is_not_resolved(history: History) -> None:
    runs = book_of(*history).running(RESOLUTION) is not None
    changes = [what for _, what in history if what in ("resolves", "reopens")]
    assert runs == (not changes or changes[-1] == "reopens")


@given(st.data())
def test_in_any_order_the_clocks_are_those_of_a_slow_reading(data: st.DataObject) -> None:
    said = [(0, "asks")] + [(minute, data.draw(st.sampled_from(["asks", "answers"]))) for minute in data.draw(minutes)]
    late = data.draw(st.permutations(said))
    assert sorted(answers_promised(book_of(*late))) == sorted(read_slowly(said))


@given(
    st.lists(st.tuples(st.integers(0, 300), st.sampled_from(sorted(VERBS))), min_size=1, max_size=8),
    st.sampled_from([300.5, 2000]),  # when nothing is due: what ended unjudged at its due moment is promised no more
)
def test_a_resolution_that_was_none_leaves_every_promise_as_it_was(
    history: list[tuple[int, str]], minute: float
) -> None:
    ordered = [(0, "asks"), *sorted(history)]
    expected, book = book_of(*ordered), book_of(*ordered)
    ticket_resolved(book, at(minute))
    unresolve(book, {at(minute)})
    assert [told(clock) for clock in book.clocks] == [told(clock) for clock in expected.clocks]
    assert [clock.due_at for clock in book.clocks] == [clock.due_at for clock in expected.clocks]

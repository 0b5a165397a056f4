"""docs/rules.md, "Assignment: who gets it?", without a database: who of those that staff a queue, and why not the
others."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import NOW
from tickets.choices import AssignmentMode
from tickets.staffing.allotting import How, Line, Person, Task, Why, allot, allot_all, in_order, is_seen, limit_of

ANA, BOB, CLEO = 1, 2, 3
GERMAN, REFUNDS = 7, 8
QUEUE = 5


def person(key: int, **facts: Any) -> Person:
    return Person(key=key, **facts)


def three(**of: dict[str, Any]) -> dict[int, Person]:
    """Ana, Bob and Cleo, as told."""
    return {key: person(key, **of.get(name, {})) for key, name in ((ANA, "ana"), (BOB, "bob"), (CLEO, "cleo"))}


def line(mode: AssignmentMode = AssignmentMode.ROUND_ROBIN, **facts: Any) -> Line:
    return Line(key=QUEUE, mode=mode, **({"staff": frozenset((ANA, BOB, CLEO))} | facts))


def task(key: int = 1, **facts: Any) -> Task:
    return Task(key=key, line=QUEUE, **facts)


def given(tasks: list[Task], asked: Line, people: dict[int, Person]) -> list[int | None]:
    return [choice.to for choice in allot_all(tasks, {QUEUE: asked}, people).values()]


# In turns


def test_in_turns_everybody_has_one_before_anybody_has_two() -> None:
    assert given([task(n) for n in range(7)], line(), three()) == [ANA, BOB, CLEO, ANA, BOB, CLEO, ANA]


def test_a_turn_is_longest_ago_for_who_is_next() -> None:
    asked = line(turns={ANA: 12, BOB: 10, CLEO: 11})
    assert given([task(n) for n in range(3)], asked, three()) == [BOB, CLEO, ANA]


def test_who_comes_back_has_one_turn_and_no_backlog_of_them() -> None:
    asked = line(turns={ANA: 40, BOB: 41, CLEO: 2})
    assert given([task(n) for n in range(4)], asked, three()) == [CLEO, ANA, BOB, CLEO]


def test_who_is_passed_is_told_with_what_kept_them() -> None:
    people = three(ana={"away": True}, bob={"seen": False})
    choice = allot(task(), line(), people)
    assert (choice.to, choice.how) == (CLEO, How.ROUND_ROBIN)
    assert choice.passed == [(ANA, Why.AWAY), (BOB, Why.UNSEEN)]


# By load


def test_by_load_the_smallest_share_in_hand_is_next() -> None:
    """Cleo works part-time: two of her four are as much as five of Ana's ten."""
    people = three(ana={"load": 4, "capacity": 10}, bob={"load": 6, "capacity": 10}, cleo={"load": 2, "capacity": 4})
    asked = line(AssignmentMode.LEAST_LOADED)
    assert given([task(n) for n in range(4)], asked, people) == [ANA, CLEO, ANA, BOB]


def test_who_has_no_limit_counts_as_having_the_highest_of_the_others() -> None:
    people = three(ana={"load": 3}, bob={"load": 2, "capacity": 4}, cleo={"load": 4, "capacity": 8})
    assert allot(task(), line(AssignmentMode.LEAST_LOADED), people).to == ANA


def test_by_load_of_equal_shares_turns_decide() -> None:
    asked = line(AssignmentMode.LEAST_LOADED, turns={ANA: 3, BOB: 1, CLEO: 2})
    assert given([task(n) for n in range(3)], asked, three()) == [BOB, CLEO, ANA]


# Capacity


@pytest.mark.parametrize("mode", [AssignmentMode.ROUND_ROBIN, AssignmentMode.LEAST_LOADED])
def test_nobody_is_given_more_than_they_take(mode: AssignmentMode) -> None:
    people = three(ana={"capacity": 1}, bob={"capacity": 2, "load": 1}, cleo={"capacity": 3, "load": 5})
    choices = allot_all([task(n) for n in range(4)], {QUEUE: line(mode)}, people)
    assert sorted(choice.to or 0 for choice in choices.values()) == [0, 0, ANA, BOB]
    assert {choice.why for choice in choices.values() if choice.to is None} == {Why.FULL}


def test_what_they_have_in_one_queue_is_room_less_in_another() -> None:
    other = Line(key=6, mode=AssignmentMode.ROUND_ROBIN, staff=frozenset([ANA]))
    tasks = [task(1), Task(key=2, line=6)]
    choices = allot_all(tasks, {QUEUE: line(staff=frozenset([ANA])), 6: other}, {ANA: person(ANA, capacity=1)})
    assert [choice.to for choice in choices.values()] == [ANA, None]


# By skill


def test_every_skill_that_is_needed_is_asked_for() -> None:
    people = three(ana={"skills": frozenset([GERMAN])}, bob={"skills": frozenset([GERMAN, REFUNDS, 9])})
    choice = allot(task(needs=frozenset([GERMAN, REFUNDS])), line(), people)
    assert (choice.to, choice.passed) == (BOB, [(ANA, Why.SKILLS)])


def test_a_queue_may_leave_skills_alone() -> None:
    assert allot(task(needs=frozenset([GERMAN])), line(asks_skills=False), three()).to == ANA


@pytest.mark.parametrize(
    ("bob", "why"),
    [
        ({}, Why.SKILLS),
        ({"skills": frozenset([GERMAN]), "away": True}, Why.AWAY),
        ({"skills": frozenset([GERMAN]), "seen": False}, Why.UNSEEN),
        ({"skills": frozenset([GERMAN]), "capacity": 2, "load": 2}, Why.FULL),
    ],
)
def test_where_nobody_can_it_says_what_keeps_those_who_come_nearest(bob: dict[str, Any], why: Why) -> None:
    choice = allot(task(needs=frozenset([GERMAN])), line(), three(bob=bob))
    assert (choice.to, choice.why) == (None, why)


def test_a_queue_that_nobody_works_in_says_so() -> None:
    assert allot(task(), line(staff=frozenset()), three()).why == Why.NOBODY


# Who may read it


def test_private_tickets_go_to_who_may_read_them() -> None:
    people = three(ana={"confidant": False})
    choice = allot(task(private=True), line(), people)
    assert (choice.to, choice.passed) == (BOB, [(ANA, Why.PRIVATE)])


# Whom the customer knows


def test_whom_the_customer_knows_goes_first_whoever_has_the_turn() -> None:
    choice = allot(task(regular=CLEO), line(sticky=True), three())
    assert (choice.to, choice.how, choice.passed) == (CLEO, How.STICKY, ())


def test_not_where_the_queue_does_not_want_it_or_they_do_not_work_there() -> None:
    assert allot(task(regular=CLEO), line(), three()).to == ANA
    elsewhere = line(sticky=True, staff=frozenset([ANA, BOB]))
    assert allot(task(regular=CLEO), elsewhere, three()).to == ANA


@pytest.mark.parametrize("cleo", [{"away": True}, {"seen": False}, {"capacity": 1, "load": 1}])
def test_whom_the_customer_knows_must_be_there_and_have_room(cleo: dict[str, Any]) -> None:
    choice = allot(task(regular=CLEO), line(sticky=True), three(cleo=cleo))
    assert (choice.to, choice.how, choice.passed[0][0]) == (ANA, How.ROUND_ROBIN, CLEO)


@pytest.mark.parametrize("mode", [AssignmentMode.BY_HAND, AssignmentMode.PULL])
def test_where_people_take_tickets_themselves_only_whom_the_customer_knows_is_given_one(mode: AssignmentMode) -> None:
    asked = line(mode, sticky=True)
    assert (allot(task(regular=BOB), asked, three()).to, allot(task(), asked, three()).to) == (BOB, None)


def test_what_somebody_gave_back_goes_to_somebody_else() -> None:
    choice = allot(task(given_back_by=ANA, regular=ANA), line(sticky=True), three())
    assert (choice.to, choice.passed) == (BOB, [(ANA, Why.GAVE_BACK)])


# In which order, and when somebody is there


def test_what_is_due_first_is_given_out_first_and_then_the_older() -> None:
    tasks = [task(1), task(2, due=NOW), task(3), task(4, due=NOW - timedelta(minutes=5))]
    assert [one.key for one in in_order(tasks)] == [4, 2, 1, 3]


@pytest.mark.parametrize(("minutes", "there"), [(0, True), (4.9, True), (5, False), (600, False), (None, False)])
def test_who_was_heard_of_within_five_minutes_is_there(minutes: float | None, there: bool) -> None:
    seen_at = NOW - timedelta(minutes=minutes) if minutes is not None else None
    assert is_seen(seen_at, now=NOW, within=timedelta(minutes=5)) is there


# Whose limit it is


@pytest.mark.parametrize(
    ("own", "queues", "limit"),
    [
        ({}, None, None),
        ({}, 20, 20),
        ({"capacity": 3}, 20, 3),
        ({"capacity": 30}, 20, 30),
        ({"capacity": 3}, None, 3),
        ({"unlimited": True}, 20, None),
    ],
)
def test_a_limit_of_ones_own_comes_before_the_queues(
    own: dict[str, Any], queues: int | None, limit: int | None
) -> None:
    assert limit_of(person(ANA, **own), line(capacity=queues)) == limit


def test_nobody_is_given_more_than_the_queue_says_whatever_they_have_of_others() -> None:
    people = three(ana={"load": 2}, bob={"load": 5}, cleo={"capacity": 9, "load": 7})
    assert given([task(n) for n in range(5)], line(capacity=3), people) == [ANA, CLEO, CLEO, None, None]


def test_what_another_one_gave_back_for_them_passes_them() -> None:
    choice = allot(task(taken_from=ANA), line(), three())
    assert (choice.to, choice.passed) == (BOB, [(ANA, Why.RELEASED)])


def test_where_nothing_is_left_to_answer_it_comes_last() -> None:
    tasks = [task(1, hollow=True, due=NOW), task(2), task(3, due=NOW)]
    assert [one.key for one in in_order(tasks)] == [3, 2, 1]

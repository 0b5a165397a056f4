"""What becomes of several tickets that are made one, case by case."""

import pytest

from tests.factories import NOW
from tests.tickets.said import at
from tickets import sla
from tickets.choices import Metric, Priority, Status
from tickets.promises.book import Book
from tickets.regrouping.uniting import Standing, carry_promises, keep_promises, unite

FIRST, NEXT, RESOLUTION = Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION


def standing(status: str = Status.OPEN, *, minute: float = 0, tags: str = "", **told: object) -> Standing:
    return Standing(status=status, last_message_at=at(minute), tags=frozenset(tags.split()), **told)  # type: ignore[arg-type]  # keys or words


@pytest.mark.parametrize(
    ("into", "others", "becomes"),
    [
        ("new", ["new"], "new"),
        ("new", ["open"], "open"),
        ("new", ["resolved"], "new"),
        ("open", ["new", "pending"], "open"),
        ("pending", ["new"], "open"),
        ("pending", ["open"], "open"),
        ("pending", ["on_hold"], "pending"),
        ("on_hold", ["pending"], "on_hold"),
        ("pending", ["closed", "ignored"], "pending"),
        ("resolved", ["new"], "new"),
        ("resolved", ["open"], "open"),
        ("resolved", ["pending"], "pending"),
        ("resolved", ["pending", "on_hold"], "on_hold"),
        ("ignored", ["open"], "open"),
        ("resolved", ["closed"], "resolved"),
        ("closed", ["resolved"], "closed"),
        ("ignored", ["closed"], "ignored"),
    ],
)
def test_the_liveliest_status_counts(into: str, others: list[str], becomes: str) -> None:
    assert unite(standing(into), [standing(status) for status in others]).status == becomes


@pytest.mark.parametrize(
    ("into", "others", "becomes"),
    [
        (("open", Priority.NORMAL), [("open", Priority.URGENT)], Priority.URGENT),
        (("open", Priority.HIGH), [("open", Priority.LOW)], Priority.HIGH),
        (("open", Priority.LOW), [("resolved", Priority.URGENT), ("new", Priority.NORMAL)], Priority.NORMAL),
        (("resolved", Priority.URGENT), [("open", Priority.LOW)], Priority.URGENT),
    ],
)
def test_the_highest_priority_counts_of_what_is_not_done(
    into: tuple[str, str], others: list[tuple[str, str]], becomes: str
) -> None:
    first, *rest = (standing(status, priority=priority) for status, priority in (into, *others))
    assert unite(first, rest).priority == becomes


def test_its_own_assignee_and_folder_win_else_those_where_something_was_said_last() -> None:
    others = [
        standing(assignee="alice", folder="old", minute=1),
        standing(assignee="bob", minute=3),
        standing("resolved", assignee="carol", folder="done", minute=9),
    ]
    assert unite(standing(assignee="sam", folder="own"), others).assignee == "sam"
    assert unite(standing(folder="own"), others).folder == "own"
    assert (unite(standing(), others).assignee, unite(standing(), others).folder) == ("bob", "done")
    assert unite(standing(), [standing()]).assignee is None


def test_all_tags_come_together() -> None:
    assert unite(standing(tags="a b"), [standing(tags="b c"), standing("closed", tags="d")]).tags == set("abcd")


def test_what_is_needed_of_who_works_them_comes_together_but_not_of_what_is_done() -> None:
    others = [standing(skills=frozenset("b")), standing("closed", skills=frozenset("c"))]
    assert unite(standing(skills=frozenset("a")), others).skills == set("ab")


def book(*asked: float, answered: float | None = None, **minutes: int) -> Book:
    made = Book(targets={FIRST: 60, NEXT: 120, RESOLUTION: 1440} | minutes)
    for minute in asked:
        sla.customer_wrote(made, at(minute))
        if answered is not None and minute < answered:
            sla.we_answered(made, at(answered))
    return made


def running(found: Book) -> list[tuple[str, float]]:
    clocks = [clock for clock in found.clocks if clock.ended_at is None]
    return [(clock.metric, (clock.due_at - NOW).total_seconds() / 60) for clock in clocks]


@pytest.mark.parametrize(
    ("own", "other", "goes_on"),
    [
        (book(0), book(5), [(FIRST, 60), (RESOLUTION, 1440)]),
        (book(5), book(0), [(FIRST, 60), (RESOLUTION, 1440)]),
        (book(0, 20, answered=10), book(30), [(RESOLUTION, 1440), (FIRST, 90)]),
        (book(30), book(0, 20, answered=10), [(FIRST, 90), (RESOLUTION, 1440)]),
        (book(0, answered=10), book(5, answered=10), [(RESOLUTION, 1440)]),
        (Book(targets={}), book(5), [(FIRST, 65), (RESOLUTION, 1445)]),
        (book(5), Book(targets={}), [(FIRST, 65), (RESOLUTION, 1445)]),
    ],
)
def test_of_each_kind_of_promise_the_one_due_first_goes_on(
    own: Book, other: Book, goes_on: list[tuple[str, float]]
) -> None:
    carry_promises(own, [other], status=Status.OPEN, at=at(40))
    assert running(own) == goes_on


@pytest.mark.parametrize(
    ("kept", "asked", "answered", "owed"),
    [
        (book(0, 10), [10], None, [(RESOLUTION, 1440), (FIRST, 70)]),
        (book(0, 10), [0, 10], None, [(FIRST, 60), (RESOLUTION, 1440)]),
        (book(0), [], None, [(RESOLUTION, 1440)]),
        (book(0, answered=10), [0], None, [(RESOLUTION, 1440), (NEXT, 120)]),
    ],
)
def test_what_stays_is_promised_what_is_owed_to_it(
    kept: Book, asked: list[float], answered: float | None, owed: list[tuple[str, float]]
) -> None:
    keep_promises(kept, [at(m) for m in asked], answered_at=at(answered) if answered is not None else None, at=at(40))
    assert sorted(running(kept)) == sorted(owed)

"""The query language: what a line means, and what is said of one that means nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.finding.problems import placed, sentence
from tickets.finding.query import FIELDS, LONGEST, MOST_TERMS, Problem, parse, quote, without
from tickets.finding.spans import read_span


def read(line: str) -> list[tuple[str, list[str], bool]]:
    return [(term.field, [value.text for value in term.values], term.negated) for term in parse(line)]


@pytest.mark.parametrize(
    ("line", "means"),
    [
        ("", []),
        ("refund", [("", ["refund"], False)]),
        ("lost bag", [("", ["lost"], False), ("", ["bag"], False)]),
        ('"lost bag"', [("", ["lost bag"], False)]),
        ("“lost bag”", [("", ["lost bag"], False)]),
        ("-refund", [("", ["refund"], True)]),
        ('-"lost bag"', [("", ["lost bag"], True)]),
        ("is:open", [("is", ["open"], False)]),
        ("IS:Open", [("is", ["open"], False)]),
        ("-is:dm", [("is", ["dm"], True)]),
        ("priority:high,urgent", [("priority", ["high", "urgent"], False)]),
        ('folder:"Lost bags"', [("folder", ["Lost bags"], False)]),
        ('tag:refund,"to do, soon"', [("tag", ["refund", "to do, soon"], False)]),
        ("from:@ana", [("from", ["@ana"], False)]),
        ("due:<2h due:late due:today", [("due", ["<2h"], False), ("due", ["late"], False), ("due", ["today"], False)]),
        ("created:>7d", [("created", [">7d"], False)]),
        ("updated:2026-11-01..2026-11-05", [("updated", ["2026-11-01..2026-11-05"], False)]),
        ("#123", [("#", ["123"], False)]),
        ("#refund", [("", ["#refund"], False)]),
        ("Re: your order", [("", ["Re"], False), ("", ["your"], False), ("", ["order"], False)]),
        ("https://acme.example/a?b=c", [("", ["https://acme.example/a?b=c"], False)]),
        ("at 12:30", [("", ["at"], False), ("", ["12:30"], False)]),
        ("refund - now", [("", ["refund"], False), ("", ["now"], False)]),
        ("荷物 -遅れ", [("", ["荷物"], False), ("", ["遅れ"], True)]),
    ],
)
def test_a_line_is_read_so(line: str, means: list[tuple[str, list[str], bool]]) -> None:
    assert read(line) == means


def test_a_star_stands_for_the_rest_of_a_word_but_not_within_quotation_marks() -> None:
    assert [term.prefix for term in parse('refun* "refun*" refund')] == [True, False, False]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("quue:billing", "There is no “quue:” to search by. To look for it as words, put it in quotation marks."),
        ("quue:billing", "Did you mean queue:? (at character 1)"),
        ("is:opne", "It knows: open, mine,"),
        ("is:opne", "Did you mean open? (at character 4)"),
        ("refund due:<2hours", "“<2hours” is no time to be due. Write <2h, >1d, late, none, today, tomorrow or"),
        ("refund due:<2hours", "(at character 12)"),
        ("created:2026-11-05..2026-11-01", "“2026-11-05..2026-11-01” is no stretch of time."),
        ("created:2026-02-30", "“2026-02-30” is no stretch of time."),
        ("created:late", "“late” is no stretch of time."),
        ('say "hello', "This quotation mark is never closed. (at character 5)"),
        ("queue:", "“queue:” needs a value right behind the colon."),
        ("priority:high,", "“priority:” needs a value right behind the colon. (at character 15)"),
        ('tag:" "', "“tag:” needs a value right behind the colon."),
        ("!!!", "There is nothing to look for in “!!!”: it holds no letter and no digit."),
        ("a*", "The beginning of a word needs at least 2 characters before the *."),
        ("x" * (LONGEST + 1), "A search has at most 500 characters."),
        ("word " * (MOST_TERMS + 1), "A search has at most 30 terms."),
        ("tag:" + ",".join("abcdefghijklmnopqrstuv"), "A term names at most 20 values."),
    ],
)  # fmt: skip
def test_a_mistake_is_explained_with_its_place(line: str, said: str) -> None:
    with pytest.raises(Problem) as found:
        parse(line)
    assert said in placed(found.value)


@given(st.text(max_size=600))
def test_whatever_is_typed_is_read_or_explained(line: str) -> None:
    _read_or_explained(line)


PIECES = [*(f"{name}:" for name in FIELDS), "-", '"', ",", "open", "<2h", "#1", "*", " ", "“", "2026-01-01.."]


@given(st.lists(st.sampled_from(PIECES)))
def test_and_so_is_what_nearly_means_something(pieces: list[str]) -> None:
    _read_or_explained("".join(pieces))


def _read_or_explained(line: str) -> None:
    try:
        terms = parse(line)
    except Problem as problem:
        assert 0 <= problem.start <= problem.stop <= len(line)
        assert sentence(problem)
        return
    assert all(line[term.start : term.stop].strip() for term in terms)
    for term in terms:
        assert len(parse(without(line, term))) <= len(terms) - 1


@given(st.text(min_size=1, max_size=40))
def test_a_name_comes_back_as_it_was_quoted(name: str) -> None:
    try:
        terms = parse(f"tag:{quote(name)}")
    except Problem:
        return
    assert terms[0].field == "tag" and len(terms) == 1


BERLIN = datetime(2026, 10, 25, 12, tzinfo=ZoneInfo("Europe/Berlin"))  # the clocks went back this night


@pytest.mark.parametrize(
    ("text", "past", "start", "stop"),
    [
        ("<2h", True, "2026-10-25T09:00", None),
        (">1d", True, None, "2026-10-24T11:00"),
        ("<2h", False, None, "2026-10-25T13:00"),
        (">1d", False, "2026-10-26T11:00", None),
        ("today", True, "2026-10-24T22:00", "2026-10-25T23:00"),
        ("yesterday", True, "2026-10-23T22:00", "2026-10-24T22:00"),
        ("tomorrow", False, "2026-10-25T23:00", "2026-10-26T23:00"),
        ("2026-10-25", True, "2026-10-24T22:00", "2026-10-25T23:00"),
        ("2026-10-24..2026-10-25", True, "2026-10-23T22:00", "2026-10-25T23:00"),
        (">2026-10-25", True, "2026-10-25T23:00", None),
        ("<2026-10-25", True, None, "2026-10-24T22:00"),
    ],
)
def test_a_day_is_the_persons_own(text: str, past: bool, start: str | None, stop: str | None) -> None:
    found = read_span(text, now=BERLIN, past=past)
    assert (_utc(found.start), _utc(found.stop)) == (start, stop)


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="minutes").removesuffix("+00:00") if moment else None

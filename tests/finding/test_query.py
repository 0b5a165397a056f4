"""The query language: what a line means, and what is said of one that means nothing."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.finding.problems import placed, sentence
from tickets.finding.query import LONGEST, MOST_DEPTH, MOST_TERMS, parse, read
from tickets.finding.spans import read_span
from tickets.finding.terms import Node, NotUnderstood, Term, pieces, quote
from tickets.finding.vocabulary import FIELDS


def told(line: str) -> list[tuple[str, list[str], bool]]:
    return [(term.field, [value.text for value in term.values], term.negated) for term in parse(line).terms]


def shape(node: Node) -> str:
    """With a bracket around every group, as `all` or `any`."""
    sign = "-" if node.negated else ""
    if isinstance(node, Term):
        return sign + (f"{node.field}:" if node.field else "") + node.text
    return f"{sign}{'any' if node.either else 'all'}({' '.join(map(shape, node.parts))})"


def sayings(line: str) -> list[str]:
    with pytest.raises(NotUnderstood) as found:
        parse(line)
    return placed(found.value)


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
        (
            "created:2026-11-29.. due:..2026-11-29",
            [("created", ["2026-11-29.."], False), ("due", ["..2026-11-29"], False)],
        ),
        ("followers:>1K language:German", [("followers", [">1k"], False), ("language", ["de"], False)]),
        ("language:iw,no", [("language", ["he", "nb"], False)]),
        ("荷物 -遅れ", [("", ["荷物"], False), ("", ["遅れ"], True)]),
    ],
)
def test_a_line_is_read_so(line: str, means: list[tuple[str, list[str], bool]]) -> None:
    assert told(line) == means


def test_a_star_stands_for_the_rest_of_a_word_but_not_within_quotation_marks() -> None:
    assert [term.prefix for term in parse('refun* "refun*" refund').terms] == [True, False, False]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("quue:billing", "There is no “quue:” to search by. To look for it as words, put it in quotation marks."),
        ("quue:billing", "Did you mean queue:? (at character 1)"),
        ("is:opne", "It knows: open, mine,"),
        ("is:opne", "Did you mean open? (at character 4)"),
        ("refund due:<2hours", "“<2hours” is no time to be due. Write <2h, >1d, late, none, today, tomorrow,"),
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
    (only,) = sayings(line)
    assert said in only


@pytest.mark.parametrize(
    ("line", "means"),
    [
        ("a b", "all(a b)"),
        ("a OR b", "any(a b)"),
        ("a b OR c d", "any(all(a b) all(c d))"),
        ("a (b OR c) d", "all(a any(b c) d)"),
        ("-(a OR is:open) b", "all(-any(a is:open) b)"),
        ("(a OR (b c)) OR -(-d)", "any(any(a all(b c)) -all(-d))"),
        ("a AND b OR c", "any(all(a b) c)"),
        ("(queue:a,b OR is:open)", "all(any(queue:a is:open))"),
        ("a or b", "all(a or b)"),
        ('"a OR b" OR "(c"', "any(a OR b (c)"),
        ("order OREGON ANDES", "all(order OREGON ANDES)"),
        ("foo(bar) f(x", "all(foo(bar) f(x)"),
        ("(foo(bar) OR x)", "all(any(foo(bar) x))"),
        ("1) first 2) second", "all(1) first 2) second)"),
        ("(refund)", "all(all(refund))"),
        ("a OR sad :)", "any(a sad)"),
    ],
)
def test_what_belongs_together_more_closely(line: str, means: str) -> None:
    """Side by side before OR, brackets before both."""
    assert shape(parse(line).tree) == means


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("OR a", "OR stands between two things that are looked for."),
        ("a OR", "put it in quotation marks. (at character 3)"),
        ("a OR OR b", "OR stands between two things that are looked for."),
        ("a AND OR b", "AND stands between"),
        ("(a OR b", "This bracket is never closed."),
        ("a OR b)", "This bracket was never opened. (at character 7)"),
        ("a () b", "There is nothing within these brackets. (at character 3)"),
        ("(" * (MOST_DEPTH + 1) + "a" + ")" * (MOST_DEPTH + 1), "at most 5 deep within each other. (at character 6)"),
        ("(a OR is:opne)", "Did you mean open? (at character 10)"),
        ("followers:many", "“many” is no number."),
        ("followers:5..3", "“5..3” is no number."),
        ("language:germn", "There is no language “germn”. Write its code or its English name: de, german. Did you"),
        ("created:..", "“..” is no stretch of time."),
        ("has:notes", "Did you mean note? (at character 5)"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_alternatives_is_explained(line: str, said: str) -> None:
    (only,) = sayings(line)
    assert said in only


def test_every_mistake_is_told_once_and_in_order() -> None:
    told = sayings("is:opne (quue:x OR due:soon is:opne) created:never OR")
    assert [one.partition("(at character ")[2] for one in told] == ["4)", "10)", "24)", "46)", "52)"]


def test_a_small_or_is_a_word_and_told_of() -> None:
    reading = parse("refund or koffer OR (mein oder or dein)")
    assert [sentence(hint) for hint in reading.hints] == [
        "“or” is looked for as a word. To find the one or the other, write OR."
    ] * 2
    assert not parse('or refund -or "or" x or').hints


@pytest.mark.parametrize(
    ("line", "rests"),
    [
        ("a is:open -b", ["is:open -b", "a -b", "a is:open"]),
        ("a b OR c OR -(d OR e)", ["c OR -(d OR e)", "a b OR -(d OR e)", "a b OR c"]),
        ("a (b OR c)", ["(b OR c)", "a"]),
    ],
)
def test_each_part_can_be_taken_away(line: str, rests: list[str]) -> None:
    assert [rest for _, rest in pieces(line, parse(line).tree)] == rests


@given(st.text(max_size=600))
def test_whatever_is_typed_is_read_or_explained(line: str) -> None:
    _read_or_explained(line)


PIECES = [
    *(f"{name}:" for name in FIELDS),
    *("-", '"', ",", "open", "<2h", "#1", "*", " ", "“", "2026-01-01..", "(", ")", " OR ", " AND ", "or", ":)"),
]


@given(st.lists(st.sampled_from(PIECES)))
def test_and_so_is_what_nearly_means_something(pieces: list[str]) -> None:
    _read_or_explained("".join(pieces))


def _read_or_explained(line: str) -> None:
    reading = read(line)
    for problem in (*reading.problems, *reading.hints):
        assert 0 <= problem.start <= problem.stop <= len(line)
        assert sentence(problem)
    assert all(line[term.start : term.stop].strip() for term in reading.terms)
    for part, rest in () if reading.problems else pieces(line, reading.tree):
        assert len(read(rest).terms) == len(reading.terms) - len(read(part).terms)


@given(st.text(min_size=1, max_size=40))
def test_a_name_comes_back_as_it_was_quoted(name: str) -> None:
    reading = read(f"(tag:{quote(name)} OR x)")
    assert reading.problems or [term.field for term in reading.terms] == ["tag", ""]


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
        ("2026-10-25..", True, "2026-10-24T22:00", None),
        ("..2026-10-24", False, None, "2026-10-24T22:00"),
        (">2026-10-25", True, "2026-10-25T23:00", None),
        ("<2026-10-25", True, None, "2026-10-24T22:00"),
    ],
)
def test_a_day_is_the_persons_own(text: str, past: bool, start: str | None, stop: str | None) -> None:
    found = read_span(text, now=BERLIN, past=past)
    assert (_utc(found.start), _utc(found.stop)) == (start, stop)


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="minutes").removesuffix("+00:00") if moment else None

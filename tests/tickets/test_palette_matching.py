"""docs/rules.md, "The palette": which of its choices fit to what is typed, and in which order."""

import pytest

from tickets.palette.matching import Choice, fitting

CHOICES = [
    Choice("Snooze until tomorrow…", "moon", "/1/"),
    Choice("Assign to Zoë Sørensen", "user", "/2/", also="zoe"),
    Choice("Take it", "user", "/3/", also="assign to me"),
    Choice("Snoozed", "moon", "/4/"),
    Choice("Straße 荷物", "box", "/5/"),
    Choice("Until", "clock", "/6/"),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", "123456"),
        ("sno", "14"),
        ("SNO tom", "1"),
        ("tom sno", "1"),
        ("ooze", ""),
        ("until", "61"),  # whose first word it is comes first
        ("assign", "23"),  # whose own words say it come first
        ("soren", "2"),
        ("strasse", "5"),
        ("荷物", "5"),
        ("…", "123456"),
    ],
)
def test_each_word_typed_begins_a_word(typed: str, found: str) -> None:
    assert "".join(one.at.strip("/") for one in fitting(CHOICES, typed, most=9)) == found


@pytest.mark.parametrize(
    ("typed", "marked"),
    [("sno", ["Sno"]), ("sor", ["Sør"]), ("str", ["Straße"]), ("tom snooze", ["Snooze", "tom"])],
)
def test_what_was_typed_is_marked_and_the_words_stay_whole(typed: str, marked: list[str]) -> None:
    first = fitting(CHOICES, typed, most=1)[0]
    assert [piece.text for piece in first.pieces if piece.hit] == marked
    assert "".join(piece.text for piece in first.pieces) == first.words


def test_no_more_are_told_than_are_wanted() -> None:
    assert len(fitting(CHOICES, "", most=2)) == 2

"""What a later version of a message changed."""

import pytest

from tickets.wording.rewordings import MOST_WORDS, reworded


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("It is the frist one", "It is the second one", "It is the -frist-+second+ one"),
        ("It is one", "It is one", "It is one"),
        ("Please help", "Please help me", "Please help+ me+"),
        ("", "New", "New"),
        ("Gone", "", "-Gone-"),
        ("返金の件です", "返品の件です", "返-金-+品+の件です"),
    ],
)
def test_words_that_went_and_came_stand_in_their_places(before: str, after: str, shown: str) -> None:
    signs = {"": "", "del": "-", "ins": "+"}
    told = reworded(before, after)
    assert "".join(f"{signs[one.mark]}{one.text}{signs[one.mark]}" for one in told) == shown


def test_what_is_very_long_is_shown_whole() -> None:
    long = "word " * MOST_WORDS
    assert [(one.text, one.mark) for one in reworded(long, long + "more")] == [(long + "more", "")]

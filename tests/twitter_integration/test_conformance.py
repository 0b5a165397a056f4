"""The server counts and finds links as X's own examples say."""

import re

import pytest
from twitter_text.regexp.emoji import emoji

from tests.twitter_integration.conforming import EMOJI, lengths, links
from twitter_integration.outgoing import counting_rules
from twitter_integration.outgoing.browser_rules import drawn_rules, fold_signs, spell
from twitter_integration.text import weigh


def test_texts_count_as_x_counts_them() -> None:
    cases = lengths()
    assert len(cases) > 25
    assert {text: (weigh(text).length, weigh(text).valid) for text in cases} == cases


def test_links_are_those_that_x_finds() -> None:
    cases = links()
    assert len(cases) > 1_600
    assert [(text, [link["url"] for link in counting_rules.links(text)]) for text, _ in cases] == cases


@pytest.mark.parametrize(
    ("python", "javascript"),
    [(r"[\!\']", "[!']"), (r"\(\-\u00e9\x41", r"\(\-\u00e9\x41"), (r"[\\\]]", r"[\\\]]"), (r"a\/b", r"a\/b")],
)
def test_a_pattern_is_spelled_for_browsers(python: str, javascript: str) -> None:
    assert spell(python) == javascript


def test_the_short_pattern_of_emoji_finds_what_the_long_one_finds() -> None:
    short = re.compile(drawn_rules()["emoji"])
    several = [one for one in EMOJI if len(one) > 1]
    assert len(several) > 2_000 and len(short.pattern) < 2_000
    text = "".join(several) + "".join(reversed(several))
    assert short.findall(text) == [one for one in emoji.findall(text) if len(one) > 1 or one in "©®"]


def test_what_begins_alike_is_folded_and_the_longest_is_found() -> None:
    pattern = re.compile(fold_signs(["ab", "abcd", "ac", "x"]))
    assert pattern.findall("abcd abc ab ac ax a") == ["abcd", "ab", "ab", "ac", "x"]

"""docs/rules.md, "What a rule may ask" (made only of) and "The rules a desk may start with" (thanks)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.factories import NOW
from tests.tickets.gratitude import ASKING, ASKING_BY_EAR, THANKS, THANKS_BY_EAR, TRAPS, lines
from tickets.rules.conditions import read_condition
from tickets.rules.facts import Facts, Standing
from tickets.rules.judging import judge
from tickets.rules.starting.rules import WORDS, starting_rules, words_in
from tickets.rules.words import fold

RULE = read_condition(starting_rules()["Thanks: leave it resolved"]["condition"])


def holds(condition: Any, text: str, **told: Any) -> bool:
    return judge(condition, Facts(text=text, said_at=NOW, account=1, **told), Standing(queue=1)).holds


def made_only_of(words: list[str], text: str) -> bool:
    return holds(read_condition({"field": "text", "is": "made_only_of", "value": words}), text)


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["thanks"], "Thanks", True),
        (["thanks"], "@acmehelp_demo THANKS, thanks!", True),
        (["thanks", "so much"], "thanks\n so  much.", True),
        (["thanks", "so much"], "much thanks so", False),
        (["thanks"], "thanksgiving", False),
        (["thank*"], "thankful", True),
        (["thanks"], "Thanks Anna", False),
        (["thanks"], "!", False),
        (["thanks"], "", False),
        (["thanks"], "@acmehelp_demo", False),
        (["thanks"], "thanks?", False),
        (["thanks"], "thanks..", False),
        (["thanks"], "thanks…", False),
        (["thanks"], "“thanks”", False),
        (["thanks"], "thanks - thanks", True),
        (["thanks"], "thanks -.-", False),
        (["thanks"], "thanks https://a.example/1", False),
        (["thanks", "https://a.example/1"], "thanks https://a.example/1", False),
        (["thanks"], "thanks 🙏", False),
        (["thanks", "🙏", "❤"], "Thanks 🙏🏽❤️", True),
        (["thanks", "❤"], "thanks ❤️‍🔥", False),
        (["thanks", "2"], "thanks 2️⃣", True),
        (["für", "danke"], "DANKE fur", True),
        (["ありがとう", "ございます"], "ありがとうございます。", True),
        (["ありがとう"], "ありがとう、まだです", False),
        (["شكرا"], "شُكرًا، شكرا", True),
    ],
)
def test_a_text_is_made_only_of_words(words: list[str], text: str, expected: bool) -> None:
    assert made_only_of(words, text) is expected


@settings(max_examples=60)
@given(
    some.lists(some.sampled_from(["thanks", "so much", "🙏", "danke", "ありがとう"]), min_size=1),
    some.text(max_size=3).filter(lambda text: "@" not in text),
)
def test_whatever_else_stands_there_counts(words: list[str], more: str) -> None:
    known = ["thanks", "so much", "🙏", "danke", "ありがとう"]
    said = ", ".join(words)
    assert made_only_of(known, said)
    if any(char.isalnum() for char in fold(more)):
        assert not made_only_of(known, f"{said} {more}")


# The rule a desk may start with: nobody who asks for anything is left


@pytest.mark.parametrize("text", [*lines(ASKING), *lines(ASKING_BY_EAR), *lines(TRAPS)])
def test_whoever_asks_or_complains_is_never_left(text: str) -> None:
    assert not holds(RULE, text)


@pytest.mark.parametrize("text", lines(THANKS))
def test_whoever_only_thanks_is_left(text: str) -> None:
    assert holds(RULE, text)


def test_most_of_the_thanks_that_no_word_was_gathered_for_are_left() -> None:
    by_ear = lines(THANKS_BY_EAR)
    assert sum(holds(RULE, text) for text in by_ear) >= len(by_ear) * 0.6


def test_words_that_stand_beside_thanks_are_no_thanks() -> None:
    assert not any(holds(RULE, word) for word in set(words_in(WORDS["friendly"])) - set(words_in(WORDS["gratitude"])))


def test_thanks_with_a_picture_or_around_somebody_elses_words_are_not_left() -> None:
    assert not holds(RULE, "Thanks!", media=1) and not holds(RULE, "Thanks!", kind="quote")
    assert not holds(RULE, "Thanks!", links=((0, 6),))


def test_the_table_is_long_enough_to_tell() -> None:
    thanks, asking = [*lines(THANKS), *lines(THANKS_BY_EAR)], [*lines(ASKING), *lines(ASKING_BY_EAR), *lines(TRAPS)]
    assert len(thanks) >= 100 and len(asking) >= 100 and len({*thanks, *asking}) == len(thanks) + len(asking)

"""docs/decisions/0009: language and mood, told on this machine, and unknown rather than wrong."""

import subprocess
import sys

import pytest

from tests.factories import make_rule
from tests.tickets.said import says, take_in
from tickets.models import Address, Ticket
from tickets.rules.sensing import language_of, sentiment_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("@acmehelp_demo Where is my order? https://a.example", "en"),
        ("Wo bleibt meine Bestellung?", "de"),
        ("返金してください", "ja"),
        ("ok", ""),
        ("@acmehelp_demo 😡😡", ""),
    ],
)
def test_a_language_is_told_or_unknown(text: str, language: str) -> None:
    assert language_of(text) == language


def test_the_mood_of_english_is_told_and_of_nothing_else() -> None:
    angry = sentiment_of("My bag is lost and nobody answers 😡", "en")
    happy = sentiment_of("I love it, thank you!", "en")
    assert angry is not None and happy is not None and angry < -20 < 20 < happy
    assert sentiment_of("Ich bin so wütend", "de") is None


@pytest.mark.django_db
def test_a_rule_asks_for_both(acme: Address) -> None:
    angry = {"field": "sentiment", "is": "at_most", "value": -20}
    make_rule("Angry", {"field": "language", "is": "any_of", "value": ["en"]}, angry, priority="high")
    take_in(says("Worst service ever, my bag is lost and I hate it", language="und"))
    assert Ticket.objects.get().priority == "high"


def test_nothing_is_loaded_before_a_rule_asks() -> None:
    heavy = "{'numpy', 'py3langid', 'vaderSentiment'}"
    code = f"import sys; from tickets.rules.sensing import SENSES; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

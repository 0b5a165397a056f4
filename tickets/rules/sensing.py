"""Language and mood of a text where the channel does not say, told by libraries on this machine (docs/decisions/0009).

Both are loaded when a rule first asks, by the process that asks: the language model alone takes 100 MB, which no web
process and no desk without such a rule shall pay for. Guesses nobody should rely on are not made: then it is unknown.
"""

from functools import lru_cache
from importlib import import_module
from typing import Any

from tickets.rules.facts import Senses, language_told
from tickets.rules.languages import language_key
from tickets.rules.shape import shape_of

# Below, short texts of one language are as likely taken for another one.
_SURE = 0.6
_FEWEST_LETTERS = 8
_SIGNS = 0x2E80  # from here on a sign tells more than a letter


@lru_cache(maxsize=1)
def _linguist() -> Any:
    library = import_module("py3langid.langid")
    return library.LanguageIdentifier.from_model_file(library.MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=1)
def _critic() -> Any:
    return import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()


def language_of(text: str) -> str:
    """Two letters; empty where it cannot be told."""
    words = shape_of(text).bare
    letters = [char for char in words if char.isalpha()]
    if len(letters) < _FEWEST_LETTERS and not any(ord(char) >= _SIGNS for char in letters):
        return ""
    language, share = _linguist().classify(words)
    return str(language) if share >= _SURE else ""


def language_said(text: str, told: str) -> str:
    """As rules know it: what the channel says (`told`), else what can be told from the words."""
    return language_told(told) or language_key(language_of(text))


def sentiment_of(text: str, language: str) -> int | None:
    """-100 to 100, of English only: in other languages it is not known."""
    return round(_critic().polarity_scores(shape_of(text).bare)["compound"] * 100) if language == "en" else None


SENSES = Senses(language=language_of, sentiment=sentiment_of)

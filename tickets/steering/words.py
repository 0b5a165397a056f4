"""Finds words and phrases in a text, in any language, case and accent. Pure.

There are no regular expressions here that anybody could write: what is looked for is taken literally, so that no word
can make the search slow. A `*` at the end of a word stands for any ending.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Scripts written without spaces: a word has no visible ends there, so it is looked for anywhere.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
_WORD = re.compile(r"\w")
_APOSTROPHES = str.maketrans("’‘ʼ＇", "''''")


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Without case, accents and width, one space between words: equal for what people take for the same."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    kept = "".join(char for char in plain if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def found(words: Iterable[str], folded: str) -> list[str]:
    """Those of the words that stand in a text folded before, as they were given."""
    return [word for word in words if _pattern(word).search(folded)]


def first_found(words: tuple[str, ...], folded: str) -> str | None:
    """The first in the text; one search however many words, for most texts hold none of them."""
    if not words or _any(words).search(folded) is None:
        return None
    return next((word for word in words if _pattern(word).search(folded)), None)


@lru_cache(maxsize=2048)
def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(_literal(word))


@lru_cache(maxsize=512)
def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_literal(word) for word in words))


def _literal(word: str) -> str:
    open_end = word.endswith("*")
    plain = fold(word.rstrip("*"))
    before = r"(?<!\w)" if _has_edge(plain[:1]) else ""
    after = r"(?!\w)" if _has_edge(plain[-1:]) and not open_end else ""
    return f"{before}{re.escape(plain)}{after}"


def _has_edge(char: str) -> bool:
    return bool(_WORD.match(char)) and not _UNSPACED.match(char)

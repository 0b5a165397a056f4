"""Finds words and phrases in a text, in any language, case and accent. Pure.

There are no regular expressions here that anybody could write: what is looked for is taken literally, so that no word
can make the search slow. A `*` at the end of a word stands for any ending.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Scripts written without spaces: a word has no visible ends there, so it is looked for anywhere.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
)
_WORDS = re.compile(r"\w+")
MOST_BESIDES = 2  # words
_SIGNS = 4  # of a script without spaces count as a word
# What says nothing between words: no question, no dots in a row, no quotes, nothing of which faces are made.
_MARK = re.compile(r"[\s,!¡،、~〜–—\U0001f3fb-\U0001f3ff]|(?<![.。])[.。](?![.。])|(?<=\s)-(?=\s)")
_APOSTROPHES = str.maketrans("’‘ʼ＇", "''''")


@lru_cache(maxsize=1024)
def fold(text: str) -> str:
    """Without case, accents and width, one space between words: equal for what people take for the same."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    kept = "".join(char for char in plain if unicodedata.category(char) not in ("Mn", "Me", "Cf"))
    return " ".join(unicodedata.normalize("NFC", kept).split())


def found(words: tuple[str, ...], folded: str) -> list[str]:
    """Those of the words that stand in a text folded before, as they were given."""
    there = _finder(words).places(folded)
    return [word for place, word in enumerate(words) if place in there]


def first_found(words: tuple[str, ...], folded: str) -> str | None:
    """The first of the words that stands in the text."""
    there = _finder(words).places(folded)
    return words[min(there)] if there else None


def any_found(words: tuple[str, ...], folded: str) -> bool:
    return bool(_finder(words).places(folded))


def little_besides(words: tuple[str, ...], folded: str) -> bool:
    """Whether one of the words stands there, and at most MOST_BESIDES words that are none of them."""
    rest, count = _cutter(words).subn(" ", folded)
    unspaced = len(_UNSPACED.findall(rest))
    others = len(_WORDS.findall(_UNSPACED.sub(" ", rest))) + -(-unspaced // _SIGNS)
    return count > 0 and others <= MOST_BESIDES


def made_only_of(words: tuple[str, ...], folded: str) -> bool:
    """Whether it is one or several of the words, with plain marks and skin colours between them, and nothing else."""
    at, count, word_at = 0, 0, _cutter(words).match
    while at < len(folded):
        word = word_at(folded, at)
        here = word or _MARK.match(folded, at)
        if here is None:
            return False
        at, count = here.end(), count + (word is not None)
    return count > 0


def has_idle_star(word: str) -> bool:
    """A `*` anywhere but at the end of a word or phrase is taken literally, which nobody means."""
    return "*" in word.rstrip("*")


@lru_cache(maxsize=64)
def _cutter(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds any of them, the longest first, each with the ending that its `*` stands for."""
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(_pattern(word).pattern + (r"\w*" if word.endswith("*") else "") for word in longest))


@lru_cache(maxsize=1024)
def _tokens(folded: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(folded))


@dataclass(frozen=True, slots=True)
class _Finder:
    """Single words are looked up among those of the text, so a hundred cost as much as one; the rest is searched for
    only where its letters are there at all."""

    single: dict[str, int]
    others: tuple[tuple[int, str, re.Pattern[str]], ...]

    def places(self, folded: str) -> set[int]:
        there = {self.single[word] for word in self.single.keys() & _tokens(folded)}
        there.update(place for place, plain, pattern in self.others if plain in folded and pattern.search(folded))
        return there


@lru_cache(maxsize=512)
def _finder(words: tuple[str, ...]) -> _Finder:
    single: dict[str, int] = {}
    others = []
    for place, word in enumerate(words):
        plain = fold(word.rstrip("*"))
        if word.endswith("*") or not _WORDS.fullmatch(plain) or _UNSPACED.search(plain):
            others.append((place, plain, _pattern(word)))
        else:
            single.setdefault(plain, place)
    return _Finder(single, tuple(others))


def _pattern(word: str) -> re.Pattern[str]:
    open_end = word.endswith("*")
    plain = fold(word.rstrip("*"))
    before = r"(?<!\w)" if _has_edge(plain[:1]) else ""
    after = r"(?!\w)" if _has_edge(plain[-1:]) and not open_end else ""
    return re.compile(f"{before}{re.escape(plain)}{after}")


def _has_edge(char: str) -> bool:
    return bool(_WORDS.match(char)) and not _UNSPACED.match(char)

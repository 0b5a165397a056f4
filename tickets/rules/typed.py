"""Several words in one box: commas, semicolons and line ends part them, quotes hold one together. Pure."""

import re
from collections.abc import Iterable

_QUOTED = r'\s*(?:"((?:[^"\n]|"")*)"|“([^”\n]*)”)[^\S\n]*(?=[\n,;]|$)'
_ITEM = re.compile(rf"{_QUOTED}|([^\n,;]*)")
_PARTS = re.compile(r"[\n,;]")


def words_typed(text: str) -> list[str]:
    """`order, "so, what"` is two: order; so, what. A quote that nothing closes is a sign like any other."""
    found, at = [], 0
    lines = "\n".join(text.splitlines())
    while at <= len(lines):
        item = _ITEM.match(lines, at)
        assert item is not None  # nothing at all is an item too
        quoted, curled, plain = item.groups()
        word = " ".join((quoted.replace('""', '"') if quoted is not None else curled or plain or "").split())
        found += [word] if word else []
        at = item.end() + 1
    return found


def typed_of(words: Iterable[str]) -> str:
    """As a box shows them, one a line: typed again they are the same."""
    return "\n".join(map(_line, words))


def _line(word: str) -> str:
    kept = word.replace('"', '""')
    return f'"{kept}"' if is_one_phrase(word) or word.startswith(('"', "“")) else word


def is_one_phrase(word: str) -> bool:
    """It holds what would part words where they are typed."""
    return bool(_PARTS.search(word))


def phrases_in(text: str) -> list[str]:
    """Of what was typed, those that read as one although commas stand in them."""
    return [word for word in words_typed(text) if is_one_phrase(word)]

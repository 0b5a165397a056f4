"""Words in a CSV that a spreadsheet must not take for a formula. Pure; what is written into the file is others'."""

import unicodedata

# What begins a formula, in any width (＝ is taken for =).
_FORMULA = ("=", "+", "-", "@")
_MARK = "'"


def disarm(words: str) -> str:
    """A sign before whatever could be taken for a formula, and before the sign itself: `arm` takes it off again."""
    return f"{_MARK}{words}" if _is_armed(words) else words


def arm(words: str) -> str:
    """As it was before `disarm`."""
    return words[1:] if words.startswith(_MARK) and _is_armed(words[1:]) else words


def _is_armed(words: str) -> bool:
    """Spreadsheets pass over blanks and line ends; a tab or carriage return is one by itself to some."""
    bare = words.lstrip().lstrip("\ufeff\u200b")
    return words[:1] in ("\t", "\r", _MARK) or unicodedata.normalize("NFKC", bare[:1]).startswith(_FORMULA)

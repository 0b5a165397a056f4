"""Text that shows nothing: spaces, and characters that leave no ink. Pure."""

import unicodedata

# Controls, formats (zero width space, joiners, marks of direction), spaces. Not what has no category yet: the emoji of
# tomorrow is one.
_UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
# Called letters, marks or symbols, and drawn as nothing: fillers of Hangul and Khmer, the empty Braille cell, the
# grapheme joiner, the head of no note, selectors of variants (all 256, and those of Mongolian).
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
_SELECTORS = (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_EMPTY = _FILLERS | {chr(code) for code in _SELECTORS}


def shows_nothing(text: str) -> bool:
    return all(char in _EMPTY or unicodedata.category(char) in _UNSEEN for char in text)


def shown(text: str) -> str:
    """The text; nothing where it shows nothing. What stands between visible characters stays, for it joins them."""
    return "" if shows_nothing(text) else text

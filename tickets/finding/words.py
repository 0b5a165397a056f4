"""A text as the words it can be found by: without accents and case, and where a script puts no spaces, as pairs.

Pure. What is stored and what is asked for come through the same function, so they meet whatever either side typed:
"Réservé" and "reserve", "ＡＢ－１２" and "ab-12", 荷物 within a sentence.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

LONGEST = 64
# Scripts that put no spaces between words. Korean does, but hangs its particles on the words.
_UNSPACED = (
    (0x0E01, 0x0E3A),  # Thai
    (0x0E40, 0x0E4E),
    (0x0E81, 0x0ECE),  # Lao
    (0x1000, 0x103F),  # Burmese
    (0x1050, 0x109D),
    (0x1780, 0x17D3),  # Khmer
    (0x3005, 0x3007),  # Chinese and Japanese
    (0x3041, 0x309F),
    (0x30A1, 0x30FF),
    (0x3105, 0x312F),
    (0x31A0, 0x31BF),
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),  # Korean
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
# Marks that people leave out when they type: accents, and the vowels of Hebrew and Arabic.
_LEFT_OUT = ((0x0300, 0x036F), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED))
_SAME = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ى": "ي",
    "ة": "ه",
    "ک": "ك",
    "ی": "ي",
    "ە": "ه",
    "ـ": "",
}


def _ranges() -> Iterator[tuple[int, int]]:
    """Of letters, digits and marks of all scripts that space their words, and the underscore of handles."""
    start: int | None = None
    for code in range(0x10001):
        fits = code < 0x10000 and (chr(code) == "_" or unicodedata.category(chr(code))[0] in "LMN")
        fits = fits and not any(low <= code <= high for low, high in _UNSPACED) and not 0xFE00 <= code <= 0xFE0F
        if fits and start is None:
            start = code
        elif not fits and start is not None:
            yield start, code - 1
            start = None
    yield 0x10000, 0x1EFFF


def _class(ranges: Iterator[tuple[int, int]] | tuple[tuple[int, int], ...]) -> str:
    return "".join(f"{re.escape(chr(low))}-{re.escape(chr(high))}" for low, high in ranges)


_LETTERS, _SIGNS = _class(_ranges()), _class(_UNSPACED)
_WORD = re.compile(rf"(?P<signs>[{_SIGNS}]+)|(?P<word>[{_LETTERS}]+)|(?P<picture>[←-⯿\U0001F000-\U0001FAFF])")
# Only where a word begins: a word of 25,000 letters would be read again from each of them.
_CODE = re.compile(rf"(?<![{_LETTERS}])[{_LETTERS}]++(?:[-./][{_LETTERS}]++)++")
_FOLDED: dict[int, str | None] = {
    **{code: None for low, high in _LEFT_OUT for code in range(low, high + 1)},
    **{ord(one): other for one, other in _SAME.items()},
    **{
        code: str(unicodedata.digit(chr(code)))
        for code in range(0x80, 0x10000)
        if unicodedata.category(chr(code)) == "Nd"
    },
}


class Token(NamedTuple):
    """A word of a text, or a pair of signs. `end`: the last sign of a run, alone, for who asks for one sign."""

    word: str
    place: int
    start: int
    stop: int
    end: bool = False
    also: str = ""  # a number in groups, as one


def tidy(text: str) -> str:
    """The form in which texts are cut into words, and in which the places of tokens count."""
    return text if text.isascii() else "".join(c for c in unicodedata.normalize("NFKC", text) if not _invisible(c))


def _invisible(sign: str) -> bool:
    return sign > "\x7f" and unicodedata.category(sign) in ("Cf", "Cs")


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Without case, accents and the ways of writing one letter."""
    if word.isascii():
        return word.lower()[:LONGEST]
    return unicodedata.normalize("NFD", word.casefold()).translate(_FOLDED)[:LONGEST]


def tokens(text: str) -> Iterator[Token]:
    """Of a text that is tidy."""
    codes = {code.start(): fold(_joined(code.group())) for code in _CODE.finditer(text) if _is_code(code.group())}
    place = 0
    for found in _WORD.finditer(text):
        start, stop = found.span()
        if found.lastindex == 1:
            for at in range(start, stop):
                place += 1
                last = at == stop - 1
                yield Token(text[at : at + 2 - last], place, at, at + 2 - last, end=last and stop - start > 1)
            continue
        word = fold(found.group())
        if word:
            place += 1
            yield Token(word, place, start, stop, also=codes.get(start, ""))


def _is_code(text: str) -> bool:
    return len(text) <= LONGEST and any(sign.isdigit() for sign in text)


def _joined(code: str) -> str:
    return re.sub(r"[-./]", "", code)


def vector(text: str) -> str:
    """As PostgreSQL reads a tsvector. Words hold letters, digits and marks alone: nothing to escape."""
    places: dict[str, str] = {}
    for word, place, _, _, _, also in tokens(tidy(text)):
        for one in (word, also) if also else (word,):
            places[one] = f"{places[one]},{place}" if one in places else f"{place}"
    return " ".join([f"'{word}':{at}" for word, at in places.items()])


def phrase(text: str, *, prefix: bool = False) -> str:
    """As PostgreSQL reads a tsquery: these words, one after the other. Empty when there is nothing to look for."""
    asked = [token for token in tokens(tidy(text)) if not token.end]
    if not asked:
        return ""
    told, before = "", asked[0]
    for token in asked:
        step = token.place - before.place
        gap = "" if token is before else " <-> " if step == 1 else f" <{step}> "
        open_ended = _alone(token) or (prefix and token is asked[-1])
        told += f"{gap}'{token.word}'{':*' if open_ended else ''}"
        before = token
    whole = asked[0].also if len(asked) > 1 and _covers(asked, tidy(text)) else ""
    return f"({told} | '{whole}'{':*' if prefix else ''})" if whole else f"({told})"


def _alone(token: Token) -> bool:
    return len(token.word) == 1 and bool(re.match(f"[{_SIGNS}]", token.word))


def _covers(asked: list[Token], text: str) -> bool:
    """Whether the whole phrase is one number in groups."""
    return bool(_CODE.fullmatch(text[asked[0].start : asked[-1].stop]))


def names(text: str) -> list[str]:
    """The words of a name or handle, for the beginnings of names: as `kapture_name` in the database writes them."""
    plain = unicodedata.normalize("NFKD", text).translate(dict.fromkeys(range(768, 880))).lower()
    return [word for word in re.split(r"[\s!-/:-@\[-`{-~]+", plain) if word]

"""Numbers as people name them: `>1000`, `<500`, `10k`, `1000..5000`, `1000..`, `..500`. Pure."""

import re
from dataclasses import dataclass

_NUMBER = re.compile(r"(\d{1,12})([km]?)")
_TIMES = {"": 1, "k": 1_000, "m": 1_000_000}


@dataclass(frozen=True, slots=True)
class Span:
    """From `least` to `most`, both included; None is open."""

    least: int | None = None
    most: int | None = None


def read_amount(text: str) -> Span:
    """ValueError for what is no number."""
    if text[:1] in ("<", ">"):
        edge = _number(text[1:])
        return Span(most=edge - 1) if text[0] == "<" else Span(least=edge + 1)
    first, dots, last = text.partition("..")
    if not dots:
        return Span(_number(text), _number(text))
    span = Span(_number(first) if first else None, _number(last) if last else None)
    if text == ".." or (span.least is not None and span.most is not None and span.most < span.least):
        raise ValueError(text)
    return span


def is_amount(text: str) -> bool:
    try:
        read_amount(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> int:
    found = _NUMBER.fullmatch(text)
    if not found or not text.isascii():
        raise ValueError(text)
    return int(found[1]) * _TIMES[found[2]]

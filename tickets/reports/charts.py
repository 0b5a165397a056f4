"""What the drawing of a report is made of: marks, lines and words in their places (drawing), and which search opens the
tickets behind each. A table with the same figures stands behind every one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise

from tickets.reports.drawing import Box, across, middle, named
from tickets.reports.reading import Times

Linked = tuple[int, str]  # how much, and the search
Legend = Sequence[tuple[str, str | Promise]]
HEIGHT = 132  # of what has its days below it
_NAMES = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """What is said of a place when it is pointed at, and the search it leads to (empty: none)."""

    box: Box
    says: str
    search: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    x: str
    y: str
    text: str
    kind: str = ""
    dx: int = 0


@dataclass(frozen=True, slots=True)
class Curve:
    """`pieces`: through so many points; `dots`: where it ends, or stands alone."""

    kind: str
    pieces: Sequence[str]
    dots: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chart:
    """`says`: what the drawing shows, for who does not see it."""

    code: str
    shape: str
    height: int
    says: str
    marks: Sequence[tuple[str, Box]] = ()
    hits: Sequence[Hit] = ()
    words: Sequence[Word] = ()
    ticks: Sequence[tuple[str, str]] = ()
    curves: Sequence[Curve] = ()
    legend: Legend = ()
    area: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """What is told of one point of a period."""

    first: date
    called: str
    short: str
    counts: Sequence[Linked]
    times: Mapping[str, Times]
    promised: Sequence[Linked]
    answered: str


def days_below(spots: Sequence[Spot]) -> list[Word]:
    return [
        Word(across(middle(n, len(spots))), str(HEIGHT + 16), spots[n].short, "mid") for n in named(len(spots), _NAMES)
    ]

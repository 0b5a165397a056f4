"""The geometry of a chart: across in per cent of its width, so that it is as good on a phone as on a wide screen and
its words keep their size; down in pixels. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from tickets.reports.lengths import DAY, HOUR, MINUTE

SHADES = 6  # of a heat map; 0 is none at all
_TICKS = 4
_LENGTHS = (
    *(minutes * MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * DAY for days in (1, 2, 3, 7, 14, 30, 60, 90, 180, 365)),
)
_COUNTS = tuple(unit * 10**power for power in range(10) for unit in (1, 2, 5))
# What there is at all can be seen, be it one of ten thousand: in per cent, and in pixels.
_THIN, _LOW = 1.0, 2.0
_FILLED = 0.7  # of a column; the rest is air


@dataclass(frozen=True, slots=True)
class Box:
    """As the attributes of a rectangle say it."""

    x: str
    y: str
    width: str
    height: str


def across(share: float) -> str:
    return f"{round(share, 2):g}%"


def down(pixels: float) -> str:
    return f"{round(pixels, 1):g}"


def shade(count: int, most: int) -> int:
    """From 0 for none to SHADES for the most."""
    return -(-SHADES * count // most) if count else 0


def ticks(most: int, *, lasting: bool = False) -> Sequence[int]:
    """From nothing to what is not below the most, in steps people count in: of time, or of things."""
    steps = _LENGTHS if lasting else _COUNTS
    step = next((one for one in steps if one * _TICKS >= most), -(-most // _TICKS))
    return range(0, max(-(-most // step), 1) * step + 1, step)


def level(value: float, top: float, height: int) -> float:
    """Where it stands, from above."""
    return height - height * value / top


def middle(number: int, of: int) -> float:
    """Of one of so many columns, in per cent."""
    return 100 * (number + 0.5) / of


def runs(values: Sequence[int | None], top: int, height: int) -> Sequence[Sequence[tuple[float, float]]]:
    """A line through the middles of its columns, in pieces: where there is nothing it does not go."""
    found: list[list[tuple[float, float]]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            found.append([])
        else:
            found[-1].append((middle(number, len(values)), level(value, top, height)))
    return [one for one in found if one]


def column(number: int, of: int, height: int) -> Box:
    """The whole of it, air included."""
    return Box(across(100 * number / of), "0", across(100 / of), str(height))


def bar(place: tuple[int, int], side: tuple[int, int], parts: Sequence[int], top: int, height: int) -> list[Box | None]:
    """Upright, one part on another. `place`: in which of so many columns; `side`: which of so many bars in it. None
    where a part is nothing."""
    (number, columns), (which, bars) = place, side
    wide = 100 / columns
    x = wide * (number + (1 - _FILLED) / 2 + _FILLED * which / bars)
    found: list[Box | None] = []
    foot = float(height)
    for part in parts:
        tall = max(height * part / top, _LOW) if part else 0
        foot -= tall
        found.append(Box(across(x), down(foot), across(_FILLED * wide / bars), down(tall)) if part else None)
    return found


def row(parts: Sequence[int], of: int, y: int, height: int) -> list[Box | None]:
    """Lying, one part after another, `of` being the whole width."""
    wide = [max(100 * part / of, _THIN) if part else 0.0 for part in parts]
    longest = wide.index(max(wide))
    wide[longest] -= max(sum(wide) - 100, 0)  # what the thin ones were given
    starts = [sum(wide[:n]) for n in range(len(wide))]
    return [
        Box(across(x), str(y), across(width), str(height)) if width else None
        for x, width in zip(starts, wide, strict=True)
    ]


def named(columns: int, most: int) -> Sequence[int]:
    """Which columns have room for their names: no more than so many, as evenly as it goes, the first and the last."""
    if columns <= most:
        return range(columns)
    return sorted({round(n * (columns - 1) / (most - 1)) for n in range(most)})


def apart(first: float, second: float, least: float) -> tuple[float, float]:
    """Two words at the end of their lines, moved until they do not touch."""
    lacking = least - abs(first - second)
    if lacking <= 0:
        return first, second
    up, below = (-lacking / 2, lacking / 2) if first <= second else (lacking / 2, -lacking / 2)
    return first + up, second + below

"""Drawn of a report: when messages come, as a map of hours, and how long answers take, as lines."""

from collections.abc import Sequence

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.reports import drilling
from tickets.reports.asking import Asked
from tickets.reports.charts import HEIGHT, Chart, Curve, Hit, Spot, Word, days_below
from tickets.reports.drawing import SHADES, Box, across, apart, column, down, level, runs, shade, ticks
from tickets.reports.reading import Hours, Times
from tickets.wording.numbers import grouped, lasting

_CELL = 22
_PEAKS = 5  # cells with their number
_TIMES: Sequence[tuple[str, Promise]] = (("l1", gettext_lazy("p50")), ("l2", gettext_lazy("p90")))


def heat(asked: Asked, hours: Hours) -> Chart:
    """Weekdays below each other, hours side by side; the fullest with their number, and where we are now."""
    most, width = hours.most, 100 / 24
    places = [(day, hour) for day in range(7) for hour in range(24)]
    boxes = {
        (day, hour): Box(across(hour * width), str(day * _CELL), across(width), str(_CELL)) for day, hour in places
    }
    count = {(day, hour): hours.rows[day][hour] for day, hour in places}
    marks = [(f"k{shade(count[place], most)}", boxes[place]) for place in places]
    here = asked.now.astimezone(asked.zone)
    if asked.period.first <= here.date() <= asked.period.last:
        marks.append(("now", boxes[here.weekday(), here.hour]))
    hits = [
        Hit(
            boxes[day, hour],
            f"{WEEKDAYS_ABBR[day]} {_clock(hour)}–{_clock(hour + 1)}: {grouped(count[day, hour])}",
            drilling.of_hour(asked, day, hour),
        )
        for day, hour in places
        if count[day, hour]
    ]
    words = [Word("0", str(day * _CELL + 15), str(WEEKDAYS_ABBR[day]), "end", -8) for day in range(7)]
    words += [Word(across((hour + 0.5) * width), "-6", f"{hour:02}", "mid") for hour in range(0, 24, 3)]
    full = [place for place in places if most and shade(count[place], most) == SHADES and count[place] < 1000]
    for day, hour in sorted(full, key=lambda place: -count[place])[:_PEAKS]:
        words.append(Word(across((hour + 0.5) * width), str(day * _CELL + 15), str(count[day, hour]), "mid on"))
    return Chart("hours", "heat", 7 * _CELL, _say_hours(hours), marks, hits, words)


def _clock(hour: int) -> str:
    return f"{hour:02}:00"


def _say_hours(hours: Hours) -> str:
    if not hours.most:
        return _("Nothing was received in these days.")
    day = next(n for n, counts in enumerate(hours.rows) if hours.most in counts)
    hour = list(hours.rows[day]).index(hours.most)
    told = _("By weekday and hour, {count} in all. Most of them on {day}, {start} to {end}: {most}.")
    facts = {"count": grouped(sum(map(sum, hours.rows))), "most": grouped(hours.most), "day": WEEKDAYS[day]}
    return told.format(**facts, start=_clock(hour), end=_clock(hour + 1))


def lines(code: str, spots: Sequence[Spot], whole: Times) -> Chart:
    """p50 and p90, from point to point."""
    told = [spot.times[code] for spot in spots]
    scale = ticks(max([one.p90 or 0 for one in told]), lasting=True)
    top = scale[-1]
    curves, words = [], days_below(spots)
    ends = {}
    for kind, values in (("l2", [one.p90 for one in told]), ("l1", [one.p50 for one in told])):
        pieces = runs(values, top, HEIGHT)
        curves.append(_curve(kind, pieces))
        if pieces:
            ends[kind] = (pieces[-1][-1][1], next(value for value in reversed(values) if value is not None))
    if ends:
        at = dict(zip(("l2", "l1"), apart(ends["l2"][0], ends["l1"][0], 28), strict=True))
        for kind, name in (("l2", "p90"), ("l1", "p50")):
            words.append(Word("100%", down(at[kind] - 1), name, "lbl", 8))
            words.append(Word("100%", down(at[kind] + 12), lasting(ends[kind][1]), "", 8))
    hits = [
        Hit(column(n, len(spots), HEIGHT), f"{spot.called}: {_within(one)}", spot.answered)
        for n, (spot, one) in enumerate(zip(spots, told, strict=True))
        if one.count
    ]
    marked = [(down(level(one, top, HEIGHT)), lasting(one) if one else "0") for one in scale]
    says = _say_times(spots, told, whole)
    return Chart(code, "days", HEIGHT, says, (), hits, words, marked, curves, _TIMES, _area(told, top))


def _curve(kind: str, pieces: Sequence[Sequence[tuple[float, float]]]) -> Curve:
    ends = [piece[-1] for n, piece in enumerate(pieces, 1) if len(piece) == 1 or n == len(pieces)]
    drawn = [" ".join(f"{x:.2f},{y:.1f}" for x, y in piece) for piece in pieces if len(piece) > 1]
    return Curve(kind, drawn, [(across(x), down(y)) for x, y in ends])


def _area(told: Sequence[Times], top: int) -> str:
    """Below the line of p50, where it is whole."""
    pieces = runs([one.p50 for one in told], top, HEIGHT)
    if len(pieces) != 1 or len(pieces[0]) < 2:
        return ""
    (first, _y), (last, _) = pieces[0][0], pieces[0][-1]
    around = [*pieces[0], (last, HEIGHT), (first, HEIGHT)]
    return " ".join(f"{x:.2f},{y:.1f}" for x, y in around)


def _within(told: Times) -> str:
    words = _("half within {p50}, nine in ten within {p90}, of {count}")
    return words.format(p50=lasting(told.p50), p90=lasting(told.p90), count=grouped(told.count))


def _say_times(spots: Sequence[Spot], told: Sequence[Times], whole: Times) -> str:
    if not whole.count:
        return _("None in these days.")
    longest = max(range(len(told)), key=lambda n: told[n].p90 or 0)
    words = _("All together: {whole}. The longest: {called}, nine in ten within {p90}.")
    return words.format(whole=_within(whole), called=spots[longest].called, p90=lasting(told[longest].p90))

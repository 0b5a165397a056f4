"""Drawn of a report: what came and went, what became of promises, and how old is what is unfinished, as bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tickets.reports.backlog import Age
from tickets.reports.charts import HEIGHT, Chart, Hit, Legend, Linked, Spot, Word, days_below
from tickets.reports.drawing import Box, across, bar, down, level, row, ticks
from tickets.reports.reading import Promised
from tickets.wording.numbers import grouped, per_cent

_ROW, _BAR = 26, 14
_KEPT: Sequence[tuple[str, Promise]] = (
    ("f-ok", pgettext_lazy("promise", "kept")),
    ("f-danger", gettext_lazy("missed by us")),
    ("f-dim", gettext_lazy("delayed by the channel")),
)
_WAITING: Sequence[tuple[str, Promise]] = (
    ("f-accent", gettext_lazy("wait for us")),
    ("f-dim", gettext_lazy("all others")),
)
# Of one kind of promise what became of it, and of one age what is so old, with their searches.
Kind = tuple[Promise, Promised, Sequence[Linked]]
Old = tuple[Promise, Age, Sequence[str]]
_VOLUMES = ("f-accent", "f-dim")


@dataclass(frozen=True, slots=True)
class Part:
    count: int
    search: str
    kind: str
    word: str | Promise


Bars = Sequence[Sequence[Part]]


def volumes(spots: Sequence[Spot], titles: Sequence[str | Promise], whole: Sequence[int]) -> Chart:
    """Two bars a point: what came, and what went."""
    says = ". ".join(f"{title}: {grouped(count)}" for title, count in zip(titles, whole, strict=True))
    legend = list(zip(_VOLUMES, titles, strict=True))
    told = [[[Part(*spot.counts[n], *legend[n])] for n in range(len(legend))] for spot in spots]
    return _columns("volume", spots, told, says, legend)


def kept(spots: Sequence[Spot], says: str) -> Chart:
    """What became of all promises, from point to point."""
    told = [[[Part(*one, *how) for one, how in zip(spot.promised, _KEPT, strict=True)]] for spot in spots]
    return _columns("kept", spots, told, says, _KEPT)


def _columns(code: str, spots: Sequence[Spot], told: Sequence[Bars], says: str, legend: Legend) -> Chart:
    """Of each point the bars side by side, of each bar its parts from below."""
    scale = ticks(max(sum(part.count for part in parts) for bars in told for parts in bars))
    marks, hits = [], []
    for n, bars in enumerate(told):
        for which, parts in enumerate(bars):
            boxes = bar((n, len(told)), (which, len(bars)), [part.count for part in parts], scale[-1], HEIGHT)
            for box, part in zip(boxes, parts, strict=True):
                if box:
                    marks.append((part.kind, box))
                    hits.append(Hit(box, f"{spots[n].called}, {part.word}: {grouped(part.count)}", part.search))
    marked = [(down(level(one, scale[-1], HEIGHT)), grouped(one)) for one in scale]
    return Chart(code, "days", HEIGHT, says, marks, hits, days_below(spots), marked, (), legend)


def promises(rows: Sequence[Kind]) -> Chart:
    """Of each kind of promise the share that was kept."""
    marks, hits, words, says = [], [], [], []
    for n, (name, told, linked) in enumerate(rows):
        y = n * _ROW + (_ROW - _BAR) // 2
        words.append(Word("0", str(y + 11), str(name), "end", -8))
        words.append(Word("100%", str(y + 11), per_cent(told.share), "lbl", 8))
        says.append(_say_promises(name, told))
        boxes = row([count for count, _search in linked], told.judged, y, _BAR) if told.judged else [None] * 3
        for box, (count, search), (kind, word) in zip(boxes, linked, _KEPT, strict=True):
            if box:
                marks.append((kind, box))
                hits.append(Hit(box, f"{name}, {word}: {grouped(count)}", search))
    return Chart("promises", "rows", len(rows) * _ROW, " ".join(says), marks, hits, words, legend=_KEPT)


def _say_promises(name: object, told: Promised) -> str:
    words = _("{name}: {share} kept of {of}, {missed} missed by us, {delayed} delayed by the channel.")
    facts = {"of": grouped(told.judged), "missed": grouped(told.missed), "delayed": grouped(told.delayed)}
    return words.format(name=name, share=per_cent(told.share), **facts)


def ages(rows: Sequence[Old]) -> Chart:
    """Of what is unfinished how long ago it began; for whom it waits."""
    most = max(1, *(age.all for _name, age, _searches in rows))
    marks: list[tuple[str, Box]] = []
    hits, words, says = [], [], []
    for n, (name, age, searches) in enumerate(rows):
        y = n * _ROW + (_ROW - _BAR) // 2
        words.append(Word("0", str(y + 11), str(name), "end", -8))
        says.append(f"{name}: {grouped(age.all)}")
        boxes = row([age.waiting, age.others], most, y, _BAR) if age.all else [None, None]
        counts = (age.waiting, age.others)
        for box, count, search, (kind, word) in zip(boxes, counts, searches[:2], _WAITING, strict=True):
            if box:
                marks.append((kind, box))
                hits.append(Hit(box, f"{name}, {word}: {grouped(count)}", search))
        words.append(Word(across(100 * age.all / most), str(y + 11), grouped(age.all), "lbl", 8))
    return Chart("ages", "rows", len(rows) * _ROW, ". ".join(says), marks, hits, words, legend=_WAITING)

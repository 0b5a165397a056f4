"""Charts and cells of reports as HTML. Written here and not in templates: a page has thousands of marks and figures,
and a template looks up each."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from tickets.reports.charts import Chart, Curve, Hit, Linked, Word
from tickets.reports.drawing import Box
from tickets.wording.numbers import grouped


def draw(chart: Chart, title: str) -> SafeString:
    """The drawing, told as a picture with a name and what it shows, and above it what can be pointed at."""
    height = f"{chart.height:d}"
    parts = [f'<div class="chart is-{chart.shape}">', *_picture(chart, title, height)]
    parts += [f'\n<svg class="drawn hits" height="{height}" aria-hidden="true">', *_hits(chart.hits), "</svg></div>"]
    return mark_safe("".join(parts))  # noqa: S308  (each word is escaped where it is put in)


def _picture(chart: Chart, title: str, height: str) -> Iterator[str]:
    code = chart.code
    yield f'<svg class="drawn" role="img" height="{height}" aria-labelledby="{code}-c" aria-describedby="{code}-d">'
    yield f'<title id="{code}-c">{conditional_escape(title)}</title>'
    yield f'<desc id="{code}-d">{conditional_escape(chart.says)}</desc>'
    yield from _ticks(chart.ticks)
    yield from _marks(chart.marks, stripes=f"{code}-stripes")
    yield from _curves(chart.curves, chart.area, height)
    yield from map(_word, chart.words)
    yield f'<defs><pattern id="{code}-stripes" width="5" height="5" patternUnits="userSpaceOnUse"'
    yield ' patternTransform="rotate(45)"><rect class="stripe" width="1.5" height="5"/></pattern></defs></svg>'


def cells(counts: Iterable[Linked]) -> SafeString:
    """Of a table: each figure with the way to its tickets, where there are any."""
    at = reverse("tickets")
    told = (
        f'<td class="n"><a href="{_way(at, search)}">{grouped(count)}</a></td>'
        if count and search
        else f'<td class="n">{grouped(count)}</td>'
        for count, search in counts
    )
    return mark_safe("".join(told))  # noqa: S308  (numbers and quoted searches)


def _way(at: str, search: str) -> str:
    return f"{at}?q={quote(search, safe='')}"


def _ticks(ticks: Sequence[tuple[str, str]]) -> Iterator[str]:
    for number, (y, word) in enumerate(ticks):
        yield f'<line class="{"grid" if number else "base"}" x2="100%" y1="{y}" y2="{y}"/>'
        yield f'<text class="end" x="0" dx="-8" y="{y}" dy="4">{conditional_escape(word)}</text>'


def _marks(marks: Sequence[tuple[str, Box]], *, stripes: str) -> Iterator[str]:
    for kind, box in marks:
        yield f'<rect class="{kind}" {_at(box)}/>'
        if kind == "f-danger":
            yield f'<rect fill="url(#{stripes})" {_at(box)}/>'


def _curves(curves: Sequence[Curve], area: str, height: str) -> Iterator[str]:
    if not curves:
        return
    yield f'<svg height="{height}" viewBox="0 0 100 {height}" preserveAspectRatio="none">'
    if area:
        yield f'<polygon class="area" points="{area}"/>'
    for curve in curves:
        yield from (f'<polyline class="{curve.kind}" points="{piece}"/>' for piece in curve.pieces)
    yield "</svg>"
    for curve in curves:
        yield from (f'<circle class="dot-{curve.kind}" cx="{x}" cy="{y}" r="3.5"/>' for x, y in curve.dots)


def _word(one: Word) -> str:
    kind, shift = f' class="{one.kind}"' if one.kind else "", f' dx="{one.dx}"' if one.dx else ""
    return f'<text{kind} x="{one.x}" y="{one.y}"{shift}>{escape(one.text)}</text>'


def _hits(hits: Sequence[Hit]) -> Iterator[str]:
    at = reverse("tickets")
    for hit in hits:
        told = f"<title>{escape(hit.says)}</title><rect {_at(hit.box)}/>"
        yield f'<a href="{_way(at, hit.search)}" tabindex="-1">{told}</a>' if hit.search else f"<g>{told}</g>"


def _at(box: Box) -> str:
    return f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'

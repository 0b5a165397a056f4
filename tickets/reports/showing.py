"""What the pages of the reports show of what was read: in words, with names, and each figure with the search that finds
what is behind it (empty where none does)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.people import not_here, shown_name
from tickets.models import Address, Queue, SearchLabel
from tickets.models.departed import Departed
from tickets.permissions import visible_tags
from tickets.reports import bars, curves, drilling
from tickets.reports.asking import ONE_OF, Asked
from tickets.reports.backlog import count_unanswered, read_backlog
from tickets.reports.charts import Chart, Spot
from tickets.reports.definitions import BACKLOG, METRICS, PERCENTILES, PLACES, PROMISES, TIMES, VOLUMES, Figure
from tickets.reports.offering import SIDES
from tickets.reports.reading import By, Figures, Hours, Times, read_figures, read_hours, read_ready, read_sides

Linked = tuple[int, str]  # how much, and the search
_AGES = (
    gettext_lazy("under 1 h ago"),
    gettext_lazy("1 to 4 h"),
    gettext_lazy("4 to 24 h"),
    gettext_lazy("1 to 3 days"),
    gettext_lazy("3 to 7 days"),
    gettext_lazy("over 7 days ago"),
)
# Of one agent nothing else is told: what has no agent is nobody's.
_OF_AGENTS = ("answers", "resolved")
_OF_POINTS = ("received", "answers", "opened", "resolved")
_COLUMNS: Mapping[str, Promise] = {
    "received": gettext_lazy("Received"),
    "answers": gettext_lazy("Answers"),
    "opened": gettext_lazy("Opened"),
    "resolved": gettext_lazy("Resolved"),
}
_TIMED = (gettext_lazy("First reply p50"), gettext_lazy("p90"), gettext_lazy("Next reply p50"), gettext_lazy("p90"))
_SIDE_TIMES = ("first", "next")
_HOW = ("kept", "missed", "delayed")
MEANING = {
    "definitions": (*VOLUMES, *TIMES, *PROMISES, *BACKLOG),
    "percentiles": PERCENTILES,
    "places": PLACES,
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of what stands side by side. `narrowed`: the report of it alone, as an address asks for it, or empty."""

    name: str
    narrowed: str
    counts: Sequence[Linked]
    times: Sequence[Times]
    kept: float | None


def show_whole(asked: Asked) -> dict[str, Any]:
    """Seven statements."""
    figures, points = read_figures(asked, "point")
    searches, ages = drilling.lines(asked), _ages(asked)
    hours = None if asked.agent else read_hours(asked)
    spots = [_spot(asked, day, one) for day, one in zip(asked.period.points, points, strict=True)]
    promised = [] if asked.agent else _promises(figures, searches)
    return {
        "asked": asked,
        "columns": [_COLUMNS[one] for one in _told_of(asked)],
        "volumes": _volumes(asked, figures, searches),
        "times": [(one, figures.times[one.code]) for one in TIMES],
        "promises": promised,
        "searches": searches,
        "points": spots,
        "timed": [(one.code, [(spot, spot.times[one.code]) for spot in spots]) for one in TIMES[:2]],
        "hours": hours and _hours(asked, hours),
        "ages": ages,
        "waiting": sum(age.waiting for _name, age, *_rest in ages),
        "unfinished": sum(age.all for _name, age, *_rest in ages),
        "unanswered": count_unanswered(asked),
        "charts": _charts(asked, figures, spots, hours, promised, ages),
        "ready": read_ready(asked),
        **MEANING,
    }


def _charts(
    asked: Asked,
    figures: Figures,
    spots: Sequence[Spot],
    hours: Hours | None,
    promised: Sequence[bars.Kind],
    ages: Sequence[bars.Old],
) -> dict[str, Chart]:
    told = _told_of(asked)[:2]
    found = {
        "first": curves.lines("first", spots, figures.times["first"]),
        "next": curves.lines("next", spots, figures.times["next"]),
        "volume": bars.volumes(spots, [_COLUMNS[one] for one in told], [figures.counts[one] for one in told]),
        "ages": bars.ages(ages),
    }
    if hours:
        found |= {"hours": curves.heat(asked, hours), "promises": bars.promises(promised)}
        found["kept"] = bars.kept(spots, found["promises"].says)
    return found


def _told_of(asked: Asked) -> Sequence[str]:
    return _OF_AGENTS if asked.agent else _OF_POINTS


def _volumes(asked: Asked, figures: Figures, searches: Mapping[str, str]) -> list[tuple[Figure, int, str]]:
    told = [one for one in VOLUMES if not asked.agent or one.code in _OF_AGENTS]
    return [(one, figures.counts[one.code], searches.get(one.code, "")) for one in told]


def _promises(figures: Figures, searches: Mapping[str, str]) -> list[tuple[Promise, Any, list[Linked]]]:
    return [
        (
            name,
            figures.promises[code],
            [(figures.counts[f"{code}_{one.code}"], searches[f"{code}_{one.code}"]) for one in PROMISES],
        )
        for code, name in METRICS
    ]


def _spot(asked: Asked, day: date, figures: Figures) -> Spot:
    last = min(asked.period.last, day + timedelta(days=asked.period.step - 1))
    searches = drilling.lines(asked, str(day) if day == last else f"{day}..{last}")
    called = date_format(day, "D j M")
    every = figures.every_promise
    return Spot(
        day,
        called if asked.period.step == 1 else _("Week from {day}").format(day=called),
        date_format(day, "j M"),
        [(figures.counts[one], searches.get(one, "")) for one in _told_of(asked)],
        figures.times,
        [(count, searches[how]) for how, count in zip(_HOW, (every.kept, every.missed, every.delayed), strict=True)],
        searches["answers"],
    )


def _hours(asked: Asked, found: Hours) -> dict[str, Any]:
    """Each with the search for it, for the table."""
    rows = [
        (name, [(count, drilling.of_hour(asked, day, hour) if count else "") for hour, count in enumerate(counts)])
        for day, (name, counts) in enumerate(zip(WEEKDAYS.values(), found.rows, strict=True))
    ]
    return {"hours": range(24), "most": found.most, "days": rows}


def _ages(asked: Asked) -> list[bars.Old]:
    """Each with the searches for what waits for us, for the others, and for all."""
    found = zip(_AGES, read_backlog(asked), strict=True)
    every: tuple[tuple[str, ...], ...] = (drilling.WAITING, drilling.OTHERS, ())
    return [(name, age, [drilling.of_age(asked, age.above, age.below, *one) for one in every]) for name, age in found]


def show_sides(asked: Asked, by: By) -> dict[str, Any]:
    """Four statements; one more where some of the agents are deleted."""
    rows = read_sides(asked, by, _SIDE_TIMES)
    sides = [_side(asked, by, one, called) for one, called in named(asked, by, rows)]
    told = _OF_AGENTS if by == "agent" else _told_of(asked)
    return {
        "asked": asked,
        "columns": [*(_COLUMNS[one] for one in told), *_TIMED, *([] if by == "agent" else [_("Promises kept")])],
        "rows": sorted(sides, key=lambda one: one.name.lower()),
        "title": SIDES[by],
        "ready": read_ready(asked),
        **MEANING,
    }


def named(asked: Asked, by: By, rows: Sequence[Figures]) -> list[tuple[Figures, tuple[str, str]]]:
    """Each with what it is called and asked for with; a point with its first day. What the person may not know is left
    out."""
    if by == "point":
        return [(one, (str(day), str(day))) for day, one in zip(asked.period.points, rows, strict=True)]
    called = _called(by, [one.key for one in rows if one.key is not None], asked)
    return [(one, called[one.key]) for one in rows if one.key in called]


def _called(by: By, keys: Sequence[int], asked: Asked) -> dict[int | None, tuple[str, str]]:
    """Of those the person may know: what each is called, and how it is asked for; empty for who was deleted."""
    rows: list[tuple[int, str, str]]
    if by == "queue":
        rows = list(Queue.objects.filter(pk__in=keys).values_list("pk", "name", "slug"))
    elif by == "account":
        rows = [(one.pk, str(one), one.key) for one in Address.objects.filter(pk__in=keys)]
    elif by == "tag":
        rows = [(one.pk, one.name, one.name) for one in visible_tags(asked.user).filter(pk__in=keys)]
    elif by == "search":
        rows = [(one.pk, one.name, one.name) for one in SearchLabel.objects.filter(pk__in=keys)]
    else:
        rows = [(one.pk, shown_name(one), one.get_username()) for one in User.objects.filter(pk__in=keys)]
        rows += _departed(set(keys) - {pk for pk, _name, _word in rows})
    return {pk: (name, word) for pk, name, word in rows}


def _departed(keys: Collection[int]) -> list[tuple[int, str, str]]:
    """Who was deleted since: their figures stay, and nothing asks for them. One statement, where there are any."""
    names = dict(Departed.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
    return [(key, not_here(names.get(key, "")), "") for key in keys]


def _side(asked: Asked, by: By, figures: Figures, called: tuple[str, str]) -> Side:
    name, word = called
    words = asked.words
    if by in ONE_OF:
        words = {field: told for field, told in words.items() if field not in ONE_OF}
    searches = drilling.of_side(asked, by, word) if word else {}
    told = _OF_AGENTS if by == "agent" else _told_of(asked)
    counts = [(figures.counts[one], searches.get(one, "")) for one in told]
    times = [figures.times[one] for one in _SIDE_TIMES]
    return Side(name, urlencode(words | {by: word}) if word else "", counts, times, figures.kept)

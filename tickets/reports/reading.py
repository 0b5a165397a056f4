"""A report as it was asked for: sums and percentiles of the days that are kept (figuring), one statement for each kind
of thing, however many tickets there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection

from tickets.reports.asking import Asked, conditions
from tickets.reports.figuring import COUNTED

TIMED = ("first", "next", "resolved")
METRICS = ("first", "next", "resolution")
By = Literal["point", "queue", "account", "agent", "tag", "search"]

_FROM = "tickets_reportday d JOIN tickets_reportline l ON l.day_id = d.id"
_KEYS: Mapping[By, str] = {
    "point": "(d.day - %(first)s) / %(step)s",
    "queue": "l.queue_id",
    "account": "l.address_id",
    "agent": "l.agent_id",
    "tag": "l.tag_id",
    "search": "l.search_id",
}
# Whose times, and which of them, in one number: the key times so many, and the place in TIMED.
_PLACES = 4
_SUMS = ", ".join(f"sum(l.{one})" for one in COUNTED)


@dataclass(frozen=True, slots=True)
class Times:
    """Of so many; within which half and nine in ten were, in seconds."""

    count: int = 0
    p50: int | None = None
    p90: int | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    kept: int = 0
    missed: int = 0
    delayed: int = 0

    @property
    def judged(self) -> int:
        return self.kept + self.missed + self.delayed

    @property
    def share(self) -> float | None:
        """Kept, in per cent of all that were judged, those delayed by the channel among them."""
        return 100 * self.kept / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the whole, or of one point, queue, account, agent, tag or search query (`key`)."""

    key: int | None = None
    counts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    times: Mapping[str, Times] = field(default_factory=lambda: dict.fromkeys(TIMED, Times()))

    @property
    def promises(self) -> Mapping[str, Promised]:
        return {
            one: Promised(*(self.counts[f"{one}_{how}"] for how in ("kept", "missed", "delayed"))) for one in METRICS
        }

    @property
    def every_promise(self) -> Promised:
        told = self.promises.values()
        return Promised(
            sum(one.kept for one in told), sum(one.missed for one in told), sum(one.delayed for one in told)
        )

    @property
    def kept(self) -> float | None:
        """Of all promises together."""
        return self.every_promise.share


@dataclass(frozen=True, slots=True)
class Ready:
    """How many of the days are added up, and when the oldest of them was. `since`: the first day there is."""

    days: int
    of: int
    as_of: datetime | None
    since: date | None

    @property
    def all(self) -> bool:
        return self.days == self.of


@dataclass(frozen=True, slots=True)
class Hours:
    """By weekday (Monday first) and hour."""

    rows: Sequence[Sequence[int]]

    @property
    def most(self) -> int:
        return max(map(max, self.rows))


def read_figures(asked: Asked, by: By) -> tuple[Figures, list[Figures]]:
    """The whole, and each. Two statements."""
    found = _read(asked, by, TIMED, whole=True)
    whole = found.pop(None, Figures())
    if by == "point":
        return whole, [found.get(n, Figures(n)) for n in range(len(asked.period.points))]
    return whole, _in_order(found)


def read_sides(asked: Asked, by: By, timed: Collection[str]) -> list[Figures]:
    """Each alone, and of its times only these, for who tells no others. Two statements."""
    return _in_order(_read(asked, by, timed, whole=False))


def _read(asked: Asked, by: By, timed: Collection[str], *, whole: bool) -> dict[int | None, Figures]:
    """By key; the whole has none."""
    held, given = conditions(asked, part=asked.part(by))
    given |= {"step": asked.period.step}
    key = _KEYS[by]
    counts = {
        row[0]: dict(zip(COUNTED, map(int, row[1:]), strict=True))
        for row in _rows(_count(key, held, whole=whole), given)
    }
    times: dict[int | None, dict[str, Times]] = {}
    for place, *told in _rows(_time(key, held, timed, whole=whole), given):
        one, number = divmod(place, _PLACES)
        times.setdefault(None if one < 0 else one, {})[TIMED[number]] = Times(*map(int, told))
    empty = Figures()
    return {
        one: Figures(one, counts.get(one, empty.counts), {**empty.times, **times.get(one, {})})
        for one in {*counts, *times}
    }


def _in_order(found: Mapping[int | None, Figures]) -> list[Figures]:
    return sorted(found.values(), key=lambda one: one.key or 0)


def _count(key: str, held: str, *, whole: bool) -> str:
    """The whole comes with the key of none."""
    told, by = (
        (f"CASE WHEN grouping({key}) = 0 THEN {key} END", f"GROUPING SETS ((), ({key}))") if whole else (key, key)
    )
    return f"SELECT {told}, {_SUMS} FROM {_FROM} WHERE {held} GROUP BY {by} HAVING count(*) > 0"  # noqa: S608


def _time(key: str, held: str, timed: Collection[str], *, whole: bool) -> str:
    """One number says which of whose times a length is of: so many are put in order that texts would cost more than all
    the rest, and so would numerics: a sum of sums is a whole number again. Those of the whole are below 0. Unnested
    where it is selected: as a table of its own each list would be joined for itself. The
    length within which half of them are, rounded up, follows those within which fewer are."""
    spreads = ", ".join(
        f"({key} * {_PLACES} + {TIMED.index(one)}, l.{one}_lengths, l.{one}_counts)" for one in sorted(timed)
    )
    each = "SELECT place, length, times FROM each"
    of_all = f"SELECT mod(place, {_PLACES}) - {_PLACES}, length, sum(times)::int FROM each GROUP BY 1, 2"  # noqa: S608
    return f"""
WITH each AS (
  SELECT place, length, sum(times)::int AS times
  FROM (
    SELECT v.place, unnest(v.lengths) AS length, unnest(v.counts) AS times
    FROM {_FROM} CROSS JOIN LATERAL (VALUES {spreads}) AS v (place, lengths, counts)
    WHERE {held}
  ) AS one GROUP BY 1, 2
), every AS ({f"{each} UNION ALL {of_all}" if whole else each}
), ranked AS (
  SELECT place, length, sum(times) OVER (PARTITION BY place ORDER BY length ROWS UNBOUNDED PRECEDING) AS upto
  FROM every
), listed AS (
  SELECT place, max(upto) AS of, array_agg(length ORDER BY length) AS lengths, array_agg(upto ORDER BY length) AS upto
  FROM ranked GROUP BY place
)
SELECT place, of, lengths[1 + width_bucket((of - 1) / 2, upto)], lengths[1 + width_bucket((9 * of - 1) / 10, upto)]
FROM listed
"""  # noqa: S608  (names of this module)


def read_hours(asked: Asked, figure: Literal["received", "answers"] = "received") -> Hours:
    held, given = conditions(asked)
    sql = f"""
SELECT extract(isodow FROM d.day)::int - 1, one.hour, sum(one.times)
FROM {_FROM} CROSS JOIN LATERAL unnest(l.{figure}_hours, l.{figure}_counts) AS one (hour, times)
WHERE {held} GROUP BY 1, 2
"""  # noqa: S608  (names of this module)
    rows = [[0] * 24 for _ in range(7)]
    for weekday, hour, times in _rows(sql, given):
        rows[weekday][hour] = int(times)
    return Hours(rows)


def read_ready(asked: Asked) -> Ready:
    """A day that is to be added up anew keeps its figures until then."""
    sql = """
SELECT count(figured_at), count(*), min(figured_at),
       (SELECT min(day) FROM tickets_reportday WHERE zone = %(zone)s)
FROM tickets_reportday WHERE zone = %(zone)s AND day BETWEEN %(first)s AND %(last)s
"""
    given = {"zone": str(asked.zone), "first": asked.period.first, "last": asked.period.last}
    return Ready(*_rows(sql, given)[0])


def _rows(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())

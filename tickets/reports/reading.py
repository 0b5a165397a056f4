"""A report as it was asked for: sums and percentiles of the days that are kept (figuring), one statement for each kind
of thing, however many tickets there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection

from tickets.reports.asking import Asked, conditions
from tickets.reports.figuring import COUNTED

TIMED = ("first", "next", "resolved")
METRICS = ("first", "next", "resolution")
By = Literal["point", "queue", "account", "agent", "tag"]

_FROM = "tickets_reportday d JOIN tickets_reportline l ON l.day_id = d.id"
_KEYS: Mapping[By, str] = {
    "point": "(d.day - %(first)s) / %(step)s",
    "queue": "l.queue_id",
    "account": "l.address_id",
    "agent": "l.agent_id",
    "tag": "l.tag_id",
}
_SUMS = ", ".join(f"sum(l.{one})" for one in COUNTED)
_SPREADS = ", ".join(f"('{one}', l.{one}_lengths, l.{one}_counts)" for one in TIMED)


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
    """Of the whole, or of one point, queue, account, agent or tag (`key`)."""

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
    held, given = conditions(asked, part=asked.part(by))
    given |= {"step": asked.period.step}
    key = _KEYS[by]
    counts = {row[0]: dict(zip(COUNTED, map(int, row[1:]), strict=True)) for row in _rows(_count(key, held), given)}
    times: dict[int | None, dict[str, Times]] = {}
    for one, name, *told in _rows(_time(key, held), given):
        times.setdefault(one, {})[name] = Times(*map(int, told))
    empty = Figures()
    found = {
        one: Figures(one, counts.get(one, empty.counts), {**empty.times, **times.get(one, {})})
        for one in {None, *counts, *times}
    }
    whole = found.pop(None)
    if by == "point":
        return whole, [found.get(n, Figures(n)) for n in range(len(asked.period.points))]
    return whole, sorted(found.values(), key=lambda one: one.key or 0)


def _count(key: str, held: str) -> str:
    """The whole comes with the key of none."""
    return f"""
SELECT CASE WHEN grouping({key}) = 0 THEN {key} END, {_SUMS} FROM {_FROM} WHERE {held}
GROUP BY GROUPING SETS ((), ({key})) HAVING count(*) > 0
"""  # noqa: S608  (names of this module)


def _time(key: str, held: str) -> str:
    """Unnested where it is selected: as a table of its own each list would be joined for itself. A sum of sums is a
    whole number again, for numerics cost more than all the rest."""
    return f"""
WITH spread AS (
  SELECT {key} AS key, v.name, v.lengths, v.counts
  FROM {_FROM} CROSS JOIN LATERAL (VALUES {_SPREADS}) AS v (name, lengths, counts)
  WHERE {held}
), each AS (
  SELECT key, name, length, sum(times)::int AS times
  FROM (SELECT key, name, unnest(lengths) AS length, unnest(counts) AS times FROM spread) AS one GROUP BY 1, 2, 3
), every AS (
  SELECT CASE WHEN grouping(key) = 0 THEN key END AS key, name, length, sum(times)::int AS times
  FROM each GROUP BY GROUPING SETS ((key, name, length), (name, length))
), ranked AS (
  SELECT key, name, length, sum(times) OVER (PARTITION BY key, name ORDER BY length) AS upto,
         sum(times) OVER (PARTITION BY key, name) AS of
  FROM every
)
SELECT key, name, max(of), min(length) FILTER (WHERE 2 * upto >= of), min(length) FILTER (WHERE 10 * upto >= 9 * of)
FROM ranked GROUP BY key, name
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

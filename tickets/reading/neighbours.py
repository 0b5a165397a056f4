"""What stands before and behind a ticket in a list, and at which place it stands: found by key in the order of the
list, each way no further than is told. It need not be in the list: then it is where it stood, or would stand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from tickets.finding.conditions import Where, sql_of
from tickets.finding.meaning import Asked
from tickets.finding.reading import around
from tickets.models import Ticket
from tickets.reading.listing import DONE
from tickets.reading.origin import Origin

MOST = 1_000
_BEFORE, _BEHIND, _ITSELF = range(3)


@dataclass(frozen=True, slots=True)
class Side:
    """What is on one side of it. `number`: MOST at the most; `more`: there are more, or may be."""

    nearest: int | None = None
    moment: datetime | None = None
    number: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Neighbours:
    before: Side
    behind: Side
    within: bool

    @property
    def place(self) -> tuple[int, bool]:
        """1 for the first; and whether it stands further down than that."""
        return (MOST, True) if self.before.number >= MOST else (self.before.number + 1, self.before.more)

    @property
    def total(self) -> tuple[int, bool]:
        """How many there are, MOST at the most, and whether there are more."""
        number = self.before.number + self.behind.number + self.within
        return min(number, MOST), number > MOST or self.before.more or self.behind.more


def in_view(chosen: QuerySet[Ticket], ticket: Ticket, of: Origin) -> Neighbours:
    """`chosen`: what the list shows its reader. One statement."""
    others, moment = chosen.exclude(pk=ticket.pk), of.moment(ticket)
    sides = (_before(others, of, moment, ticket.pk), _behind(others, of, moment, ticket.pk))
    parts = [part for side, rows in enumerate(sides) for part in _asked(side, list(rows), of.by)]
    parts += _told(chosen.order_by().filter(pk=ticket.pk), "SELECT 2, 0, t.id, NULL::timestamptz FROM ({}) AS t")
    found = _fetch(parts)
    return Neighbours(_side(_BEFORE, found), _side(_BEHIND, found), within=any(side == _ITSELF for side, *_ in found))


def in_search(asked: Asked, ticket: Ticket, of: Origin) -> Neighbours:
    """As far as a search reaches."""
    found = around(asked, of.moment(ticket) or ticket.last_message_at, ticket.pk, most=MOST + 1)
    sides = ((found.before, found.on_before), (found.behind, found.on_behind))
    before, behind = (_searched([row for row in rows if row[0] != ticket.pk], on) for rows, on in sides)
    return Neighbours(before, behind, found.within)


def _searched(found: list[tuple[int, datetime]], goes_on: bool) -> Side:
    nearest, moment = found[0] if found else (None, None)
    return Side(nearest, moment, min(len(found), MOST), goes_on or len(found) > MOST)


Parts = Iterator[QuerySet[Ticket]]


def _before(others: QuerySet[Ticket], of: Origin, moment: datetime | None, pk: int) -> Parts:
    """The nearest first; those without a moment, which come last in such an order, apart (reading.listing)."""
    if not of.by:
        yield others.filter(pk__gt=pk).order_by()
    elif of.view in DONE:
        yield others.filter(**{f"{of.by}__gte": moment}).exclude(**{of.by: moment}, pk__lte=pk).order_by(of.by, "pk")
    else:
        due = others.filter(**{f"{of.by}__isnull": False}).order_by(f"-{of.by}", "-pk")
        if moment is None:
            yield others.filter(**{of.by: None}, pk__lt=pk).order_by(f"-{of.by}", "-pk")
            yield due
        else:
            yield due.filter(**{f"{of.by}__lte": moment}).exclude(**{of.by: moment}, pk__gte=pk)


def _behind(others: QuerySet[Ticket], of: Origin, moment: datetime | None, pk: int) -> Parts:
    if not of.by:
        yield others.filter(pk__lt=pk).order_by()
    elif of.view in DONE:
        later = others.order_by(f"-{of.by}", "-pk")
        yield later.filter(**{f"{of.by}__lte": moment}).exclude(**{of.by: moment}, pk__gte=pk)
    else:
        if moment is not None:
            yield (
                others.filter(**{f"{of.by}__gte": moment}).exclude(**{of.by: moment}, pk__lte=pk).order_by(of.by, "pk")
            )
        quiet = others.filter(**{of.by: None}).order_by(of.by, "pk")
        yield quiet.filter(pk__gt=pk) if moment is None else quiet


def _asked(side: int, parts: list[QuerySet[Ticket]], by: str) -> Iterator[Where]:
    """(side, part, number, moment) of the nearest of each part; and as part -1 how many it has."""
    for place, rows in enumerate(parts):
        if by:
            nearest = f"SELECT {side}, {place}, t.id, t.{by} FROM ({{}}) AS t"  # noqa: S608  (names of this module)
            yield from _told(rows[:1], nearest, "id", by)
        else:
            # By number undone tickets lie among all there ever were: those are not gone through to the next of them,
            # but the undone, whose index is short.
            which = "min" if side == _BEFORE else "max"
            nearest = f"SELECT {side}, {place}, {which}(t.id), NULL::timestamptz FROM ({{}} OFFSET 0) AS t"  # noqa: S608
            yield from _told(rows, nearest)
        number = f"SELECT {side}, -1, count(*), NULL::timestamptz FROM ({{}}) AS t"  # noqa: S608  (the same)
        yield from _told(rows[: MOST + 1], number)


def _told(rows: QuerySet[Ticket], sql: str, *columns: str) -> Iterator[Where]:
    try:
        inner, given = sql_of(rows, *(columns or ("id",)))
    except EmptyResultSet:  # known before anything was asked
        return
    yield sql.format(inner), given


Row = tuple[int, int, int | None, datetime | None]


def _fetch(parts: Iterable[Where]) -> list[Row]:
    statements, given = [f"({sql})" for sql, _ in parts], [value for _, values in parts for value in values]
    if not statements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(statements), given)
        rows: list[Row] = cursor.fetchall()
        return rows


def _side(side: int, found: list[Row]) -> Side:
    number = sum(count or 0 for which, part, count, _ in found if (which, part) == (side, -1))
    nearest = sorted((part, pk, moment) for which, part, pk, moment in found if which == side and part >= 0 and pk)
    _part, pk, moment = nearest[0] if nearest else (0, None, None)
    return Side(pk, moment, min(number, MOST), number > MOST)

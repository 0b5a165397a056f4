"""Reads what a search finds, the newest conversation first, a page at a time, however common or rare it is.

PostgreSQL's index of words (GIN) knows nothing of order: of a common word it would read a million entries to show
fifty; and so do other indexes that tell which tickets hold something. So the planner's own estimate decides, from what
ANALYZE learnt (docs/decisions/0010):

- few rows hold what is looked for: the index is asked, and what it finds is put in order. Of words that ANALYZE never
  met the planner expects one share of all rows, however rare they are: it is looked whether they are very few;
- many do, or no index knows: tickets are walked from the newest on, and of each it is asked what is looked for, until
  the page is full. A walk goes so many tickets far; where that fills no page, the index is asked after all, unless it
  would find far too many: then the page ends where the walk did, and the next one goes on from there.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from tickets.finding.conditions import Conditions, Way, Where, cost_of, entries_of, exists, joined, sql_of
from tickets.finding.meaning import Asked
from tickets.finding.wishes import questions
from tickets.models import Ticket
from tickets.permissions import visible_tickets
from tickets.reading.listing import PAGE, Page, key_of, read_key, with_all_of_a_row

FEW = 4_000  # rows of an index
UNSURE = 3  # times as many may be very few all the same
VERY_FEW = 500
FAR_TOO_MANY = 200_000
FAR = 12_500  # tickets
QUESTIONS = 4  # of each ticket that far
MOST_COUNTED = 1_000
FAR_COUNTED = 5_000
DEAR_TO_COUNT = 50_000  # in the planner's own measure: some dozen milliseconds

Found = list[tuple[int, datetime]]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a search goes before it chooses another way."""

    few: int = FEW
    too_many: int = FAR_TOO_MANY
    far: int = FAR
    counted: int = MOST_COUNTED
    far_counted: int = FAR_COUNTED
    dear: int = DEAR_TO_COUNT


@dataclass(frozen=True, slots=True)
class Count:
    """How many tickets fit: exactly so many, that many at least, or more than were counted."""

    number: int
    sort: Literal["exact", "least", "more"] = "exact"


def find_page(
    asked: Asked,
    *,
    after: str = "",
    size: int = PAGE,
    reach: Reach = Reach(),
    whole: QuerySet[Ticket] | None = None,
) -> Page:
    """`whole`: tickets with all that is told of them; else with what a row of a list shows. ValueError for a key that
    is none."""
    return _Search(asked, after=after, size=size, reach=reach).page(whole)


def find_and_count(
    asked: Asked, *, after: str = "", size: int = PAGE, reach: Reach = Reach()
) -> tuple[Page, Count | None]:
    """The count with the first page alone, and not where nothing was found so far back. Two statements more at the
    most, none where one page shows all there is, or all that was come to."""
    search = _Search(asked, after=after, size=size, reach=reach)
    page = search.page(None)
    number = len(page.tickets)
    if after or (page.after and not number):
        return page, None
    if page.after:
        return page, search.count() if number == size else Count(number, "least")
    return page, Count(number)


def fitting(asked: Asked, numbers: Collection[int]) -> frozenset[int]:
    """Those of these tickets that fit. One statement, and one for each word that may be a name."""
    where = Conditions(asked.user).all_of(asked.wishes)
    try:
        return frozenset(pk for pk, _ in _read(*_page(_ordered(asked.tickets.filter(pk__in=numbers)), where, None)))
    except EmptyResultSet:
        return frozenset()


def count_all(asked: Asked, *, reach: Reach = Reach()) -> Count:
    try:
        return _Search(asked, after="", size=PAGE, reach=reach).count()
    except EmptyResultSet:
        return Count(0)


def counting(asked: Asked, *, reach: Reach = Reach()) -> Where:
    """The statement that tells how many fit (one more than is counted: they are more), and whether it looked at a part
    alone. For what is put together of several. EmptyResultSet where none can."""
    return _Search(asked, after="", size=PAGE, reach=reach).counting()


def tell_all(asked: Asked, most: int, *, reach: Reach = Reach()) -> Where:
    """The statement that tells the first so many that fit, (number, moment of the last message), however far back."""
    try:
        return _Search(asked, after="", size=most, reach=reach).everything()
    except EmptyResultSet:
        return "SELECT NULL::bigint, NULL::timestamptz WHERE FALSE", []


class _Search:
    def __init__(self, asked: Asked, *, after: str, size: int, reach: Reach) -> None:
        self.asked, self.size, self.reach = asked, size, reach
        self._conditions = Conditions(asked.user)
        moment, pk = read_key(after)
        self.rows = asked.tickets
        if moment is not None:
            self.rows = self.rows.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=pk)

    def page(self, whole: QuerySet[Ticket] | None) -> Page:
        """With the key of the next one."""
        try:
            found, on = self._find()
        except EmptyResultSet:  # known before anything was asked
            found, on = [], ""
        chosen = with_all_of_a_row(Ticket.objects.all()) if whole is None else whole
        tickets = {ticket.pk: ticket for ticket in chosen.filter(pk__in=[pk for pk, _ in found])}
        return Page([tickets[pk] for pk, _ in found if pk in tickets], on)

    def count(self) -> Count:
        most, far = self.reach.counted, self._as_far(self.reach.far_counted)
        if not self.asked.wishes:
            return _counted(sql_of(self.rows.order_by()[: most + 1], "id"), most)
        if self._by_index:
            assert self._way is not None
            return _counted(self._from(self._way, most + 1), most)
        ordered = self.rows.order_by(*(["-id"] if self._tagged else ["-last_message_at", "-id"]))
        found = _counted(_among(sql_of(ordered[:far], "id"), self._where, most + 1), most)
        there_is_more = found.sort == "exact" and ordered[far - 1 : far].exists()
        return Count(found.number, "least") if there_is_more else found

    def counting(self) -> Where:
        most, far = self.reach.counted + 1, self._as_far(self.reach.far_counted)
        if self.asked.wishes and self._by_index:
            assert self._way is not None
            return _number_of(self._from(self._way, most))
        whole = sql_of(self.rows.order_by()[:most], "id")
        if not self.asked.wishes and cost_of(whole) < self.reach.dear:
            return _number_of(whole)
        latest = visible_tickets(self.asked.user).order_by("-last_message_at", "-id")
        fits = exists(self.rows, "id")
        where = joined([fits, self._where] if self.asked.wishes else [fits])
        return _number_of(_among(sql_of(latest[:far], "id"), where, most), sql_of(latest[far : far + 1], "id"))

    def everything(self) -> Where:
        if not self.asked.wishes:
            return _page(_ordered(self.rows, self.size), None, self.size)
        if self._by_index:
            assert self._way is not None
            return self._from(self._way, self.size)
        return _page(_ordered(self.rows), self._where, self.size)

    def _as_far(self, tickets: int) -> int:
        """Less far where more is asked of each."""
        asked = sum(map(questions, self.asked.wishes))
        return max(1, tickets * QUESTIONS // max(QUESTIONS, asked))

    @property
    def _tagged(self) -> bool:
        """The index of tags knows tickets by number, and to count any order will do."""
        return any(term.field == "tag" and not term.negated for term in self.asked.reading.terms)

    @cached_property
    def _where(self) -> Where:
        return self._conditions.all_of(self.asked.wishes)

    @cached_property
    def _way(self) -> Way | None:
        return self._conditions.best_way(self.asked.wishes)

    @cached_property
    def _by_index(self) -> bool:
        way, few = self._way, self.reach.few
        if way is None or way.rows > UNSURE * few:
            return False
        return way.rows <= few or _finds_very_few(way)

    def _find(self) -> tuple[Found, str]:
        if not self.asked.wishes:
            return self._cut(_read(*_page(_ordered(self.rows), None, self.size + 1)))
        if self._by_index:
            assert self._way is not None
            return self._cut(_read(*self._from(self._way, self.size + 1)))
        return self._walk()

    def _from(self, way: Way, size: int) -> Where:
        """Both halves are written down before they are ordered: else all tickets may be walked for a few hits. Whether
        this person may read what was found is asked of the rows of the page, as when walking."""
        mine = self.rows.order_by().extra(where=["tickets_ticket.id IN (SELECT n FROM hits)"])
        rows, theirs = sql_of(mine, "id", "last_message_at")
        page, rest = _page(("SELECT id, at FROM found ORDER BY at DESC, id DESC", []), self._where, size)
        whole = f"WITH hits (n) AS MATERIALIZED ({way.sql[0]}), found (id, at) AS MATERIALIZED ({rows}) {page}"
        return whole, [*way.sql[1], *theirs, *rest]

    def _walk(self) -> tuple[Found, str]:
        far, way = self._as_far(self.reach.far), self._way
        found = _read(*_page(_ordered(self.rows, far), self._where, self.size + 1))
        if len(found) > self.size:
            return self._cut(found)
        end = self._end(far)
        if end is None:
            return found, ""
        if way is not None and way.rows < self.reach.too_many:
            return self._cut(_read(*self._from(way, self.size + 1)))
        return found, key_of(*end)

    def _end(self, far: int) -> tuple[datetime, int] | None:
        """The last ticket of a walk; None where there are no more than it came to."""
        ordered = self.rows.order_by("-last_message_at", "-id").values_list("last_message_at", "id")
        return ordered[far - 1 : far].first()

    def _cut(self, found: Found) -> tuple[Found, str]:
        if len(found) <= self.size:
            return found, ""
        pk, moment = found[self.size - 1]
        return found[: self.size], key_of(moment, pk)


def _ordered(rows: QuerySet[Ticket], most: int | None = None) -> Where:
    return sql_of(rows.order_by("-last_message_at", "-id")[:most], "id", "last_message_at")


def _page(ordered: Where, where: Where | None, size: int | None) -> Where:
    condition, given = (f" WHERE {where[0]}", where[1]) if where and where[0] else ("", [])
    rows = f"({ordered[0]}) AS t (id, at){condition}"
    return f"SELECT t.id, t.at FROM {rows} ORDER BY t.at DESC, t.id DESC LIMIT %s", [*ordered[1], *given, size]  # noqa: S608


def _among(numbers: Where, where: Where, size: int) -> Where:
    """In whatever order."""
    sql = f"SELECT 1 FROM ({numbers[0]}) AS t (id) WHERE {where[0]} LIMIT %s"  # noqa: S608
    return sql, [*numbers[1], *where[1], size]


def _number_of(rows: Where, beyond: Where = ("SELECT 1 WHERE FALSE", [])) -> Where:
    sql = f"SELECT (SELECT count(*) FROM ({rows[0]}) AS found), EXISTS ({beyond[0]})"  # noqa: S608
    return sql, [*rows[1], *beyond[1]]


def _read(sql: str, given: Sequence[Any]) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(given))
        return list(cursor.fetchall())


def _finds_very_few(way: Way) -> bool:
    found = f"SELECT 1 FROM ({way.sql[0]}) AS way LIMIT %s"  # noqa: S608
    return _counted((found, [*way.sql[1], VERY_FEW + 1]), VERY_FEW).sort == "exact"


def _counted(where: Where, most: int) -> Count:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({where[0]}) AS found", where[1])  # noqa: S608
        (number,) = cursor.fetchone()
    return Count(most, "more") if number > most else Count(number)


def snippets_of(asked: Asked, tickets: Sequence[Ticket]) -> Iterator[tuple[int, str]]:
    """Of each ticket of a page the newest message that holds the words: (ticket, text). One statement."""
    if not asked.words or not tickets:
        return
    entries, given = entries_of(asked.user, asked.words)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (m.ticket_id) m.ticket_id, m.text FROM tickets_message m WHERE m.id IN"  # noqa: S608
            f" (SELECT e.message_id {entries} AND e.ticket_id = ANY(%s))"
            " ORDER BY m.ticket_id, m.sent_at DESC, m.id DESC",
            [*given, [ticket.pk for ticket in tickets]],
        )
        yield from cursor.fetchall()

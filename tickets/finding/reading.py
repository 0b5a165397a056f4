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


@dataclass(frozen=True, slots=True)
class Around:
    """What fits before and behind a place in the order, the nearest first; `on`: there are more there, or may be, for
    no search looks further than its reach. `within`: whether the ticket of that place fits."""

    before: Found
    on_before: bool
    behind: Found
    on_behind: bool
    within: bool


def around(asked: Asked, moment: datetime, pk: int, *, most: int, reach: Reach = Reach()) -> Around:
    """Each way so many at the most. How it is gone about is found out once for both."""
    after = key_of(moment, pk)
    back = _Search(asked, after=after, size=most, reach=reach, back=True)
    on = _Search(asked, after=after, size=most, reach=reach, kin=back)
    try:
        before, behind = back.find(), on.find()
        within = bool(_read(*_page(_ordered(asked.tickets.filter(pk=pk)), back.where, 1)))
    except EmptyResultSet:
        return Around([], False, [], False, within=False)
    return Around(before[0], bool(before[1]), behind[0], bool(behind[1]), within)


class _Search:
    """`back`: from the key towards the newest; else from there on, or from the newest. `kin`: one that asks the same
    from another place."""

    def __init__(
        self, asked: Asked, *, after: str, size: int, reach: Reach, back: bool = False, kin: "_Search | None" = None
    ) -> None:
        self.asked, self.size, self.reach, self._back, self._kin = asked, size, reach, back, kin
        self._conditions: Conditions = kin._conditions if kin else Conditions(asked.user)
        moment, pk = read_key(after)
        self.rows = asked.tickets
        if moment is not None and back:
            self.rows = self.rows.filter(last_message_at__gte=moment).exclude(last_message_at=moment, pk__lte=pk)
        elif moment is not None:
            self.rows = self.rows.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=pk)

    def page(self, whole: QuerySet[Ticket] | None) -> Page:
        """With the key of the next one."""
        try:
            found, on = self.find()
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
        found = _counted(_among(sql_of(ordered[:far], "id"), self.where, most + 1), most)
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
        where = joined([fits, self.where] if self.asked.wishes else [fits])
        return _number_of(_among(sql_of(latest[:far], "id"), where, most), sql_of(latest[far : far + 1], "id"))

    def everything(self) -> Where:
        if not self.asked.wishes:
            return _page(_ordered(self.rows, self.size), None, self.size)
        if self._by_index:
            assert self._way is not None
            return self._from(self._way, self.size)
        return _page(_ordered(self.rows), self.where, self.size)

    def _as_far(self, tickets: int) -> int:
        """Less far where more is asked of each."""
        asked = sum(map(questions, self.asked.wishes))
        return max(1, tickets * QUESTIONS // max(QUESTIONS, asked))

    @property
    def _tagged(self) -> bool:
        """The index of tags knows tickets by number, and to count any order will do."""
        return any(term.field == "tag" and not term.negated for term in self.asked.reading.terms)

    @cached_property
    def where(self) -> Where:
        return self._conditions.all_of(self.asked.wishes)

    @cached_property
    def _way(self) -> Way | None:
        return self._kin._way if self._kin else self._conditions.best_way(self.asked.wishes)

    @cached_property
    def _by_index(self) -> bool:
        if self._kin:
            return self._kin._by_index
        way, few = self._way, self.reach.few
        if way is None or way.rows > UNSURE * few:
            return False
        return way.rows <= few or _finds_very_few(way)

    def find(self) -> tuple[Found, str]:
        if not self.asked.wishes:
            return self._cut(_read(*_page(_ordered(self.rows, back=self._back), None, self.size + 1, back=self._back)))
        if self._by_index:
            assert self._way is not None
            return self._cut(_read(*self._from(self._way, self.size + 1)))
        return self._walk()

    def _from(self, way: Way, size: int) -> Where:
        """Both halves are written down before they are ordered: else all tickets may be walked for a few hits. Whether
        this person may read what was found is asked of the rows of the page, as when walking."""
        mine = self.rows.order_by().extra(where=["tickets_ticket.id IN (SELECT n FROM hits)"])
        rows, theirs = sql_of(mine, "id", "last_message_at")
        order = "at, id" if self._back else "at DESC, id DESC"
        page, rest = _page((f"SELECT id, at FROM found ORDER BY {order}", []), self.where, size, back=self._back)  # noqa: S608
        whole = f"WITH hits (n) AS MATERIALIZED ({way.sql[0]}), found (id, at) AS MATERIALIZED ({rows}) {page}"
        return whole, [*way.sql[1], *theirs, *rest]

    def _walk(self) -> tuple[Found, str]:
        far, way = self._as_far(self.reach.far), self._way
        ordered = _ordered(self.rows, far, back=self._back)
        found = _read(*_page(ordered, self.where, self.size + 1, back=self._back))
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
        ordered = self.rows.order_by(*_order(back=self._back)).values_list("last_message_at", "id")
        return ordered[far - 1 : far].first()

    def _cut(self, found: Found) -> tuple[Found, str]:
        if len(found) <= self.size:
            return found, ""
        pk, moment = found[self.size - 1]
        return found[: self.size], key_of(moment, pk)


def _order(*, back: bool) -> tuple[str, str]:
    return ("last_message_at", "id") if back else ("-last_message_at", "-id")


def _ordered(rows: QuerySet[Ticket], most: int | None = None, *, back: bool = False) -> Where:
    return sql_of(rows.order_by(*_order(back=back))[:most], "id", "last_message_at")


def _page(ordered: Where, where: Where | None, size: int | None, *, back: bool = False) -> Where:
    condition, given = (f" WHERE {where[0]}", where[1]) if where and where[0] else ("", [])
    rows = f"({ordered[0]}) AS t (id, at){condition}"
    order = "t.at, t.id" if back else "t.at DESC, t.id DESC"
    return f"SELECT t.id, t.at FROM {rows} ORDER BY {order} LIMIT %s", [*ordered[1], *given, size]  # noqa: S608


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

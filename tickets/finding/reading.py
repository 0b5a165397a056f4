"""Reads what a search finds, the newest conversation first, a page at a time, however common or rare the words are.

PostgreSQL's index of words (GIN) knows nothing of order: of a common word it would read a million entries to show
fifty. So the planner's own estimate decides, from what ANALYZE learnt of each word (docs/decisions/0010):

- few messages hold the words: the index is asked, and what it finds is put in order;
- many do: tickets are walked from the newest on, and of each it is asked whether it holds the words, until the page is
  full. A walk goes so many tickets far; where that fills no page, the index is asked after all, unless it would find
  far too many: then the page ends where the walk did, and the next one goes on from there.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from tickets.finding.meaning import Asked
from tickets.finding.names import named_so
from tickets.listing import PAGE, Page, key_of, read_key, with_all_of_a_row
from tickets.models import Ticket
from tickets.permissions import visible_messages

FEW = 4_000  # messages
FAR_TOO_MANY = 200_000
FAR = 12_500  # tickets

Where = tuple[str, list[Any]]  # SQL and what stands in it
Found = list[tuple[int, datetime]]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a search goes before it chooses another way."""

    few: int = FEW
    too_many: int = FAR_TOO_MANY
    far: int = FAR


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
    moment, pk = read_key(after)
    rows = asked.tickets
    if moment is not None:
        rows = rows.filter(last_message_at__lte=moment).exclude(last_message_at=moment, pk__gte=pk)
    found, on = _Search(asked, rows, size, reach).find()
    chosen = with_all_of_a_row(Ticket.objects.all()) if whole is None else whole
    tickets = {ticket.pk: ticket for ticket in chosen.filter(pk__in=[pk for pk, _ in found])}
    return Page([tickets[pk] for pk, _ in found if pk in tickets], on)


@dataclass(frozen=True, slots=True)
class _Search:
    asked: Asked
    rows: QuerySet[Ticket]
    size: int
    reach: Reach

    def find(self) -> tuple[Found, str]:
        """The tickets of a page, and the key of the next page."""
        try:
            return self._find()
        except EmptyResultSet:  # known before anything was asked
            return [], ""

    def _find(self) -> tuple[Found, str]:
        wanted = self.asked.wanted
        if not wanted:
            return self._cut(_read(*_page(_ordered(self.rows), "", [], self.size + 1)))
        if not wanted.words:
            return self._walk([], self.reach.too_many)
        named = named_so(wanted.names) if wanted.names else []
        hits = estimate(wanted.words)
        return self._ask_index(named) if hits <= self.reach.few else self._walk(named, hits)

    def _ask_index(self, named: Sequence[int]) -> tuple[Found, str]:
        """Both halves are written down before they are ordered: else all tickets may be walked for a few hits. Whether
        this person may read what was found is asked of the rows of the page, as when walking."""
        index = "SELECT ticket_id FROM tickets_searchentry WHERE vector @@ %s::tsquery"
        rows, theirs = _sql(self.rows.order_by().extra(where=["tickets_ticket.id IN (SELECT ticket_id FROM hits)"]))
        ordered: Where = "SELECT id, at FROM found ORDER BY at DESC, id DESC", []
        page, rest = _page(ordered, *self._conditions(named), self.size + 1)
        hits = f"{index} UNION SELECT id FROM tickets_ticket WHERE customer_id = ANY(%s)"  # noqa: S608
        whole = f"WITH hits AS MATERIALIZED ({hits}), found (id, at) AS MATERIALIZED ({rows}) {page}"
        return self._cut(_read(whole, [self.asked.wanted.words, list(named), *theirs, *rest]))

    def _walk(self, named: Sequence[int], hits: int) -> tuple[Found, str]:
        far = self.reach.far
        found = _read(*_page(_ordered(self.rows, far), *self._conditions(named), self.size + 1))
        if len(found) > self.size:
            return self._cut(found)
        ordered = self.rows.order_by("-last_message_at", "-id").values_list("last_message_at", "id")
        end = ordered[far - 1 : far].first()
        if end is None:
            return found, ""
        return self._ask_index(named) if hits < self.reach.too_many else (found, key_of(*end))

    def _conditions(self, named: Sequence[int]) -> Where:
        holds, given = _holds(self.asked, named)
        lacks, unasked = _lacks(self.asked)
        return " AND ".join(part for part in (holds, lacks) if part), [*given, *unasked]

    def _cut(self, found: Found) -> tuple[Found, str]:
        if len(found) <= self.size:
            return found, ""
        pk, moment = found[self.size - 1]
        return found[: self.size], key_of(moment, pk)


def estimate(words: str) -> int:
    """About how many messages hold the words, as the planner knows it; nothing is read for it."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) SELECT 1 FROM tickets_searchentry WHERE vector @@ %s::tsquery", [words])
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return int(plan[0]["Plan"]["Plan Rows"])


# What is put into the statements below is SQL of the database layer and of this module; what people typed is never.


def _entries(asked: Asked, words: str) -> Where:
    """FROM … of the entries that hold the words and that this person may read."""
    messages, given = _sql(visible_messages(asked.user).order_by(), "pk")
    return f"FROM tickets_searchentry e WHERE e.vector @@ %s::tsquery AND e.message_id IN ({messages})", [words, *given]


def _holds(asked: Asked, named: Sequence[int]) -> Where:
    """OFFSET 0 keeps it a question about each row: as a join, all rows would be read before the first is shown."""
    if not asked.wanted.words:
        return "", []
    entries, given = _entries(asked, asked.wanted.words)
    held = f"EXISTS (SELECT 1 {entries} AND e.ticket_id = t.id OFFSET 0)"
    if not named:
        return held, given
    theirs = "(SELECT customer_id FROM tickets_ticket WHERE id = t.id) = ANY(%s)"
    return f"({held} OR {theirs})", [*given, list(named)]


def _lacks(asked: Asked) -> Where:
    parts: list[str] = []
    given: list[Any] = []
    for words in asked.wanted.unwanted:
        entries, theirs = _entries(asked, words)
        parts.append(f"NOT EXISTS (SELECT 1 {entries} AND e.ticket_id = t.id OFFSET 0)")
        given += theirs
    return " AND ".join(parts), given


def _ordered(rows: QuerySet[Ticket], most: int | None = None) -> Where:
    return _sql(rows.order_by("-last_message_at", "-id")[:most])


def _sql(rows: QuerySet[Any], *columns: str) -> Where:
    sql, given = rows.values(*(columns or ("id", "last_message_at"))).query.sql_with_params()
    return sql, list(given)


def _page(ordered: Where, where: str, given: Sequence[Any], size: int) -> Where:
    condition = f" WHERE {where}" if where else ""
    rows = f"({ordered[0]}) AS t (id, at){condition}"
    return f"SELECT t.id, t.at FROM {rows} ORDER BY t.at DESC, t.id DESC LIMIT %s", [*ordered[1], *given, size]  # noqa: S608


def _read(sql: str, given: Sequence[Any]) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(given))
        return list(cursor.fetchall())


def snippets_of(asked: Asked, tickets: Sequence[Ticket]) -> Iterator[tuple[int, str]]:
    """Of each ticket of a page the newest message that holds the words: (ticket, text). One statement."""
    wanted = asked.wanted
    if not wanted.words or not tickets:
        return
    entries, given = _entries(asked, wanted.words)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (m.ticket_id) m.ticket_id, m.text FROM tickets_message m WHERE m.id IN"  # noqa: S608
            f" (SELECT e.message_id {entries} AND e.ticket_id = ANY(%s))"
            " ORDER BY m.ticket_id, m.sent_at DESC, m.id DESC",
            [*given, [ticket.pk for ticket in tickets]],
        )
        yield from cursor.fetchall()

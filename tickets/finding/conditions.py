"""What is asked of tickets as SQL: of one ticket `t.id`, and as the statement that finds all of them by an index.

What is put together here is SQL of the database layer and of this module; what people typed is never.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from tickets.finding.customers import named_so
from tickets.finding.wishes import Fits, Holds, Lacks, Wish, Words
from tickets.models import Ticket
from tickets.permissions import visible_messages

# To read all of a table that is as dear (in the planner's own measure) is no way to begin.
DEAR = 20_000
FAR_TOO_DEAR = 10**9

_BY_WORDS = "SELECT ticket_id FROM tickets_searchentry WHERE vector @@ %s::tsquery"
_OF_CUSTOMERS = "SELECT id FROM tickets_ticket WHERE customer_id = ANY(%s)"

Where = tuple[str, list[Any]]  # SQL and what stands in it


@dataclass(frozen=True, slots=True)
class Way:
    """A statement that tells the numbers of tickets, some several times, and about how many rows it finds."""

    sql: Where
    rows: int


@dataclass(frozen=True, slots=True)
class Conditions:
    user: User
    _named: dict[str, list[int]] = field(default_factory=dict)

    def of(self, wish: Wish) -> Where:
        """OFFSET 0 keeps it a question about each row: as a join, all rows would be read before the first is shown."""
        if isinstance(wish, Words):
            return self._words(wish)
        if isinstance(wish, Lacks):
            entries, given = entries_of(self.user, wish.query)
            return f"NOT EXISTS (SELECT 1 {entries} AND e.ticket_id = t.id OFFSET 0)", given
        if isinstance(wish, Fits):
            return exists(Ticket.objects.filter(wish.condition), "id")
        if isinstance(wish, Holds):
            held, given = joined([exists(rows, column) for rows, column in wish.rows], " OR ")
            return f"NOT {held}" if wish.negated else held, given
        return joined([self.of(part) for part in wish.parts], " OR " if wish.either else " AND ")

    def all_of(self, wishes: Sequence[Wish]) -> Where:
        return joined([self.of(wish) for wish in wishes], " AND ")

    def best_way(self, wishes: Sequence[Wish]) -> Way | None:
        """Of what an index tells, that with the fewest rows. None where no index tells anything."""
        ways = [Way(sql, estimate(sql)) for wish in wishes if (sql := self._numbers(wish)) is not None]
        return min(ways, key=lambda way: way.rows, default=None)

    def _words(self, wish: Words) -> Where:
        entries, given = entries_of(self.user, wish.query)
        held = f"EXISTS (SELECT 1 {entries} AND e.ticket_id = t.id OFFSET 0)"
        named = self._customers(wish)
        if not named:
            return held, given
        theirs = "(SELECT customer_id FROM tickets_ticket WHERE id = t.id) = ANY(%s)"
        return f"({held} OR {theirs})", [*given, named]

    def _customers(self, wish: Words) -> list[int]:
        if wish.names not in self._named:
            self._named[wish.names] = named_so(wish.names) if wish.names else []
        return self._named[wish.names]

    def _numbers(self, wish: Wish) -> Where | None:
        if isinstance(wish, Words):
            return _united([(_BY_WORDS, [wish.query]), (_OF_CUSTOMERS, [self._customers(wish)])])
        if isinstance(wish, Fits):
            return _united([_all(Ticket.objects.filter(wish.condition), "id")])
        if isinstance(wish, Holds):
            known = wish.indexed and not wish.negated
            return _united([_all(rows, column) for rows, column in wish.rows]) if known else None
        if isinstance(wish, Lacks):
            return None
        if not wish.either:
            best = self.best_way(wish.parts)
            return best.sql if best else None
        parts = [self._numbers(part) for part in wish.parts]
        found = [part for part in parts if part is not None]
        return _united(found) if len(found) == len(parts) else None


def entries_of(user: User, words: str) -> Where:
    """FROM … of the entries that hold the words and that this person may read."""
    messages, given = sql_of(visible_messages(user).order_by(), "pk")
    return f"FROM tickets_searchentry e WHERE e.vector @@ %s::tsquery AND e.message_id IN ({messages})", [words, *given]


def estimate(where: Where) -> int:
    """About how many rows there are, as the planner knows it; nothing is read for it."""
    plan = _plan(where)
    return FAR_TOO_DEAR if _reads_all(plan) else int(plan["Plan Rows"])


def cost_of(where: Where) -> float:
    """In the planner's own measure."""
    return float(_plan(where)["Total Cost"])


def _plan(where: Where) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {where[0]}", where[1])
        told = cursor.fetchone()[0]
    plan: dict[str, Any] = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return plan


def _reads_all(plan: dict[str, Any]) -> bool:
    dear = plan["Node Type"] == "Seq Scan" and plan["Total Cost"] > DEAR
    return dear or any(map(_reads_all, plan.get("Plans", ())))


def sql_of(rows: QuerySet[Any], *columns: str) -> Where:
    sql, given = rows.values(*columns).query.sql_with_params()
    return sql, list(given)


def exists(rows: QuerySet[Any], column: str) -> Where:
    table = connection.ops.quote_name(rows.model._meta.db_table)
    try:
        of_it = rows.order_by().extra(where=[f"{table}.{column} = t.id"])  # noqa: S610  (names of this package)
        sql, given = sql_of(of_it, column)
    except EmptyResultSet:  # known before anything was asked
        return "FALSE", []
    return f"EXISTS ({sql} OFFSET 0)", given


def _all(rows: QuerySet[Any], column: str) -> Where:
    try:
        return sql_of(rows.order_by(), column)
    except EmptyResultSet:
        return "SELECT NULL::bigint WHERE FALSE", []


def _united(parts: Sequence[Where]) -> Where:
    return " UNION ALL ".join(f"({sql})" for sql, _ in parts), [one for _, given in parts for one in given]


def joined(parts: Sequence[Where], sign: str = " AND ") -> Where:
    told = sign.join(sql for sql, _ in parts)
    return f"({told})" if len(parts) > 1 else told, [one for _, given in parts for one in given]

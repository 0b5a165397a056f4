"""What changed since: tickets, messages and lines of history in the order in which their changes were committed.

Every row carries the number of the transaction that changed it last (a line of history, of the one that wrote it), and
every deletion of a ticket or message leaves a tombstone with one (triggers, migration 0040). Only changes older than
every transaction still under way are told: a number is given when a transaction begins to write and its rows are seen
when it commits, so nothing can come in before what is told any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tickets.errors import DeskError

Kind = Literal["ticket", "message", "activity"]

_TABLES: dict[Kind, str] = {
    "ticket": "tickets_ticket",
    "message": "tickets_message",
    "activity": "tickets_activity",
}
# The first number that no transaction has finished with yet. A row that claims to be changed by a later one comes from
# another database server.
_NEXT = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
# Before this number everything is over, in this database; others on the same server do not hold us up. A backend tells
# the lower 32 bits of the number it writes under.
_HORIZON = f"""
    SELECT LEAST(n.next, MIN(n.next - b.behind))
    FROM (SELECT {_NEXT} AS next) AS n LEFT JOIN LATERAL (
        SELECT (n.next - backend_xid::text::bigint) & 4294967295 AS behind FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL) AS b ON b.behind < 2147483648
    GROUP BY n.next
"""  # noqa: S608  (names of this module)
_BATCH = 10_000


class Place(NamedTuple):
    """How far somebody has read: everything up to this change, this row included."""

    changed: int = 0
    number: int = 0


START = Place()


class OtherServer(DeskError):
    """The place was taken on another database server (a restored copy); its reader must begin again."""

    def __init__(self) -> None:
        super().__init__(_("The database was restored since. Begin again with since=start."))


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows that changed or went, in order, and how far that is."""

    numbers: Sequence[int]
    place: Place
    more: bool


def present() -> Place:
    """Where somebody begins who wants to be told from now on."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_NEXT}")
        (number,) = cursor.fetchone()
    return Place(number)


def read_changes(kind: Kind, since: Place, *, size: int) -> Changes:
    """The next `size` rows. Two statements, two index ranges. Raises OtherServer. Not inside a transaction: the rows
    must be looked at after the horizon was.
    """
    table = _TABLES[kind]
    sql = f"""
        (SELECT changed, id AS number FROM {table}
          WHERE (changed, id) > (%(changed)s, %(number)s) AND changed < %(horizon)s
          ORDER BY changed, id LIMIT %(most)s)
        UNION ALL
        (SELECT changed, number FROM tickets_tombstone
          WHERE kind = %(kind)s AND (changed, number) > (%(changed)s, %(number)s) AND changed < %(horizon)s
          ORDER BY changed, number LIMIT %(most)s)
        ORDER BY changed, number LIMIT %(most)s
    """  # noqa: S608  (names of this module)
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        (horizon,) = cursor.fetchone()
        if since.changed > horizon:
            raise OtherServer
        facts = {"changed": since.changed, "number": since.number, "most": size + 1, "kind": kind, "horizon": horizon}
        cursor.execute(sql, facts)
        found = [Place(*row) for row in cursor.fetchall()]
    shown = found[:size]
    return Changes([place.number for place in shown], shown[-1] if shown else since, len(found) > size)


def mend_marks() -> int:
    """Give rows of a restored copy, whose marks mean nothing here, the present number; returns how many.

    One look at the end of an index as long as there is nothing to mend.
    """
    mended = 0
    for table in (*_TABLES.values(), "tickets_tombstone"):
        while count := _mend(table):
            mended += count
    return mended


def _mend(table: str) -> int:
    foreign = f"SELECT id FROM {table} WHERE changed >= {_NEXT} ORDER BY changed DESC LIMIT {_BATCH}"  # noqa: S608
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET changed = pg_current_xact_id()::text::bigint WHERE id IN ({foreign})"  # noqa: S608
        )
        return int(cursor.rowcount)

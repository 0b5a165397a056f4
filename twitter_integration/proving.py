"""Searches the whole database for what must not be in it any more: every column of every table that can hold text.

Used by purging. Needles are taken from the content before it goes; rows that belong to other accounts are passed over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection

from twitter_integration.accounts import CHANNEL
from twitter_integration.models import PartnerAccount

# Oldest and newest of each kind: what was forgotten is forgotten for all, not for one row in a million.
_SAMPLE = 200
# What stands in the place of an id that was purged; it names nobody, so it is nothing to look for.
PURGED = "purged-"
# Shorter words are in any database.
_SHORTEST = 10
_TYPES = ("text", "character varying", "character", "jsonb", "json", "bytea", "ARRAY")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """How many strings were looked for in how many columns, and where they were: table.column → rows."""

    needles: int
    columns: int
    found: Mapping[str, int]


def gather_needles(account: PartnerAccount) -> list[str]:
    """Texts, ids and handles that only this account's content holds."""
    messages = apps.get_model("tickets", "Message")._default_manager
    own = messages.filter(address=account.address_id)
    others = messages.exclude(address=account.address_id)
    needles: set[str] = set()
    for column in ("text", "external_id", "permalink"):
        values = own.filter(**{f"{column}__isnull": False}).exclude(**{column: ""}).order_by()
        ends = [*values.order_by("pk")[:_SAMPLE], *values.order_by("-pk")[:_SAMPLE]]
        found = {str(getattr(row, column)) for row in ends}
        needles |= found - set(others.filter(**{f"{column}__in": found}).values_list(column, flat=True))
    needles |= _people(account)
    return sorted(needle for needle in needles if len(needle) >= _SHORTEST)


def find_traces(account: PartnerAccount, needles: Sequence[str]) -> Traces:
    """One statement per column; each reads its table once."""
    columns, found = 0, {}
    for table, column, kind, owned_by in _columns():
        columns += 1
        count = _count(account, table, column, kind=kind, owned_by=owned_by, needles=needles)
        if count:
            found[f"{table}.{column}"] = count
    return Traces(needles=len(needles), columns=columns, found=found)


def _people(account: PartnerAccount) -> set[str]:
    """Ids and pictures of those who speak to this account only; a handle may also stand in others' texts."""
    identities = apps.get_model("tickets", "Identity")._default_manager.filter(channel=CHANNEL)
    messages = apps.get_model("tickets", "Message")._default_manager.filter(identity__isnull=False)
    shared = messages.exclude(address=account.address_id).values("identity")
    mine = identities.filter(messages__address=account.address_id).exclude(pk__in=shared)
    mine = mine.exclude(external_id__startswith=PURGED)
    rows = mine.distinct().order_by("pk")[:_SAMPLE]
    return {value for row in rows for value in (row.external_id, row.avatar_url, row.bio) if value}


def _columns() -> Iterator[tuple[str, str, str, str]]:
    """Table, column, type, and the column that says whose row it is (if any)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.table_name, c.column_name, c.data_type, coalesce((SELECT o.column_name"
            " FROM information_schema.columns o WHERE o.table_schema = c.table_schema AND o.table_name = c.table_name"
            " AND o.column_name IN ('address_id', 'ticket_id', 'message_id')"
            " ORDER BY o.column_name LIMIT 1), '') FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type = ANY(%s)"
            " ORDER BY 1, c.ordinal_position",
            [list(_TYPES)],
        )
        yield from cursor.fetchall()


def _count(
    account: PartnerAccount, table: str, column: str, *, kind: str, owned_by: str, needles: Sequence[str]
) -> int:
    quote = connection.ops.quote_name
    value = f"row.{quote(column)}"
    # Raw bodies write what is not ASCII as \\u escapes; ids and links, which are ASCII, stand in them as they are.
    shown = f"encode({value}, 'escape')" if kind == "bytea" else f"{value}::text"
    whose, values = _ours(account, owned_by)
    sql = (
        f"SELECT count(*) FROM {quote(table)} AS row WHERE {value} IS NOT NULL {whose}"  # noqa: S608  (names from the catalogue)
        f" AND EXISTS (SELECT 1 FROM unnest(%s::text[]) AS needle WHERE strpos({shown}, needle) > 0)"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, list(needles)])
        return int(cursor.fetchone()[0])


def _ours(account: PartnerAccount, owned_by: str) -> tuple[str, list[Any]]:
    """Only this account's rows, where a row says whose it is."""
    quote = connection.ops.quote_name
    if owned_by == "address_id":
        return "AND row.address_id = %s", [account.address_id]
    if owned_by in ("ticket_id", "message_id"):
        name = {"ticket_id": "Ticket", "message_id": "Message"}[owned_by]
        table = quote(apps.get_model("tickets", name)._meta.db_table)
        return f"AND row.{owned_by} IN (SELECT id FROM {table} WHERE address_id = %s)", [account.address_id]  # noqa: S608
    return "", []

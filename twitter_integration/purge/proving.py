"""Searches the whole database for what must not be in it any more: every column of every table that can hold text.

Used by purging. Needles are taken from the content before it goes; rows that belong to other accounts are passed over.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from twitter_integration.models import CollectedPost, MediaUpload, PartnerAccount, Reaction, Standing
from twitter_integration.purge.holdings import drafts, hand_offs, known_people, naming_acts, reply_rules, rows_of

# Oldest and newest of each kind: what was forgotten is forgotten for all, not for one row in a million.
_SAMPLE = 200
# Shorter words are in any database.
_SHORTEST = 10
_AN_ID = re.compile(r"[0-9]{10,}")
_MOST_NAMED = 5  # rows of one column
# Columns that say whose a row is, by our key or X's. The first that is never empty counts; where there is none, all do.
_OWNERS = ("account_id", "account_key", "address_id", "lane", "message_id", "ticket_id")
_TYPES = ("text", "character varying", "character", "jsonb", "json", "bytea", "ARRAY")

Say = Callable[[str], object]  # what is being done, for whoever waits

_CATALOGUE = """
    SELECT c.table_name, c.column_name, c.data_type, owned.by, owned.surely, coalesce((
        SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisprimary AND i.indrelid = quote_ident(c.table_name)::regclass), 'ctid') AS key
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name),
    LATERAL (
        SELECT coalesce(array_agg(o.column_name::text), '{}') AS by,
            coalesce(array_agg(o.column_name::text) FILTER (WHERE o.is_nullable = 'NO'), '{}') AS surely
        FROM (SELECT * FROM information_schema.columns ORDER BY column_name) o
        WHERE o.table_schema = c.table_schema AND o.table_name = c.table_name AND o.column_name = ANY(%(owners)s)
    ) owned
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.data_type = ANY(%(types)s)
    ORDER BY 1, c.ordinal_position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """How many strings were looked for in how many columns, and where they were: table.column → first rows."""

    needles: int
    columns: int
    found: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class _Column:
    """`owned_by`: the columns that say whose row it is, if any; `key`: what the row is called by."""

    table: str
    name: str
    kind: str
    owned_by: Sequence[str]
    key: str


def gather_needles(account: PartnerAccount) -> list[str]:
    """Texts, ids, links and pictures that only this account's content holds."""
    needles = _people(account)
    for rows, column in _sources(account):
        values = rows.exclude(**{column: ""}).order_by().values_list(column, flat=True)
        needles |= {*values.order_by("pk")[:_SAMPLE], *values.order_by("-pk")[:_SAMPLE]} - {None}
    for rows, column in _others(account):
        same = rows.filter(**{f"{column}__in": needles}).order_by()
        needles -= set(same.values_list(column, flat=True))
    return sorted(needle for needle in needles if len(needle) >= _SHORTEST)


def _sources(account: PartnerAccount) -> list[tuple["QuerySet[Any]", str]]:
    """Wherever words, links and ids of X stand, those that are keys of a table included."""
    messages, versions = (rows_of(name).filter(address=account.address_id) for name in ("Message", "MessageVersion"))
    mine = {"account_key": account.page_id}
    return [
        *((messages, column) for column in ("text", "external_id", "permalink")),
        *((versions, column) for column in ("text", "external_id")),
        *((hand_offs(account), column) for column in ("text", "link")),
        (drafts(account), "text"),
        (reply_rules(account), "post_id"),
        (Reaction.objects.filter(**mine), "post_id"),
        (Standing.objects.filter(**mine), "person_key"),
        (MediaUpload.objects.filter(account=account), "media_id"),
        (CollectedPost.objects.filter(collection__account=account), "post_id"),
        *((naming_acts(account), column) for column in ("target", "result")),
    ]


def _others(account: PartnerAccount) -> list[tuple["QuerySet[Any]", str]]:
    """What another account may rightly hold as well is no trace of this one."""
    messages, versions = (rows_of(name).exclude(address=account.address_id) for name in ("Message", "MessageVersion"))
    shared = rows_of("Identity").exclude(pk__in=known_people(account).values("pk"))
    return [
        *((messages, column) for column in ("text", "external_id", "permalink")),
        (versions, "external_id"),
        (shared, "external_id"),
        (CollectedPost.objects.exclude(collection__account=account), "post_id"),
        # A brand of ours may be another's customer; its number is how it is set up.
        (PartnerAccount.objects.all(), "page_id"),
    ]


def find_traces(account: PartnerAccount, needles: Sequence[str], *, say: Say = str) -> Traces:
    """One statement per column; each reads its table once. None when there is nothing to look for. `say` is told each
    table before it is searched."""
    columns, found, table = 0, {}, ""
    sought = _sought(needles)
    for column in _columns() if needles else ():
        columns += 1
        if column.table != table:
            table = column.table
            say(f"Searching {table} …")
        rows = _rows(account, column, sought)
        if rows:
            found[f"{column.table}.{column.name}"] = rows
    return Traces(needles=len(needles), columns=columns, found=found)


def _people(account: PartnerAccount) -> set[str]:
    """Ids and pictures of those whom only this account knows; a handle may also stand in others' texts."""
    rows = known_people(account).order_by("pk")[:_SAMPLE]
    return {value for row in rows for value in (row.external_id, row.avatar_url, row.bio) if value}


def _columns() -> Iterator[_Column]:
    with connection.cursor() as cursor:
        cursor.execute(_CATALOGUE, {"owners": list(_OWNERS), "types": list(_TYPES)})
        for row in cursor.fetchall():
            table, name, kind, owners, required, key = row
            yield _Column(table, name, kind, required[:1] or owners, key)


def _sought(needles: Sequence[str]) -> tuple[list[str], list[str]]:
    """Ids, which are looked up whole, and the rest; a link that names one of these ids is found by the id."""
    numbers = {needle for needle in needles if needle.isdecimal() and needle.isascii()}
    words = [needle for needle in needles if needle not in numbers]
    return sorted(numbers), [word for word in words if numbers.isdisjoint(_AN_ID.findall(word))]


def _rows(account: PartnerAccount, column: _Column, sought: tuple[Sequence[str], Sequence[str]]) -> list[str]:
    """Each value is read once, short ones not at all: most columns hold a word, and a table may hold millions of it."""
    quote = connection.ops.quote_name
    value = f"row.{quote(column.name)}"
    # Raw bodies write what is not ASCII as \\u escapes; ids and links, which are ASCII, stand in them as they are.
    shown = f"encode({value}, 'escape')" if column.kind == "bytea" else f"{value}::text"
    size = value if column.kind == "bytea" else "shown"
    whose, values = _ours(account, column.owned_by)
    sql = (
        f"SELECT row.{quote(column.key)}::text FROM {quote(column.table)} AS row,"  # noqa: S608  (names from the catalogue)
        f" LATERAL (SELECT {shown} AS shown OFFSET 0) AS one"
        f" WHERE octet_length({size}) >= {_SHORTEST} {whose} AND (EXISTS (SELECT 1"
        f" FROM regexp_matches(shown, '[0-9]{{{_SHORTEST},}}', 'g') AS run WHERE run[1] = ANY(%s::text[]))"
        # Most values are shorter than most texts, and to compare two lengths costs nothing.
        " OR EXISTS (SELECT 1 FROM unnest(%s::text[]) AS needle"
        " WHERE CASE WHEN octet_length(needle) <= octet_length(shown) THEN strpos(shown, needle) > 0 END))"
        f" ORDER BY 1 LIMIT {_MOST_NAMED}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *(list(strings) for strings in sought)])
        return [key for (key,) in cursor.fetchall()]


def _ours(account: PartnerAccount, owned_by: Sequence[str]) -> tuple[str, list[Any]]:
    """Only this account's rows, where a row says whose it is. More than one only where each may be empty (drafts): a
    single one is joined, several are not."""
    said = [_whose(account, name) for name in owned_by]
    return (f"AND ({' OR '.join(sql for sql, _ in said)})" if said else ""), [one for _, some in said for one in some]


def _whose(account: PartnerAccount, owned_by: str) -> tuple[str, list[Any]]:
    if owned_by == "address_id":
        return "row.address_id = %s", [account.address_id]
    if owned_by in ("account_id", "account_key", "lane"):  # what names no account may be anybody's
        return f"row.{owned_by}::text IN (%s, %s, '')", [account.page_id, str(account.pk)]
    name = {"ticket_id": "Ticket", "message_id": "Message"}[owned_by]
    table = connection.ops.quote_name(apps.get_model("tickets", name)._meta.db_table)
    return f"row.{owned_by} IN (SELECT id FROM {table} WHERE address_id = %s)", [account.address_id]  # noqa: S608

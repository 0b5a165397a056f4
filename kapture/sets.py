"""Set-wise SQL: many rows, one statement. The number of statements never grows with the number of rows."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Field, Model

Row = Sequence[Any]


def update_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """UPDATE model SET columns[1:] for the rows whose primary key is each row's first value. No rows: no statement."""
    listed = list(rows)
    if not listed:
        return
    names, arrays, types = _columns(model, columns, listed)
    key, *changed = names
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    sql = (
        f"UPDATE {table} AS t SET {', '.join(f'{quote(n)} = v.{quote(n)}' for n in changed)} "  # noqa: S608
        f"FROM unnest({', '.join(f'%s::{t}[]' for t in types)}) AS v({', '.join(quote(n) for n in names)}) "
        f"WHERE t.{quote(key)} = v.{quote(key)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)


def insert_missing(
    model: type[Model], columns: Sequence[str], rows: Iterable[Row], *, returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    """INSERT … ON CONFLICT DO NOTHING; returns the given columns of the rows that were really inserted."""
    listed = list(rows)
    if not listed:
        return []
    names, arrays, types = _columns(model, columns, listed)
    quote = connection.ops.quote_name
    back = ", ".join(quote(str(_field(model, name).column)) for name in returning)
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(n) for n in names)}) "  # noqa: S608
        f"SELECT * FROM unnest({', '.join(f'%s::{t}[]' for t in types)}) ON CONFLICT DO NOTHING RETURNING {back}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)
        return list(cursor.fetchall())


def lock_together(space: int, keys: Iterable[int]) -> None:
    """Take advisory locks until the end of the transaction, in one order, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, k) FROM (SELECT unnest(%s::int[]) AS k ORDER BY 1) AS keys",
            [space, sorted({key % 2**31 for key in keys})],
        )


def _columns(
    model: type[Model], columns: Sequence[str], rows: Sequence[Row]
) -> tuple[list[str], list[list[Any]], list[str]]:
    fields = [_field(model, name) for name in columns]
    names = [str(field.column) for field in fields]
    types = [_type(field) for field in fields]
    arrays = [[field.get_db_prep_save(row[i], connection) for row in rows] for i, field in enumerate(fields)]
    return names, arrays, types


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, Field), f"{name} is no column of {model.__name__}"
    return field


def _type(field: Any) -> str:
    """The column's type without length, fit for an array cast."""
    kind = str((field.target_field if field.is_relation else field).db_type(connection))
    return {"serial": "integer", "bigserial": "bigint"}.get(kind, kind.split("(")[0])

"""Set-wise SQL: many rows, one statement. The number of statements never grows with the number of rows."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Field, Func, JSONField, Model, Value

Row = Sequence[Any]


def update_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Row], *, unless_newer: str = "") -> None:
    """UPDATE model SET columns[1:] for the rows whose primary key is each row's first value. No rows: no statement.

    `unless_newer`: one of the columns; a row that holds a greater value of it by now is left as it is.
    """
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
    if unless_newer:
        guard = quote(str(_field(model, unless_newer).column))
        sql += f" AND (t.{guard} > v.{guard}) IS NOT TRUE"
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


def add_to_rows(model: type[Model], keys: Sequence[str], sums: Sequence[str], rows: Iterable[Row]) -> None:
    """INSERT, or add to the `sums` of the row that has these `keys` already. Rows: keys, then sums; no key twice."""
    listed = list(rows)
    if not listed:
        return
    names, arrays, types = _columns(model, [*keys, *sums], listed)
    quote = connection.ops.quote_name
    quoted = [quote(name) for name in names]
    added = ", ".join(f"{name} = known.{name} + excluded.{name}" for name in quoted[len(keys) :])
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} AS known ({', '.join(quoted)}) "  # noqa: S608
        f"SELECT * FROM unnest({', '.join(f'%s::{t}[]' for t in types)}) "
        f"ON CONFLICT ({', '.join(quoted[: len(keys)])}) DO UPDATE SET {added}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)


def copy_objects(objects: Sequence[Model]) -> None:
    """Insert unsaved objects of one model with COPY: two statements, half the cost of bulk_create.

    Those without a primary key get theirs. A conflict raises IntegrityError; no signals, no database defaults.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = model._meta.concrete_fields
    key = str(model._meta.pk.attname)
    keyless = [instance for instance in objects if instance.pk is None]
    for instance, number in zip(keyless, reserve_keys(model, len(keyless)), strict=True):
        setattr(instance, key, number)
    copy_rows(model, [f.name for f in fields], ([getattr(o, f.attname) for f in fields] for o in objects))
    for instance in objects:
        instance._state.adding, instance._state.db = False, connection.alias


def reserve_keys(model: type[Model], count: int) -> list[int]:
    """So many primary keys that nobody else will get."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, str(model._meta.pk.column), count],
        )
        return [number for (number,) in cursor.fetchall()]


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows with COPY, one statement. Values are as Python holds them (JSON as lists and dicts)."""
    fields = [_field(model, name) for name in columns]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    dumps = [(at, json.dumps) for at, field in enumerate(fields) if isinstance(field, JSONField)]
    words = [(at, str) for at, field in enumerate(fields) if field.choices]
    convert: list[tuple[int, Callable[[Any], str]]] = [*dumps, *words]
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = list(row)
            for at, change in convert:
                if values[at] is not None:
                    values[at] = change(values[at])
            copy.write_row(values)


def without_key(column: str, key: str) -> Func:
    """What a column of JSON holds, without this key; for `update`."""
    return Func(F(column), Value(key), template="(%(expressions)s)", arg_joiner=" - ", output_field=JSONField())


def each_without_key(column: str, key: str) -> Func:
    """A list in a column of JSON, each of its objects without this key; for `update`."""
    template = (
        "(SELECT coalesce(jsonb_agg(one - key ORDER BY place), '[]')"
        " FROM (VALUES (%(expressions)s)) AS given (list, key),"
        " jsonb_array_elements(list) WITH ORDINALITY AS each (one, place))"
    )
    return Func(F(column), Value(key), template=template, output_field=JSONField())


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
    # Only JSON needs Django's help; everything else psycopg adapts by itself.
    arrays = [
        [field.get_db_prep_save(row[i], connection) for row in rows]
        if isinstance(field, JSONField)
        else [row[i] for row in rows]
        for i, field in enumerate(fields)
    ]
    return names, arrays, types


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field = model._meta.get_field(name)
    assert isinstance(field, Field), f"{name} is no column of {model.__name__}"
    return field


def _type(field: Any) -> str:
    """The column's type without length, fit for an array cast."""
    kind = str((field.target_field if field.is_relation else field).db_type(connection))
    return {"serial": "integer", "bigserial": "bigint"}.get(kind, kind.split("(")[0])

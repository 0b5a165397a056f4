"""Queries that are put together once in a process's life, and then only asked: on a page with dozens of statements the
putting together costs more than all the asking.

    @prepared
    def _handles() -> QuerySet[HandleChange, str]:
        return HandleChange.objects.filter(identity=Given("identity")).values_list("before", flat=True)[:5]

    _handles(identity=ticket.identity_id)  # a list, one statement

What differs from time to time is `Given` by name, as the database takes it. What changes the query itself (whether
somebody sees everything) is an argument of the function: it is put together once for each. Nothing else may stand in
it that is not the same for everybody and always: no person, no moment, no words of a language.
"""

from collections.abc import Callable, Hashable, Mapping
from copy import copy
from functools import lru_cache
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Expression, Func, QuerySet

MOST_SHAPES = 128
Row = TypeVar("Row")


class Given(Expression):
    """A value that is told with each asking."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]


class IsOneOf(Func):
    """Whether the first is among the values of the second, an array: as `in`, of however many."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


class Prepared(Generic[Row]):
    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._put_together = lru_cache(MOST_SHAPES)(lambda *shape: _Query(build(*shape)))

    def __call__(self, *shape: Hashable, **given: Any) -> list[Row]:
        """One statement; none for rights by which nothing can be found."""
        return self._put_together(*shape).ask(given)


def prepared(build: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    return Prepared(build)


class _Query(Generic[Row]):
    """`compiler`: Django's, with all it has worked out; who asks takes a copy for the connection of their thread."""

    def __init__(self, rows: QuerySet[Any, Row]) -> None:
        hanging: Any = getattr(rows, "_prefetch_related_lookups", ())
        assert not hanging, "What hangs on the rows is fetched by who asks."
        self.rows = rows
        self.compiler: Any = rows.query.get_compiler(using=connection.alias)
        try:
            self.sql, self.params = self.compiler.as_sql()
        except EmptyResultSet:  # nothing is open to them
            self.sql, self.params = "", ()
        self.converters = self.compiler.get_converters([column for column, *_ in self.compiler.select])
        self.compiler.connection = None  # who asked first may be gone long since, and their connection with them

    def ask(self, given: Mapping[str, Any]) -> list[Row]:
        if not self.sql:
            return []
        params = [given[one.name] if isinstance(one, Given) else one for one in self.params]
        compiler = copy(self.compiler)
        told = {"as_sql": lambda: (self.sql, params), "get_converters": lambda _columns: self.converters}
        vars(compiler).update(connection=connection, **told)
        iterable: Any = getattr(self.rows, "_iterable_class")  # noqa: B009  (Django's own, and untyped)
        return list(iterable(_Asked(self.rows, compiler)))


class _Asked:
    """What Django's way from rows to objects wants of a queryset: itself, and of its query a compiler."""

    def __init__(self, rows: Any, compiler: Any) -> None:
        self.db, self.model, self._fields, self._of = connection.alias, rows.model, rows._fields, rows.query
        self._known_related_objects: dict[Any, Any] = {}
        self.query, self._compiler = self, compiler

    def get_compiler(self, using: str) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._of, name)

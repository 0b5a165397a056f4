"""How the database carries out what it is asked: its plans, read from tables that hold nothing but the test's rows."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection


def settle(*tables: str) -> None:
    """Leave neither empty pages nor old beliefs in these tables; outside a transaction.

    Tests before this one delete what they wrote, and the pages stay, in tables and in indexes: a plan that seems dear
    for them is another one.
    """
    with connection.cursor() as cursor:
        for order in ("VACUUM FULL", "VACUUM ANALYZE"):
            cursor.execute(f"{order} {', '.join(tables)}")


def carried_out(sql: str, values: Sequence[int | list[str] | str] = ()) -> Iterator[dict[str, Any]]:
    """Each step of the plan by which the database answers this, as it was carried out."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", values or None)
        told = cursor.fetchone()[0]
    return steps((json.loads(told) if isinstance(told, str) else told)[0]["Plan"])


def steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A step and those below it, each as PostgreSQL tells it."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from steps(below)


def looked_at(step: dict[str, Any]) -> int:
    """How many rows a step went through, those it left out among them."""
    left_out = step.get("Rows Removed by Filter", 0) + step.get("Rows Removed by Index Recheck", 0)
    return int((step["Actual Rows"] + left_out) * step["Actual Loops"])

"""How many tickets each of several searches finds, as a menu says it: a thousand at the most.

Counted away from any page: a page shows what is known, and a script asks for it anew (views/saved.py). All that is to
be counted is one statement; the planner is asked before, as by any search, how each is best gone about.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction

from tickets.finding.meaning import Asked, understand
from tickets.finding.reading import Reach, counting
from tickets.finding.remembered import Remembered, known, remember
from tickets.finding.terms import NotUnderstood

# Longer than this no number in a menu is worth.
LONGEST_MS = 1_500
REACH = Reach()


def count_lines(lines: Iterable[str], *, user: User, now: datetime, reach: Reach = REACH) -> Mapping[str, Remembered]:
    """As it is remembered, and counted anew where that is not fresh."""
    asked = list(dict.fromkeys(lines))
    told = dict(known(asked, user=user))
    old = [line for line in asked if line not in told or not told[line].is_fresh(now)]
    if old:
        anew = dict(zip(old, _count(old, user=user, now=now, reach=reach), strict=True))
        remember(anew, user=user)
        told |= anew
    return told


def _count(lines: Sequence[str], *, user: User, now: datetime, reach: Reach) -> list[Remembered]:
    found = [Remembered(now, None) for _ in lines]
    parts, given = list[str](), list[Any]()
    for place, asked in enumerate(_understood(line, user, now) for line in lines):
        if asked is None:
            continue
        try:
            sql, params = counting(asked, reach=reach)
        except EmptyResultSet:
            found[place] = Remembered(now, 0)
            continue
        parts.append(f"(SELECT %s::int, told.* FROM ({sql}) AS told)")  # noqa: S608  (put together by this package)
        given += [place, *params]
    for place, number, goes_on in _asked(" UNION ALL ".join(parts), given) if parts else ():
        found[place] = Remembered(now, min(number, reach.counted), goes_on or number > reach.counted)
    return found


def _understood(line: str, user: User, now: datetime) -> Asked | None:
    try:
        return understand(line, user=user, now=now)
    except NotUnderstood:
        return None


def _asked(sql: str, given: Sequence[Any]) -> list[tuple[int, int, bool]]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_MS}")
            cursor.execute(sql, list(given))
            rows: list[tuple[int, int, bool]] = cursor.fetchall()
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
            return rows
    except OperationalError:  # it took too long
        return []

"""Adds up one day: what happened in it (facts) becomes its lines, replaced as a whole. One statement counts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tickets.models import ReportDay, ReportLine
from tickets.reports.facts import ANSWERED, FACTS
from tickets.reports.periods import midnight

COUNTED = (
    *("received", "answers", "automatic", "opened", "resolved", "reopened"),
    *("first_kept", "first_missed", "first_delayed", "next_kept", "next_missed", "next_delayed"),
    *("resolution_kept", "resolution_missed", "resolution_delayed"),
)
# Of these it is kept how often each value was: of what was said the hour, of the others how long it took.
SPREAD = {"received": "hours", "answers": "hours", "first": "lengths", "next": "lengths", "resolved": "lengths"}

# What each part is told apart by (ReportPart).
PARTS: Mapping[str, Sequence[str]] = {
    "whole": (),
    "queue": ("queue_id",),
    "account": ("address_id",),
    "agents": ("agent_id",),
    "tags": ("tag_id",),
    "searches": ("search_id",),
    "place": ("queue_id", "address_id", "private"),
    "agent": ("queue_id", "address_id", "private", "agent_id"),
    "tag": ("queue_id", "address_id", "private", "tag_id"),
    "search": ("queue_id", "address_id", "private", "search_id"),
}
_KEY = "part, queue_id, address_id, private, agent_id, tag_id, search_id"  # 0 where there is none
_COUNTS = ", ".join(f"count(*) FILTER (WHERE figure = '{one}') AS {one}" for one in COUNTED)
_SPREADS = ", ".join(
    f"array_agg(value ORDER BY value) FILTER (WHERE figure = '{one}') AS {one}_{of}, "
    f"array_agg(times ORDER BY value) FILTER (WHERE figure = '{one}') AS {one}_counts"
    for one, of in SPREAD.items()
)
_COLUMNS = [*COUNTED, *(f"{one}_{what}" for one, of in SPREAD.items() for what in (of, "counts"))]
_TOLD = ", ".join(one if one in COUNTED else f"coalesce({one}, '{{}}')" for one in _COLUMNS)


def _part(name: str) -> str:
    """The facts of one part, each with what tells it apart; nothing else is told of them."""
    by = PARTS[name]
    told = [f"'{name}' AS part", *(f"{one if one in by else 0} AS {one}" for one in _IDS)]
    told.append(f"{'private' if 'private' in by else 'FALSE'} AS private")
    rows = f"SELECT {', '.join(told)}, figure, at, length FROM facts"  # noqa: S608  (names of this module)
    return rows + "".join(beside for one, beside in _BESIDE.items() if one in by)


_IDS = ("queue_id", "address_id", "agent_id", "tag_id", "search_id")
_BESIDE = {
    "agent_id": " WHERE agent_id IS NOT NULL",
    "tag_id": " JOIN tickets_ticket_tags w ON w.ticket_id = facts.ticket_id",
    "search_id": " JOIN found w ON w.ticket_id = facts.ticket_id",
}
# By which search queries: any message of the ticket. OFFSET 0: by the index, ticket by ticket.
_FOUND = """
SELECT DISTINCT f.ticket_id, s.id AS search_id
FROM (SELECT DISTINCT ticket_id FROM facts) f
CROSS JOIN LATERAL (
  SELECT m.labels FROM tickets_message m WHERE m.ticket_id = f.ticket_id AND m.labels[1] IS NOT NULL OFFSET 0
) m
JOIN tickets_searchlabel s ON s.name = ANY(m.labels)
"""
_PARTED = "\n  UNION ALL ".join(map(_part, PARTS))
_ADD_UP = f"""
WITH answered AS MATERIALIZED ({ANSWERED}),
facts AS MATERIALIZED (SELECT * FROM ({FACTS}) f),
found AS MATERIALIZED ({_FOUND}),
parted AS MATERIALIZED ({_PARTED}),
counted AS (SELECT {_KEY}, {_COUNTS} FROM parted GROUP BY {_KEY}),
valued AS (
  SELECT {_KEY}, figure, coalesce(length, extract(hour FROM at AT TIME ZONE %(zone)s)::int) AS value, count(*) AS times
  FROM parted WHERE figure = ANY(%(spread)s) GROUP BY {_KEY}, figure, value
),
spread AS (SELECT {_KEY}, {_SPREADS} FROM valued GROUP BY {_KEY})
INSERT INTO tickets_reportline (day_id, {_KEY}, {", ".join(_COLUMNS)})
SELECT %(day)s, part, nullif(queue_id, 0), nullif(address_id, 0),
       CASE WHEN part IN ('place', 'agent', 'tag', 'search') THEN private END,
       nullif(agent_id, 0), nullif(tag_id, 0), nullif(search_id, 0), {_TOLD}
FROM counted LEFT JOIN spread USING ({_KEY})
"""  # noqa: S608  (names of this module)


def stretch(day: date, zone: str) -> tuple[datetime, datetime]:
    """From its midnight to the next one, on the wall's clock there."""
    place = ZoneInfo(zone)
    return midnight(day, place), midnight(day + timedelta(days=1), place)


@transaction.atomic
def figure(day: ReportDay, *, now: datetime) -> bool:
    """Whether it was added up here: somebody else may be at it, or have been."""
    mine = ReportDay.objects.select_for_update(skip_locked=True).filter(pk=day.pk, stale=True)
    if not mine.exists():
        return False
    ReportLine.objects.filter(day=day.pk).delete()
    start, stop = stretch(day.day, day.zone)
    given: dict[str, Any] = {"start": start, "stop": stop, "now": now}
    given |= {"zone": day.zone, "day": day.pk, "spread": list(SPREAD)}
    with connection.cursor() as cursor:
        cursor.execute(_ADD_UP, given)
    ReportDay.objects.filter(pk=day.pk).update(stale=False, figured_at=now)
    return True

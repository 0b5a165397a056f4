"""Reports as files: the figures of each day, and the tickets behind them, row by row from the database as they are
asked for, so that neither their number nor their size is bounded by anybody's memory. No words of customers are in
them: a ticket's number leads to those for who may read them.
"""

import csv
import io
from collections.abc import Generator, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from kapture.spreadsheets import disarm
from tickets.permissions import may, visible_tickets
from tickets.reports.asking import ONE_OF, Asked, conditions, found_by
from tickets.reports.figuring import COUNTED
from tickets.reports.lengths import within
from tickets.reports.periods import midnight
from tickets.reports.reading import TIMED

_AT_ONCE = 500  # rows to a piece

_FIGURES = ("day", "queue", "account", "private", "agent", "tag", "search_query", *COUNTED)
_OF_TIMES = tuple(f"{one}_{what}" for one in TIMED for what in ("times", "p50_seconds", "p90_seconds"))
_TICKETS = (
    *(
        "ticket",
        "link",
        "account",
        "queue",
        "private",
        "began_as",
        "status",
        "priority",
        "assignee",
        "tags",
        "found_by",
    ),
    *("opened", "first_reply", "first_reply_seconds", "resolved", "resolution_seconds", "messages"),
)


def figures_file(asked: Asked) -> Iterator[str]:
    """A row for each day, queue, account and privacy; of an agent, tag or search query where one is asked about."""
    part = next((one for one in ONE_OF if getattr(asked, one) is not None), "place")
    held, given = conditions(asked, part=part)
    counted = ", ".join(f"l.{one}" for one in COUNTED)
    spread = ", ".join(f"l.{one}_lengths, l.{one}_counts" for one in TIMED)
    sql = f"""
SELECT d.day, q.name, coalesce(nullif(a.handle, ''), a.name), l.private, coalesce(u.username, ''), coalesce(w.name, ''),
       coalesce(s.name, ''),
       {counted}, {spread}
FROM tickets_reportday d JOIN tickets_reportline l ON l.day_id = d.id JOIN tickets_queue q ON q.id = l.queue_id
JOIN tickets_address a ON a.id = l.address_id LEFT JOIN auth_user u ON u.id = l.agent_id
LEFT JOIN tickets_tag w ON w.id = l.tag_id LEFT JOIN tickets_searchlabel s ON s.id = l.search_id
WHERE {held} ORDER BY d.day, q.name, a.id, l.private
"""  # noqa: S608  (names of this module)
    return _file((*_FIGURES, *_OF_TIMES), (_with_percentiles(row) for row in _rows(sql, given)))


def _with_percentiles(row: Sequence[Any]) -> list[Any]:
    count = len(_FIGURES)
    told = list(row[:count])
    for lengths, counts in zip(row[count::2], row[count + 1 :: 2], strict=True):
        told += [sum(counts), within(lengths, counts, 0.5), within(lengths, counts, 0.9)]
    return told


def tickets_file(asked: Asked) -> Iterator[str]:
    """Every ticket that began in these days, as it is now, in the order in which they began."""
    start, stop = (midnight(day, asked.zone) for day in (asked.period.first, asked.period.after))
    seen = visible_tickets(asked.user).filter(opened_at__gte=start, opened_at__lt=stop, merged_into=None)
    narrowed = {"queue": asked.queue, "address": asked.account, "assignee": asked.agent, "tags": asked.tag}
    seen = seen.filter(**{name: one for name, one in narrowed.items() if one is not None}).order_by()
    seen = seen if asked.search is None else seen.filter(found_by(asked.search.name))
    chosen, given = seen.values("pk").query.sql_with_params()
    sql = f"""
SELECT t.id, coalesce(nullif(a.handle, ''), a.name), q.name, t.private, t.kind, t.status, t.priority,
       coalesce(u.username, ''),
       coalesce((SELECT string_agg(w.name, ', ' ORDER BY w.name) FROM tickets_ticket_tags h
                 JOIN tickets_tag w ON w.id = h.tag_id WHERE h.ticket_id = t.id), ''),
       coalesce((SELECT string_agg(DISTINCT o.label, ', ') FROM tickets_message f, unnest(f.labels) AS o (label)
                 WHERE f.ticket_id = t.id AND f.labels[1] IS NOT NULL), ''),
       t.opened_at,
       (SELECT min(m.sent_at) FROM tickets_message m WHERE m.ticket_id = t.id AND m.direction = 'out'
         AND NOT m.automated AND m.external_id IS NOT NULL AND (%s OR m.visibility <> 'private')),
       CASE WHEN t.status IN ('resolved', 'closed') THEN t.resolved_at END, t.message_count
FROM tickets_ticket t JOIN tickets_queue q ON q.id = t.queue_id JOIN tickets_address a ON a.id = t.address_id
LEFT JOIN auth_user u ON u.id = t.assignee_id
WHERE t.id IN ({chosen}) ORDER BY t.opened_at, t.id
"""  # noqa: S608  (names of this module, and SQL of the database layer)
    return _file(_TICKETS, (_ticket(row, asked) for row in _rows(sql, [may(asked.user, "see_private"), *given])))


def _ticket(row: Sequence[Any], asked: Asked) -> list[Any]:
    number, *told, opened, replied, resolved, messages = row
    link = f"{settings.PUBLIC_URL}{reverse('ticket', args=[number])}"
    times = [opened, replied, _seconds(opened, replied), resolved, _seconds(opened, resolved)]
    return [number, link, *told, *(_shown(one, asked) for one in times), messages]


def _seconds(start: Any, end: Any) -> int | None:
    return None if end is None else max(0, round((end - start).total_seconds()))


def _shown(told: Any, asked: Asked) -> Any:
    return told.astimezone(asked.zone).isoformat(timespec="seconds") if hasattr(told, "astimezone") else told


def _rows(sql: str, given: Any) -> Iterator[Sequence[Any]]:
    """By a cursor of the server's, within a transaction that only reads and ends with the last row, or when nobody
    wants more."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql, given)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


def _file(head: Sequence[str], rows: Generator[Sequence[Any]]) -> Iterator[str]:
    """In pieces of some hundred rows."""
    piece = io.StringIO()
    writer = csv.writer(piece)
    writer.writerow(head)
    try:
        for number, row in enumerate(rows, start=1):
            writer.writerow([disarm(one) if isinstance(one, str) else one for one in row])
            if number % _AT_ONCE == 0:
                yield piece.getvalue()
                piece.seek(0), piece.truncate()
        yield piece.getvalue()
    finally:
        rows.close()

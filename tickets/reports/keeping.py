"""Keeps the days of the reports: which have to be added up anew, because something of them changed or came late, and
when. Nothing is added up for who looks: a page reads what is kept, however much there is.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from tickets.models import Message, NoticeSettings, ReportDay, ReportLine, ReportReader
from tickets.permissions import who_may
from tickets.reading.changes import OtherServer, Place, present, read_changes
from tickets.reports.figuring import figure
from tickets.reports.periods import Period, midnight

log = logging.getLogger(__name__)
_AT_ONCE = 1000
# What is older than yesterday is added up anew no more often than that.
OLD_DAYS_EVERY = timedelta(minutes=15)

_BEGIN = """
INSERT INTO tickets_reportday (zone, day, stale)
SELECT %(zone)s, day::date, TRUE FROM generate_series(
    (coalesce((SELECT min(day) FROM tickets_reportday WHERE zone = %(zone)s),
              (SELECT (min(opened_at) AT TIME ZONE %(zone)s)::date FROM tickets_ticket), %(today)s))::timestamp,
    %(today)s::timestamp, '1 day') AS day
ON CONFLICT (zone, day) DO NOTHING
"""
# All moments at which something was, on these tickets. What was taken back since was at the moment of its line.
_TOUCHED = """
INSERT INTO tickets_reportday (zone, day, stale)
SELECT z.zone, (f.at AT TIME ZONE z.zone)::date, TRUE
FROM (
  SELECT DISTINCT date_bin('15 minutes', at, TIMESTAMPTZ '2000-01-01') AS at FROM (
    SELECT opened_at AS at FROM tickets_ticket WHERE id = ANY(%(tickets)s::bigint[])
    UNION ALL SELECT resolved_at FROM tickets_ticket WHERE id = ANY(%(tickets)s::bigint[])
    UNION ALL SELECT sent_at FROM tickets_message WHERE ticket_id = ANY(%(tickets)s::bigint[])
    UNION ALL SELECT at FROM tickets_activity WHERE ticket_id = ANY(%(tickets)s::bigint[])
    UNION ALL SELECT due_at FROM tickets_slaclock WHERE ticket_id = ANY(%(tickets)s::bigint[])
    UNION ALL SELECT ended_at FROM tickets_slaclock WHERE ticket_id = ANY(%(tickets)s::bigint[])
  ) moments WHERE at <= %(now)s
) f CROSS JOIN unnest(%(zones)s::text[]) AS z (zone)
GROUP BY 1, 2
ON CONFLICT (zone, day) DO UPDATE SET stale = TRUE WHERE NOT tickets_reportday.stale
"""


def keep(*, now: datetime, at_most: timedelta, anew: bool = False) -> int:
    """Add up what is stale, the newest first, as long as there is time; returns how many days. Not inside a
    transaction. `anew`: all days are stale."""
    until = time.monotonic() + at_most.total_seconds()
    zones = zones_kept()
    _forget(zones)
    for zone in zones:
        _begin(zone, now=now)
    _note_changes(zones, now=now)
    if anew:
        ReportDay.objects.update(stale=True)
    done = 0
    for day in _stale(now, every=anew):
        if time.monotonic() > until:
            break
        done += figure(day, now=now)
    return done


def zones_kept() -> Sequence[str]:
    """Those in which somebody reads the reports, the desk's own first."""
    theirs = NoticeSettings.objects.filter(person__in=who_may("see", "report")).exclude(time_zone="")
    return list(dict.fromkeys([settings.TIME_ZONE, *sorted(theirs.values_list("time_zone", flat=True).distinct())]))


def are_added_up(zone: ZoneInfo, period: Period) -> bool:
    """Whether every day of it that is kept is added up as it ended, with all that was known when the last one had. What
    changes later still changes them."""
    days = ReportDay.objects.filter(zone=zone.key, day__range=(period.first, period.last))
    over = midnight(period.after, zone)
    late = [(day, stale, at is not None and at >= over) for day, stale, at in days.values_list(*_STATE)]
    last = any(day == period.last and fresh for day, _stale, fresh in late)
    return last and not any(stale and not fresh for _day, stale, fresh in late)


_STATE = ("day", "stale", "figured_at")


def _stale(now: datetime, *, every: bool) -> Iterable[ReportDay]:
    days = ReportDay.objects.filter(stale=True).order_by("-day", "zone")
    if not every:
        lately = now.date() - timedelta(days=2)
        days = days.filter(Q(day__gte=lately) | Q(figured_at=None) | Q(figured_at__lt=now - OLD_DAYS_EVERY))
    return list(days)


def _forget(zones: Sequence[str]) -> None:
    """In which nobody reads them any more."""
    gone = ReportDay.objects.exclude(zone__in=zones)
    if gone.exists():
        ReportLine.objects.filter(day__in=gone).delete()
        gone.delete()


def _begin(zone: str, *, now: datetime) -> None:
    """Every day there is from the first ticket on; the latest two move still."""
    today = now.astimezone(ZoneInfo(zone)).date()
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, {"zone": zone, "today": today})
    ReportDay.objects.filter(zone=zone, day__gte=today - timedelta(days=1)).update(stale=True)


def _note_changes(zones: Sequence[str], *, now: datetime) -> None:
    """Every day of a ticket is stale of which anything changed, or on which a message did. How far they were read is
    moved in the same transaction, so nothing is forgotten."""
    reader = ReportReader.objects.first() or _first_reader()
    more = True
    while more:
        try:
            tickets = read_changes("ticket", Place(reader.ticket_changed, reader.ticket_number), size=_AT_ONCE)
            messages = read_changes("message", Place(reader.message_changed, reader.message_number), size=_AT_ONCE)
        except OtherServer:
            log.warning("Reports: the database was restored; all days are added up anew.")
            ReportDay.objects.update(stale=True)
            reader.delete()
            _first_reader()
            return
        moved = {
            "ticket_changed": tickets.place.changed,
            "ticket_number": tickets.place.number,
            "message_changed": messages.place.changed,
            "message_number": messages.place.number,
        }
        if not _mark(reader, moved, tickets.numbers, messages.numbers, zones, now=now):
            return  # somebody else was here meanwhile
        reader, more = ReportReader(pk=reader.pk, **moved), tickets.more or messages.more


def _first_reader() -> ReportReader:
    """All there is is added up for the first time anyhow."""
    place = present()
    told = {"ticket_changed": place.changed, "message_changed": place.changed}
    return ReportReader.objects.get_or_create(pk=1, defaults=told)[0]


@transaction.atomic
def _mark(
    reader: ReportReader,
    moved: dict[str, int],
    tickets: Sequence[int],
    messages: Sequence[int],
    zones: Sequence[str],
    *,
    now: datetime,
) -> bool:
    unmoved = {name: getattr(reader, name) for name in moved}
    if not ReportReader.objects.filter(pk=reader.pk, **unmoved).update(**moved):
        return False
    said_on = Message.objects.filter(pk__in=messages, ticket__isnull=False).values_list("ticket", flat=True).distinct()
    touched = sorted({*tickets, *(said_on if messages else ())} - {None})
    if touched:
        with connection.cursor() as cursor:
            cursor.execute(_TOUCHED, {"tickets": touched, "zones": list(zones), "now": now})
    return True

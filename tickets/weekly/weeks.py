"""Which week a mail tells of, and when it goes. Pure; `now` is passed in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tickets.reports.periods import Period

# On Monday from then on, on the clock there; until the same hour of Tuesday, for a worker that was down.
HOUR = time(7)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def last_week(now: datetime, zone: ZoneInfo) -> Period:
    """The last whole one there, from Monday to Sunday."""
    return _week(_monday(now, zone) - _WEEK)


def week_due(now: datetime, zone: ZoneInfo) -> Period | None:
    """The week that is told at this moment; None where it is too early, or too late."""
    monday = _monday(now, zone)
    return _week(monday - _WEEK) if _morning(monday, zone) <= now < _morning(monday + _DAY, zone) else None


def before(week: Period) -> Period:
    return _week(week.first - _WEEK)


def both(week: Period) -> Period:
    """The week and the one before."""
    return Period(before(week).first, week.last)


def _week(monday: date) -> Period:
    return Period(monday, monday + 6 * _DAY)


def _monday(now: datetime, zone: ZoneInfo) -> date:
    today = now.astimezone(zone).date()
    return today - today.weekday() * _DAY


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, HOUR, tzinfo=zone).astimezone(UTC)

"""When does a promise run? Business hours: a week of opening hours, holidays, days of their own. Pure.

A moment of the wall clock becomes a moment of time as iCalendar reads it (RFC 5545, 3.3.5): one that is shown twice
when clocks go back is the first of the two, one that is skipped when they go forward counts on from before.
"""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from kapture.words import Sentence, gettext_noop
from tickets.promises.opening import Hours, Span, WrongHours, read_spans

DAY = 24 * 60  # minutes
HORIZON = timedelta(days=3660)  # no promise is reckoned farther
Period = tuple[datetime, datetime]
_LINE = re.compile(r"(\d{4}-\d{2}-\d{2})\s+(?:closed|(\d{1,2}:\d{2}[-–,:\d\s]*))(?:\s+[^\d\s].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """`days` are the spans of single dates, which win over everything; on `holidays` nobody works."""

    week: Hours
    days: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    holidays: Container[date] = ()

    def spans_of(self, day: date) -> Sequence[Span]:
        if day in self.days:
            return self.days[day]
        return () if day in self.holidays else self.week.spans.get(day.weekday(), ())

    def is_open(self, moment: datetime) -> bool:
        """By the wall clock, whatever happens to clocks that day."""
        local = moment.astimezone(self.week.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.spans_of(local.date()))

    def periods(self, since: datetime) -> Iterator[Period]:
        """What is open from then to the horizon, in order, none touching another. In UTC, for wall clocks lie."""
        since = since.astimezone(UTC)
        pending: Period | None = None
        for start, end in self._opened(since):
            if end <= since:
                continue
            if pending is not None and start <= pending[1]:
                pending = pending[0], max(pending[1], end)
                continue
            if pending is not None:
                yield pending
            pending = max(start, since), end
        if pending is not None:
            yield pending

    def _opened(self, since: datetime) -> Iterator[Period]:
        # A day earlier: its last moment may lie beyond midnight when clocks are changed.
        first = since.astimezone(self.week.zone).date() - timedelta(days=1)
        for number in range(HORIZON.days):
            day = first + timedelta(days=number)
            for opens, closes in sorted(self.spans_of(day)):
                start, end = self._moment(day, opens), self._moment(day, closes)
                if start < end:
                    yield start, end

    def _moment(self, day: date, minute: int) -> datetime:
        days, rest = divmod(minute, DAY)
        wall = datetime.combine(day + timedelta(days=days), time(*divmod(rest, 60)), self.week.zone)
        return wall.astimezone(UTC)


def due(calendar: Calendar | None, start: datetime, promised: timedelta, *, still: Sequence[Period] = ()) -> datetime:
    """When so much open time has passed. Without a calendar all time is open; what lies in `still` does not count.

    What never opens so long is due at the horizon.
    """
    if calendar is None and not still:
        return start + promised
    left = promised
    for opened, closed in _counted(calendar, start, still):
        if left <= closed - opened:
            return opened + left
        left -= closed - opened
    return start + HORIZON


def worked(
    calendar: Calendar | None, start: datetime, end: datetime, *, still: Sequence[Period] = ()
) -> Sequence[Period]:
    """What was open between the two, and did not stand still."""
    if calendar is None and not still:
        return [(start, end)] if start < end else []
    found: list[Period] = []
    for opened, closed in _counted(calendar, start, still):
        if opened >= end:
            break
        found.append((opened, min(closed, end)))
    return found


def _counted(calendar: Calendar | None, since: datetime, still: Sequence[Period]) -> Iterator[Period]:
    """What is open from then to the horizon without what stands still, in order."""
    pauses = sorted(still)
    for opened, closed in calendar.periods(since) if calendar else [(since, since + HORIZON)]:
        start = opened
        for stops, goes_on in pauses:
            if goes_on > start and stops < closed:
                if start < stops:
                    yield start, stops
                start = max(start, goes_on)
        if start < closed:
            yield start, closed


def read_days(text: str) -> dict[date, list[Span]]:
    """From lines as people write them: `2026-12-24 09:00-12:00 Christmas Eve`, `2026-12-31 closed`.

    Raises WrongHours.
    """
    days: dict[date, list[Span]] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        found = _LINE.fullmatch(line)
        if found is None:
            raise WrongHours(
                Sentence(
                    gettext_noop("“{line}” is no line of a day. Write: 2026-12-24 09:00-12:00, or: 2026-12-25 closed"),
                    line=line,
                )
            )
        try:
            day = date.fromisoformat(found[1])
        except ValueError:
            raise WrongHours(Sentence(gettext_noop("“{line}” names a day no calendar shows."), line=line)) from None
        if day in days:
            raise WrongHours(
                Sentence(gettext_noop("“{line}” names a day once more. Write all its hours in one line."), line=line)
            )
        days[day] = read_spans(found[2], line) if found[2] else []
    return days

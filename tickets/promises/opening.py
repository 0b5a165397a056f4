"""Opening hours: days, spans and a time zone. Pure: told a moment, says whether somebody is there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from kapture.words import Sentence, gettext_noop

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LINE = re.compile(r"([a-z]{3})(?:\s*[-–]\s*([a-z]{3}))?\s+(.+)", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")
_MOST_NAMED = len(DAYS)  # days in one sentence; hours of one day each may be wrong on hundreds
Span = tuple[int, int]  # minutes of the day: from, up to but not including


class WrongHours(ValueError):
    """The text says what is wrong, and what would be right."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Wall-clock times in the zone, also on the days when its clocks are changed."""

    zone: ZoneInfo
    spans: Mapping[int, Sequence[Span]] = field(default_factory=dict)  # weekday, Monday 0 → spans

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.spans.get(local.weekday(), ()))


def read_hours(text: str, zone: ZoneInfo) -> Hours:
    """From lines as people write them: `Mon-Fri 09:00-12:30, 13:00-18:00`. Raises WrongHours."""
    spans: dict[int, list[Span]] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        found = _LINE.fullmatch(line)
        if found is None:
            raise WrongHours(
                Sentence(gettext_noop("“{line}” is no line of opening hours. Write: Mon-Fri 09:00-18:00"), line=line)
            )
        for day in _days(found[1], found[2] or found[1], line):
            spans.setdefault(day, []).extend(read_spans(found[3], line))
    return Hours(zone, spans)


def read_spans(text: str, line: str) -> list[Span]:
    """`09:00-12:30, 13:00-18:00`, which stands in this line. Raises WrongHours."""
    return [_span(part.strip(), line) for part in text.split(",")]


def refuse_overlaps(days: Mapping[str, Sequence[Span]]) -> None:
    """For who writes hours: what is open twice is a slip. Hours kept from before are read as one span. Raises
    WrongHours."""
    twice: dict[tuple[Span, Span], dict[str, None]] = {}  # by span, each day once
    for day, spans in days.items():
        for one, next_one in pairwise(sorted(spans)):
            if next_one[0] < one[1]:
                twice.setdefault((one, next_one), {})[day] = None
    if twice:
        (one, next_one), named = next(iter(twice.items()))
        told = ", ".join(list(named)[:_MOST_NAMED]) + (", …" if len(named) > _MOST_NAMED else "")
        overlap = gettext_noop("{one} and {other} overlap ({days}). Write them as one span, or mend the times.")
        raise WrongHours(Sentence(overlap, one=_clock(one), other=_clock(next_one), days=told))


def by_name(hours: Hours) -> dict[str, Sequence[Span]]:
    return {DAYS[day]: spans for day, spans in sorted(hours.spans.items())}


def _clock(span: Span) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)


def _days(first: str, last: str, line: str) -> list[int]:
    names = [day.casefold() for day in DAYS]
    if first.casefold() not in names or last.casefold() not in names:
        raise WrongHours(
            Sentence(gettext_noop("“{line}” names no day. Days: {days}."), line=line, days=", ".join(DAYS))
        )
    start, end = names.index(first.casefold()), names.index(last.casefold())
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _span(text: str, line: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise WrongHours(
            Sentence(gettext_noop("“{line}” names no time. Write: Mon-Fri 09:00-12:30, 13:00-18:00"), line=line)
        )
    hours, minutes, to_hours, to_minutes = (int(part) for part in found.groups())
    start, end = hours * 60 + minutes, to_hours * 60 + to_minutes
    if max(minutes, to_minutes) > 59 or end > 24 * 60:
        raise WrongHours(Sentence(gettext_noop("“{line}” names a time no clock shows."), line=line))
    if start >= end:
        raise WrongHours(
            Sentence(
                gettext_noop(
                    "“{line}” ends before it begins. Over midnight, write two lines: Fri 22:00-24:00, Sat 00:00-02:00."
                ),
                line=line,
            )
        )
    return start, end

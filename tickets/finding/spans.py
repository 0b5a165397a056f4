"""Stretches of time as people name them: `<2h`, `>7d`, `today`, `2026-11-01..2026-11-05`, `2026-11-29..`. Pure; `now`
is passed in, in the time zone of whoever asks."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

PROMISES = ("first:2026-11-01..2026-11-05", "next:<7d", "resolution:today", "yesterday")
_METRICS = ("first", "next", "resolution")
SAID = ("mon-10:<30d", "sun-0:2026-11-01..2026-11-30")
SPANS = ("<2h", ">7d", "today", "2026-11-01", "2026-11-01..2026-11-05", "2026-11-01..")
_LENGTHS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOUR = re.compile(rf"({'|'.join(_WEEKDAYS)})-([01]?\d|2[0-3])")
_AWAY = re.compile(r"(<|>)(\d{1,4})([mhdw])")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` up to but not including `stop`; None is open."""

    start: datetime | None = None
    stop: datetime | None = None


def is_span(text: str, *, past: bool) -> bool:
    if text in ("late", "none"):
        return not past
    try:
        read_span(text, now=datetime(2026, 1, 1, tzinfo=UTC), past=past)
    except ValueError:
        return False
    return True


def is_said(text: str) -> bool:
    return is_span(read_hour(text)[1], past=True)


def read_hour(text: str) -> tuple[tuple[int, int] | None, str]:
    """Of which weekday (0: Monday) and hour alone, and the stretch of time: `mon-10:<30d`, between ten and eleven."""
    hour, colon, span = text.partition(":")
    found = _HOUR.fullmatch(hour) if colon else None
    return ((_WEEKDAYS.index(found[1]), int(found[2])), span) if found else (None, text)


def hour_word(weekday: int, hour: int) -> str:
    return f"{_WEEKDAYS[weekday]}-{hour}"


def is_promise(text: str) -> bool:
    return is_span(read_promise(text)[1], past=True)


def read_promise(text: str) -> tuple[str, str]:
    """Which promise (empty: any), and the stretch of time: `first:today`."""
    metric, colon, span = text.partition(":")
    return (metric, span) if colon and metric in _METRICS else ("", text)


def read_span(text: str, *, now: datetime, past: bool) -> Stretch:
    """`past`: `<2h` is within the last two hours, else within the next. ValueError for what is no stretch of time."""
    if away := _AWAY.fullmatch(text):
        sign, number, unit = away.groups()
        length = int(number) * _LENGTHS[unit]
        try:
            edge = now.astimezone(UTC) + (-length if past else length)  # hours are hours, whatever the wall shows
        except OverflowError:
            raise ValueError(text) from None
        if past:
            return Stretch(start=edge) if sign == "<" else Stretch(stop=edge)
        return Stretch(stop=edge) if sign == "<" else Stretch(start=edge)
    if text in _DAYS:
        return _day(now, _midnight(now) + timedelta(days=_DAYS[text]))
    if text[:1] in "<>" and text:
        day = _date(text[1:], now)
        return Stretch(stop=day) if text[0] == "<" else Stretch(start=_day(now, day).stop)
    first, dots, last = text.partition("..")
    if not dots:
        return _day(now, _date(text, now))
    start = _date(first, now) if first else None
    stop = _day(now, _date(last, now)).stop if last else None
    if text == ".." or (start and stop and stop <= start):
        raise ValueError(text)
    return Stretch(start, stop)


def _date(text: str, now: datetime) -> datetime:
    found = _DAY.fullmatch(text)
    if not found or not 1990 <= int(found[1]) <= 2200:
        raise ValueError(text)
    return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=now.tzinfo)


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.date(), time(), tzinfo=now.tzinfo)


def _day(now: datetime, start: datetime) -> Stretch:
    return Stretch(start, start + timedelta(days=1))  # on the wall's clock, whatever it is turned by that night

"""When promises run: rules one by one, and held against a reference that reads every minute of the clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.calendars import HORIZON, Calendar, due, read_days, worked
from tickets.promises.opening import WrongHours, read_hours
from tickets.promises.public_holidays import PublicHolidays, fault_of

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


def office(
    week: str = "Mon-Fri 09:00-12:30, 13:00-18:00",
    *,
    days: str = "",
    zone: ZoneInfo = BERLIN,
    holidays: PublicHolidays | tuple[()] = (),
) -> Calendar:
    return Calendar(week=read_hours(week, zone), days=read_days(days), holidays=holidays)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def due_at(calendar: Calendar, start: str, minutes: int) -> str:
    moment = due(calendar, berlin(start), timedelta(minutes=minutes))
    return moment.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        pytest.param("2026-11-02 10:00", 60, "2026-11-02 11:00", id="within a span"),
        pytest.param("2026-11-02 12:00", 60, "2026-11-02 13:30", id="the break does not count"),
        pytest.param("2026-11-02 12:45", 30, "2026-11-02 13:30", id="asked in the break, it starts after it"),
        pytest.param("2026-11-02 17:30", 30, "2026-11-02 18:00", id="due with the closing, not the next morning"),
        pytest.param("2026-11-02 17:30", 60, "2026-11-03 09:30", id="the rest runs the next morning"),
        pytest.param("2026-11-06 17:30", 60, "2026-11-09 09:30", id="over the weekend"),
        pytest.param("2026-11-07 11:00", 60, "2026-11-09 10:00", id="asked on a Saturday, it starts on Monday"),
        pytest.param("2026-11-02 00:00", 5 * 510, "2026-11-06 18:00", id="a whole week"),
    ],
)
def test_a_promise_runs_in_business_hours_only(start: str, minutes: int, expected: str) -> None:
    assert due_at(office(), start, minutes) == expected


def test_public_holidays_of_country_and_region_are_closed() -> None:
    bavaria = office(holidays=PublicHolidays("DE", "BY"))
    assert due_at(bavaria, "2026-01-05 17:30", 60) == "2026-01-07 09:30"  # Epiphany is one there
    assert due_at(office(holidays=PublicHolidays("DE", "BE")), "2026-01-05 17:30", 60) == "2026-01-06 09:30"


def test_own_days_win_over_holidays_and_the_week() -> None:
    open_at_christmas = office(days="2026-12-25 10:00-11:00 on call\n2026-12-24 closed", holidays=PublicHolidays("DE"))
    assert due_at(open_at_christmas, "2026-12-23 17:30", 60) == "2026-12-25 10:30"


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        pytest.param("2026-03-28 12:00", 23 * 60, "2026-03-29 12:00", id="that day has 23 hours"),
        pytest.param("2026-10-24 12:00", 25 * 60, "2026-10-25 12:00", id="that day has 25 hours"),
    ],
)
def test_a_day_on_which_clocks_are_changed_is_as_long_as_it_is(start: str, minutes: int, expected: str) -> None:
    assert due_at(office("Mon-Sun 00:00-24:00"), start, minutes) == expected


def test_what_never_opens_so_long_is_due_at_the_horizon() -> None:
    never = office("", days="2026-11-03 09:00-10:00")
    start = berlin("2026-11-02 10:00")
    assert due(never, start, timedelta(minutes=61)) == start + HORIZON


def test_without_a_calendar_all_time_is_open() -> None:
    start = berlin("2026-11-07 11:00")
    assert due(None, start, 5 * MINUTE) == start + 5 * MINUTE
    assert worked(None, start, start + MINUTE) == [(start, start + MINUTE)]
    assert worked(None, start, start) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Christmas closed", "no line of a day"),
        ("2026-12-24", "no line of a day"),
        ("2026-02-30 closed", "no calendar shows"),
        ("2026-12-24 closed\n2026-12-24 09:00-10:00", "once more"),
        ("2026-12-24 12:00-09:00", "ends before it begins"),
    ],
)
def test_what_is_wrong_with_a_day_is_said_with_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(WrongHours, match=words):
        read_days(text)


@pytest.mark.parametrize(
    ("country", "region", "fault"),
    [("DE", "BY", None), ("", "", None), ("XX", "", "country"), ("DE", "ZZ", "region"), ("", "BY", "region")],
)
def test_an_unknown_country_or_region_is_named(country: str, region: str, fault: str | None) -> None:
    found = fault_of(country, region)
    assert (found and found[0]) == fault


TIMES = st.integers(0, 24 * 60)
SPAN = st.builds(
    lambda opens, length: (opens, min(opens + length, 24 * 60)), st.integers(0, 24 * 60 - 1), st.integers(1, 24 * 60)
)
SPANS = st.lists(SPAN, max_size=3)
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe"]
# Around the nights on which clocks change in one of these, and a plain one.
STARTS = [date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 3), date(2026, 7, 1)]


def wall_time(day: date, minute: int, zone: tzinfo) -> datetime:
    """Added on the wall clock, whatever that does to the time between."""
    return datetime.combine(day, time(), zone) + minute * MINUTE


def open_minutes(week: Sequence[Sequence[tuple[int, int]]], zone: ZoneInfo, start: datetime, count: int) -> list[bool]:
    """For each minute from then: does any span of a day begin before or with it, and end after it?"""
    spans = []
    for number in range(-2, count // 1440 + 3):
        day = start.astimezone(zone).date() + timedelta(days=number)
        for opens, closes in week[day.weekday()]:
            walls = [wall_time(day, minute, zone) for minute in (opens, closes)]
            spans.append([wall.timestamp() for wall in walls])
    moments = [(start + number * MINUTE).timestamp() for number in range(count)]
    return [any(opens <= moment < closes for opens, closes in spans) for moment in moments]


@given(
    week=st.lists(SPANS, min_size=7, max_size=7),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    start=st.builds(wall_time, st.sampled_from(STARTS), TIMES, st.just(UTC)),
    minutes=st.integers(1, 900),
    pauses=st.lists(st.tuples(st.integers(-100, 3 * 1440), st.integers(1, 900)), max_size=3),
)
def test_a_promise_ends_when_a_count_of_every_minute_says(
    week: list[list[tuple[int, int]]],
    zone: ZoneInfo,
    start: datetime,
    minutes: int,
    pauses: list[tuple[int, int]],
) -> None:
    calendar = Calendar(week=read_hours("", zone), days=_as_days(week, start))
    is_open = open_minutes(week, zone, start, 3 * 1440)
    for since, length in pauses:
        is_open[max(since, 0) : max(since + length, 0)] = [False] * len(is_open[max(since, 0) : max(since + length, 0)])
    still = [(start + since * MINUTE, start + (since + length) * MINUTE) for since, length in pauses]
    total = worked(calendar, start, start + 3 * 1440 * MINUTE, still=still)
    assert sum((end - begin for begin, end in total), timedelta()) == sum(is_open) * MINUTE
    if sum(is_open) >= minutes:
        last = [number for number, one in enumerate(is_open) if one][minutes - 1]
        assert due(calendar, start, minutes * MINUTE, still=still) == start + (last + 1) * MINUTE


def _as_days(week: list[list[tuple[int, int]]], start: datetime) -> dict[date, list[tuple[int, int]]]:
    days = [start.date() + timedelta(days=number) for number in range(-4, 9)]
    return {day: week[day.weekday()] for day in days}

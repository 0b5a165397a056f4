"""Opening hours as people write them, on a clock that changes."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tickets.promises.opening import WrongHours, by_name, read_hours, refuse_overlaps

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = read_hours("Mon-Fri 09:00-12:30, 13:00-18:00\nSat 10:00-14:00", BERLIN)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-02 09:00", True),  # a Monday
        ("2026-11-02 08:59", False),
        ("2026-11-02 12:30", False),
        ("2026-11-02 13:00", True),
        ("2026-11-02 18:00", False),
        ("2026-11-07 13:59", True),
        ("2026-11-08 11:00", False),
    ],
)
def test_somebody_is_there_within_the_spans_of_the_day(moment: str, is_open: bool) -> None:
    assert OFFICE.is_open(datetime.fromisoformat(moment).replace(tzinfo=BERLIN)) is is_open


def test_hours_are_wall_clock_hours_in_summer_and_winter() -> None:
    assert not OFFICE.is_open(datetime(2026, 11, 2, 7, 30, tzinfo=UTC))
    assert OFFICE.is_open(datetime(2026, 7, 6, 7, 30, tzinfo=UTC))


def test_a_span_of_days_may_go_over_the_weekend() -> None:
    assert sorted(read_hours("Sat-Mon 10:00-24:00", BERLIN).spans) == [0, 5, 6]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("whenever", "no line of opening hours"),
        ("Fun 09:00-10:00", "names no day"),
        ("Mon nine to five", "names no time"),
        ("Mon 09:00-25:00", "no clock shows"),
        ("Fri 22:00-02:00", "write two lines"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(text: str, words: str) -> None:
    with pytest.raises(WrongHours, match=words):
        read_hours(text, BERLIN)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "Mon-Tue 09:00-13:00, 12:00-18:00",
            "09:00-13:00 and 12:00-18:00 overlap (Mon, Tue). Write them as one span, or mend the times.",
        ),
        ("Thu-Fri 08:00-17:00\nFri 08:00-15:00", "08:00-15:00 and 08:00-17:00 overlap (Fri)."),
        ("Sat 12:00-14:00, 10:00-16:00, 15:00-15:30", "10:00-16:00 and 12:00-14:00 overlap (Sat)."),
        ("Mon 09:00-17:00\n" * 40, "09:00-17:00 and 09:00-17:00 overlap (Mon)."),
        ("Sat 10:00-16:00, 16:00-18:00\nSun 10:00-16:00", None),
    ],
)
def test_who_writes_a_time_twice_is_told_which_and_on_what_days(text: str, words: str | None) -> None:
    hours = by_name(read_hours(text, BERLIN))
    if words is None:
        refuse_overlaps(hours)
        return
    with pytest.raises(WrongHours, match=re.escape(words)):
        refuse_overlaps(hours)


def test_no_lines_are_never_open() -> None:
    assert not read_hours("", BERLIN).is_open(datetime(2026, 11, 2, 10, tzinfo=UTC))

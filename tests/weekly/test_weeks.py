"""Which week a mail tells of, and when it goes: Monday at seven on the wall's clock, wherever that is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tickets.weekly.weeks import before, both, last_week, week_due

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("zone", "opens", "first"),
    [
        ("UTC", datetime(2026, 3, 2, 7, tzinfo=UTC), date(2026, 2, 23)),
        ("Asia/Tokyo", datetime(2026, 3, 1, 22, tzinfo=UTC), date(2026, 2, 23)),
        ("Pacific/Kiritimati", datetime(2026, 3, 1, 17, tzinfo=UTC), date(2026, 2, 23)),
        ("Pacific/Honolulu", datetime(2026, 3, 2, 17, tzinfo=UTC), date(2026, 2, 23)),
        ("Asia/Kathmandu", datetime(2026, 3, 2, 1, 15, tzinfo=UTC), date(2026, 2, 23)),
        # Clocks were put forward, and back, in the night before.
        ("Europe/Berlin", datetime(2026, 3, 30, 5, tzinfo=UTC), date(2026, 3, 23)),
        ("Europe/Berlin", datetime(2026, 10, 26, 6, tzinfo=UTC), date(2026, 10, 19)),
        ("America/New_York", datetime(2026, 3, 9, 11, tzinfo=UTC), date(2026, 3, 2)),
    ],
)
def test_it_goes_from_seven_on_monday_to_seven_on_tuesday(zone: str, opens: datetime, first: date) -> None:
    place = ZoneInfo(zone)
    assert week_due(opens - MINUTE, place) is None
    for moment in (opens, opens + timedelta(hours=12), opens + timedelta(days=1) - MINUTE):
        week = week_due(moment, place)
        assert week is not None and (week.first, week.last) == (first, first + timedelta(days=6))
    assert week_due(opens + timedelta(days=1), place) is None


def test_a_tuesday_that_clocks_made_longer_changes_nothing() -> None:
    """In Gaza clocks were put forward on a Saturday: seven is seven all the same, 168 hours less one after the last."""
    place = ZoneInfo("Asia/Gaza")
    moments = [datetime(2025, 4, 7, tzinfo=UTC) + timedelta(minutes=n) for n in range(24 * 60)]
    first = next(moment for moment in moments if week_due(moment, place))
    assert first.astimezone(place).strftime("%a %H:%M") == "Mon 07:00"


def test_the_last_whole_week_is_told_on_any_day() -> None:
    zone = ZoneInfo("Europe/Berlin")
    for day in range(2, 9):
        week = last_week(datetime(2026, 3, day, 12, tzinfo=UTC), zone)
        assert (week.first, week.last) == (date(2026, 2, 23), date(2026, 3, 1))
    assert last_week(datetime(2026, 3, 1, 12, tzinfo=UTC), zone).first == date(2026, 2, 16)
    assert before(week).last == date(2026, 2, 22) and both(week).days == 14

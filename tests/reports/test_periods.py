"""Which days and whose: periods, days on which clocks are changed, lengths and what is within them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.factories import make_message, make_ticket
from tests.reports.adding import spread, told
from tickets.reports.lengths import DAY, HOUR, round_up, within
from tickets.reports.periods import NoPeriod, Period, midnight, period_of

TODAY = date(2026, 3, 4)
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        (("",), date(2026, 2, 26), TODAY),
        (("today",), TODAY, TODAY),
        (("yesterday",), date(2026, 3, 3), date(2026, 3, 3)),
        (("30d",), date(2026, 2, 3), TODAY),
        (("7d", "2026-01-05", "2026-01-06"), date(2026, 1, 5), date(2026, 1, 6)),
        (("", "2026-01-05", ""), date(2026, 1, 5), date(2026, 1, 5)),
    ],
)
def test_a_period_by_its_name_or_by_its_days(asked: tuple[str, ...], first: date, last: date) -> None:
    found = period_of(*asked, today=TODAY)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("asked", [("always",), ("", "soon"), ("", "2026-02-30"), ("", "0001-01-01", "0001-01-02")])
def test_what_is_no_period(asked: tuple[str, ...]) -> None:
    with pytest.raises(NoPeriod):
        period_of(*asked, today=TODAY)


def test_long_periods_are_told_week_by_week_to_their_last_day() -> None:
    found = Period(date(2026, 1, 1), date(2026, 3, 4))
    assert found.step == 7 and found.points[0] == found.first and found.points[-1] == date(2026, 2, 26)
    assert Period(TODAY, TODAY).points == [TODAY] and Period(TODAY, TODAY).span == "2026-03-04"


def test_a_day_begins_at_midnight_there_also_when_clocks_are_changed() -> None:
    zone = ZoneInfo(BERLIN)
    days = [midnight(date(2026, 3, 29) + timedelta(days=n), zone) for n in range(2)]
    assert days == [datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)]  # 23 hours


@pytest.mark.django_db
def test_the_hour_is_that_of_the_wall_and_the_day_that_of_the_zone() -> None:
    ticket = make_ticket()
    for hour in (21, 22, 23):
        moment = datetime(2026, 3, 28, hour, 30, tzinfo=UTC)
        make_message(ticket, sent_at=moment, received_at=moment)
    moment = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    make_message(ticket, sent_at=moment, received_at=moment)
    now = datetime(2026, 4, 1, tzinfo=UTC)
    line = told(date(2026, 3, 29), zone=BERLIN, now=now)
    assert spread(line, "received", "hours") == {0: 1, 3: 1}  # there is no hour 2 that night
    assert told(date(2026, 3, 28), zone=BERLIN, now=now).received == 2
    assert told(date(2026, 3, 29), zone="Asia/Kathmandu", now=now).received == 4  # a quarter to six hours ahead


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        *((0, 60), (1, 60), (61, 120), (HOUR, HOUR), (HOUR + 1, HOUR + 300), (4 * HOUR + 1, 4 * HOUR + 900)),
        *((DAY + 1, 25 * HOUR), (8 * DAY + 1, 8 * DAY + 6 * HOUR), (61 * DAY + 1, 62 * DAY)),
    ],
)
def test_lengths_are_rounded_up(seconds: int, told: int) -> None:
    assert round_up(seconds) == told


def test_half_and_nine_in_ten() -> None:
    lengths, counts = [60, 120, 600], [5, 4, 1]
    assert [within(lengths, counts, share) for share in (0.5, 0.9, 1)] == [60, 120, 600]
    assert within([], [], 0.5) is None

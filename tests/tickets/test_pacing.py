"""The arithmetic of a channel's windows: what answers correct, and how long a place in the line waits."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.factories import NOW
from tickets.outbound import Gauge
from tickets.sending.pacing import ARRIVAL, ROUNDING, Meter, correct, moment_of

QUARTER = 900
FRESH = Meter(limit=15, seconds=QUARTER)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def opened(used: int, **changes: object) -> Meter:
    """A window our first claim opened at NOW, of which X has not told yet."""
    ends = after(QUARTER) + ARRIVAL
    return replace(Meter(limit=15, seconds=QUARTER, used=used, resets_at=ends), **changes)  # type: ignore[arg-type]


def told(remaining: int, *, resets: float = QUARTER, limit: int = 15) -> Gauge:
    return Gauge(key="messages", limit=limit, remaining=remaining, resets_at=after(resets))


def test_the_first_answer_says_when_the_window_really_ends() -> None:
    meter = correct(opened(1), told(14, resets=880), at=after(0.3))
    assert (meter.used, meter.resets_at) == (1, after(880) + ROUNDING)


def test_a_window_never_ends_later_than_its_length_after_an_answer() -> None:
    assert correct(opened(1), told(14, resets=900), at=after(0.3)).resets_at == after(900.3)


def test_calls_of_somebody_else_are_counted_and_calls_under_way_stay_counted() -> None:
    assert correct(opened(3), told(5), at=after(1)).used == 10
    assert correct(opened(9), told(14), at=after(1)).used == 9


def test_a_late_answer_of_the_same_window_moves_nothing_back() -> None:
    meter = correct(opened(4), told(11), at=after(0.2))
    assert correct(meter, told(13), at=after(5)) == meter


def test_an_answer_of_a_window_that_is_over_is_old_news() -> None:
    meter = opened(2)
    assert correct(meter, told(0, resets=-5), at=after(1)) == meter


def test_a_limit_other_than_the_published_one_is_believed() -> None:
    meter = correct(opened(1), told(199, limit=200), at=after(1))
    assert (meter.limit, meter.room(after(2))) == (200, 199)


def test_a_window_that_began_anew_before_we_thought_counts_from_there() -> None:
    meter = correct(opened(15), told(0), at=after(0.1))
    assert correct(meter, told(12, resets=1500), at=after(600)).used == 3


@pytest.mark.parametrize("meter", [opened(1), opened(1, told_reset=after(300)), FRESH])
def test_more_left_than_there_is_means_that_nothing_is_used(meter: Meter) -> None:
    assert correct(meter, told(40, resets=1200), at=after(310)).used in (0, meter.used)


def test_a_limit_of_nothing_holds_until_its_window_is_over_and_no_longer() -> None:
    meter = correct(opened(1), told(0, limit=0, resets=30), at=after(1))
    assert (meter.limit, meter.room(after(2)), meter.room(after(32))) == (15, 0, 15)


def test_a_window_that_is_over_has_room_for_its_whole_limit() -> None:
    full = opened(15)
    assert (full.room(after(1)), full.room(after(QUARTER) + ARRIVAL)) == (0, 15)


@pytest.mark.parametrize(("place", "minutes"), [(0, 0), (9, 0), (10, 15), (24, 15), (25, 30), (55, 60)])
def test_a_place_in_the_line_waits_for_its_window(place: int, minutes: int) -> None:
    meter = Meter(limit=15, seconds=QUARTER, used=5, resets_at=after(QUARTER))
    assert moment_of(meter, place, now=NOW) == NOW + timedelta(minutes=minutes)


def test_a_line_before_an_unused_window_waits_for_the_one_after() -> None:
    assert moment_of(FRESH, 14, now=NOW) == NOW
    assert moment_of(FRESH, 15, now=NOW) == after(QUARTER)


def test_a_refusal_that_names_a_nearer_end_closes_the_window_until_then() -> None:
    day = Meter(limit=1440, seconds=86_400, used=3, resets_at=after(80_000), told_reset=after(80_000))
    meter = correct(day, told(0, resets=1800, limit=1440), at=after(1))
    assert (meter.room(after(2)), meter.resets_at) == (0, after(1800) + ROUNDING)
    assert correct(day, told(5, resets=1800, limit=1440), at=after(1)) == day

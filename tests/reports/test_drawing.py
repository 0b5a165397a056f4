"""Where the marks of a chart stand."""

import pytest

from tickets.reports.drawing import Box, apart, bar, named, row, runs, shade, ticks


@pytest.mark.parametrize(
    ("count", "most", "found"), [(0, 0, 0), (0, 48, 0), (1, 48, 1), (8, 48, 1), (9, 48, 2), (48, 48, 6)]
)
def test_what_is_not_nothing_has_a_shade(count: int, most: int, found: int) -> None:
    assert shade(count, most) == found


@pytest.mark.parametrize(
    ("most", "found"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (48, [0, 20, 40, 60]),
        (1000, [0, 500, 1000]),
        (3_000_000, [0, 10**6, 2 * 10**6, 3 * 10**6]),
    ],
)
def test_an_axis_counts_in_steps_people_count_in(most: int, found: list[int]) -> None:
    assert list(ticks(most)) == found


def test_an_axis_of_times_counts_in_minutes_hours_and_days() -> None:
    assert list(ticks(58 * 60, lasting=True)) == [0, 900, 1800, 2700, 3600]
    assert list(ticks(26 * 3600, lasting=True)) == [0, 43200, 86400, 129600]
    assert ticks(50 * 365 * 86400, lasting=True)[-1] >= 50 * 365 * 86400


def test_a_line_does_not_go_where_there_is_nothing() -> None:
    assert runs([10, None, 20, 0], 20, 100) == [[(12.5, 50.0)], [(62.5, 0.0), (87.5, 100.0)]]
    assert runs([None], 20, 100) == []


def test_an_upright_bar_stands_on_the_ground_and_its_parts_on_each_other() -> None:
    kept, missed, delayed = bar((1, 4), (0, 1), [6, 2, 0], 10, 100)
    assert kept == Box("28.75%", "40", "17.5%", "60")
    assert missed == Box("28.75%", "20", "17.5%", "20")
    assert delayed is None


def test_a_lying_bar_shows_one_of_ten_thousand_and_is_no_longer_than_its_place() -> None:
    assert row([9999, 1, 0], 10_000, 4, 14) == [Box("0%", "4", "99%", "14"), Box("99%", "4", "1%", "14"), None]
    assert row([5, 0], 10, 4, 14) == [Box("0%", "4", "50%", "14"), None]


def test_no_more_days_are_named_than_there_is_room_for() -> None:
    assert list(named(3, 4)) == [0, 1, 2]
    assert named(30, 4) == [0, 10, 19, 29]


def test_words_at_the_ends_of_two_lines_do_not_touch() -> None:
    assert apart(60, 64, 28) == (48, 76)
    assert apart(70, 60, 28) == (79, 51)
    assert apart(10, 60, 28) == (10, 60)

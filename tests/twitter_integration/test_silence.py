"""The silence alarm: learns what is normal, and tells a quiet hour from a deaf ear."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import ACME
from tests.planner import carried_out
from twitter_integration.deliveries import hourly
from twitter_integration.deliveries.hourly import count_events, forget_hours, listen, newest_events, read_hours
from twitter_integration.models import Event, HourlyCount
from twitter_integration.monitoring.silence import WEEK, expected, judge, learn

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def weeks(number: int, *, day: int, night: int) -> dict[datetime, int]:
    """So many weeks before MONDAY: a count for each hour of the day (8 to 20) and of the night."""
    hours = [MONDAY - n * HOUR for n in range(1, number * WEEK + 1)]
    return {hour: count for hour in hours if (count := day if 8 <= hour.hour < 20 else night)}


@pytest.mark.parametrize(
    ("day", "night", "at", "hours", "alarm"),
    [
        (10, 0, 12, 0.4, False),  # half an hour is no silence
        (10, 0, 12, 2, True),  # twenty expected, none came
        (10, 0, 4, 4, False),  # the night is always quiet
        (1, 0, 18, 6, False),  # a small brand: six expected may well stay away
        (1, 0, 20, 11, True),  # eleven may not
        (2, 2, 12, 2, False),
        (2, 2, 12, 6, True),
        (0, 0, 12, 500, False),  # nothing ever comes
    ],
)
def test_a_silence_is_judged_by_what_the_hour_normally_brings(
    day: int, night: int, at: int, hours: float, alarm: bool
) -> None:
    counts = weeks(4, day=day, night=night)
    now = MONDAY + at * HOUR
    rates = learn(counts, until=MONDAY)
    found = judge(rates, last_at=now - hours * HOUR, first_at=MONDAY - timedelta(weeks=4), now=now)
    assert found.improbable is alarm


def test_before_a_week_is_learnt_there_is_no_alarm() -> None:
    rates = learn(weeks(1, day=50, night=50), until=MONDAY)
    young = judge(rates, last_at=MONDAY, first_at=MONDAY - timedelta(days=6), now=MONDAY + 5 * HOUR)
    assert (young.judged, young.improbable) == (False, False)


def test_a_storm_does_not_change_what_is_normal() -> None:
    counts = weeks(8, day=1, night=1)
    storm = {MONDAY - timedelta(weeks=1) + n * HOUR: 5000 for n in range(12)}
    assert max(learn(counts | storm, until=MONDAY)) == 1.0


def test_hours_without_events_count_as_none() -> None:
    rates = learn({MONDAY - timedelta(weeks=4): 4}, until=MONDAY)
    assert (rates[0], rates[10]) == (0.0, 0.0)


def test_parts_of_hours_count_in_part() -> None:
    assert expected([6.0] * WEEK, since=MONDAY + HOUR / 2, until=MONDAY + 2 * HOUR) == pytest.approx(9.0)


@given(
    counts=st.dictionaries(st.integers(1, 8 * WEEK).map(lambda n: MONDAY - n * HOUR), st.integers(0, 10_000)),
    first=st.integers(0, 2000),
    more=st.integers(0, 2000),
)
def test_a_longer_silence_is_never_likelier(counts: dict[datetime, int], first: int, more: int) -> None:
    rates = learn(counts, until=MONDAY)
    shorter, longer = (
        expected(rates, since=MONDAY, until=MONDAY + timedelta(minutes=minutes)) for minutes in (first, first + more)
    )
    assert 0 <= shorter <= longer + 1e-9
    assert all(0 <= rate <= 10_000 for rate in rates)


def told(kind: str, at: datetime, number: int) -> None:
    Event.objects.create(
        account_id=ACME, key=f"post:{number}", kind=kind, outcome="acted", occurred_at=at, received_at=at
    )


@pytest.mark.django_db
def test_each_event_is_counted_once_in_its_hour() -> None:
    for number in range(3):
        told("mention", MONDAY + timedelta(minutes=number), number)
    told("like_of_us", MONDAY, 10)
    told("read", MONDAY, 11)
    count_events()
    told("reply_to_us", MONDAY + timedelta(minutes=30), 12)
    count_events()
    count_events()
    rows = HourlyCount.objects.order_by("stream").values_list("stream", "hour", "count")
    assert list(rows) == [("mentions", MONDAY, 4), ("reactions", MONDAY, 1)]


@pytest.mark.django_db
def test_a_stream_that_falls_silent_is_noticed() -> None:
    for n in range(3 * WEEK):
        told("mention", MONDAY - n * HOUR, n)
    count_events()
    hours = read_hours([ACME])[ACME]
    assert not listen(hours, now=MONDAY + 5 * HOUR)["mentions"].silence.improbable
    silence = listen(hours, now=MONDAY + 12 * HOUR)["mentions"].silence
    assert (silence.improbable, silence.since) == (True, MONDAY)
    assert not listen(hours, now=MONDAY + 12 * HOUR)["messages"].silence.improbable


@pytest.mark.django_db
def test_old_counts_are_dropped() -> None:
    told("mention", MONDAY, 1)
    count_events()
    forget_hours(now=MONDAY + timedelta(weeks=10))
    assert not HourlyCount.objects.exists()


def burst(count: int, *, kind: str = "mention") -> None:
    """So many events at once, the newest last."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Event._meta.db_table} (account_id, key, kind, name, outcome, reason, sources, times_told,"
            " occurred_at, received_at) SELECT %s, 'burst:' || n, %s, '', 'acted', '', '{}', 1,"
            " %s::timestamptz + n * interval '1 ms', %s FROM generate_series(1, %s) AS n",
            [ACME, kind, MONDAY, MONDAY, count],
        )


def read_plan() -> list[dict[str, Any]]:
    """The steps of the read that look at events, as they were carried out."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Event._meta.db_table}")
    with CaptureQueriesContext(connection) as captured:
        read_hours([ACME])
    plan = carried_out(captured.captured_queries[0]["sql"])
    return [step for step in plan if step.get("Relation Name") == Event._meta.db_table]


@pytest.mark.django_db
def test_after_a_burst_a_page_looks_at_the_newest_alone_by_their_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hourly, "MOST_UNCOUNTED", 100)
    burst(20_000)
    (step,) = read_plan()
    assert (step["Index Name"], step["Scan Direction"]) == (f"{Event._meta.db_table}_pkey", "Backward")
    assert step["Actual Rows"] <= 100
    assert newest_events(read_hours([ACME])[ACME]) == {"mentions": MONDAY + timedelta(seconds=20)}


@pytest.mark.django_db
def test_what_belongs_to_no_stream_is_passed_over_once() -> None:
    told("mention", MONDAY, 1)
    burst(500, kind="read")
    count_events()
    assert sum(step["Actual Rows"] for step in read_plan()) == 0


@pytest.mark.django_db
def test_the_hours_of_many_accounts_are_one_statement(django_assert_num_queries: Any) -> None:
    told("mention", MONDAY, 1)
    with django_assert_num_queries(1):
        hours = read_hours([ACME, "5", "6"])
    assert {account: len(rows) for account, rows in hours.items()} == {ACME: 1, "5": 0, "6": 0}

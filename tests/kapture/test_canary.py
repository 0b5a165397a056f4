"""The canary: rung at most every 15 s, answered by the worker, stale after 90 s."""

from datetime import UTC, datetime, timedelta

import pytest
from django_q.models import OrmQ

from kapture import canary, tasks

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def after(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_the_first_ring_puts_a_bell_into_the_queue() -> None:
    assert canary.ring(NOW)
    assert OrmQ.objects.count() == 1


def test_an_unanswered_canary_is_not_rung_again_so_that_a_dead_worker_finds_no_heap() -> None:
    canary.ring(NOW)
    assert not canary.ring(after(60))
    assert canary.ring(after(90))


def test_an_answered_canary_is_rung_again_after_15_s() -> None:
    canary.ring(NOW)
    canary.beat(after(1))
    assert not canary.ring(after(14))
    assert canary.ring(after(15))


def test_a_worker_that_was_just_started_is_rung_at_once() -> None:
    canary.ring(NOW)
    assert canary.ring(after(1), force=True)


def test_the_age_counts_from_the_last_answer() -> None:
    assert canary.age(NOW) is None
    canary.ring(NOW)
    assert canary.age(NOW) is None
    canary.beat(after(1))
    assert canary.age(after(31)) == 30


def test_the_task_that_is_rung_answers() -> None:
    tasks.beat()
    assert canary.age(datetime.now(UTC)) == pytest.approx(0, abs=5)

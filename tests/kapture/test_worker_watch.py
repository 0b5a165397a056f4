"""Noticing a wedged worker and a database that is gone; the 90 s are those of the row, not of the test."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_q.models import OrmQ

from kapture import canary
from kapture.models import Heartbeat
from kapture.worker_watch import WorkerWatch

OLD, YOUNG = 120.0, 10.0


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def watch(done: list[str]) -> WorkerWatch:
    def note(word: str) -> Callable[[], None]:
        return lambda: done.append(word)

    return WorkerWatch(restart=note("restarted"), revive_database=note("revived"))


def answered(seconds_ago: float) -> None:
    then = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.create(name=canary.NAME, rung_at=then, beat_at=then)


@pytest.mark.django_db
def test_a_worker_that_answers_is_left_alone_and_rung(watch: WorkerWatch, done: list[str]) -> None:
    answered(seconds_ago=30)
    watch.look(worker_age=OLD)
    assert done == []
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db
def test_a_worker_silent_for_90_s_is_restarted_and_rung_at_once(watch: WorkerWatch, done: list[str]) -> None:
    answered(seconds_ago=91)
    watch.look(worker_age=OLD)
    assert done == ["restarted"]
    assert OrmQ.objects.count() == 1


@pytest.mark.django_db
def test_a_worker_that_just_started_is_given_its_time(watch: WorkerWatch, done: list[str]) -> None:
    answered(seconds_ago=3600)
    watch.look(worker_age=YOUNG)
    assert done == []


@pytest.mark.django_db
def test_it_looks_every_few_seconds_only(watch: WorkerWatch, done: list[str]) -> None:
    answered(seconds_ago=91)
    for _ in range(3):
        watch.look(worker_age=OLD)
    assert done == ["restarted"]


def test_a_database_that_does_not_answer_is_revived(
    watch: WorkerWatch, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(now: object) -> None:
        raise OperationalError

    monkeypatch.setattr(canary, "age", gone)
    watch.look(worker_age=OLD)
    assert done == ["revived"]

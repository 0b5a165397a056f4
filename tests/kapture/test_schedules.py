"""The schedule table holds exactly what the code asks for, whatever somebody typed into it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

from kapture import schedules

pytestmark = pytest.mark.django_db

SWEEP = [("sweep", "tests.sweep", 5)]


@pytest.fixture(autouse=True)
def _one_provider(settings: Any) -> None:
    settings.SCHEDULES_PROVIDERS = ["tests.kapture.test_schedules.SWEEP"]


def test_a_wanted_schedule_is_made_and_due_at_once() -> None:
    assert schedules.ensure() == 1
    row = Schedule.objects.get()
    assert (row.name, row.func, row.minutes, row.repeats) == ("sweep", "tests.sweep", 5, -1)
    assert row.next_run <= timezone.now()


def test_running_it_again_keeps_the_next_time() -> None:
    schedules.ensure()
    soon = timezone.now() + timedelta(minutes=3)
    Schedule.objects.update(next_run=soon)
    schedules.ensure()
    assert Schedule.objects.get().next_run == soon


def test_a_malformed_schedule_is_repaired_because_it_would_stop_all_the_others() -> None:
    schedules.ensure()
    Schedule.objects.update(args="not python", func="moved.away", next_run=timezone.now() + timedelta(days=9))
    schedules.ensure()
    row = Schedule.objects.get()
    assert (row.args, row.func) == (None, "tests.sweep")
    assert row.next_run <= timezone.now()


def test_a_schedule_nobody_asked_for_and_a_second_copy_are_dropped() -> None:
    for name in ("sweep", "sweep", "stray"):
        Schedule.objects.create(name=name, func="tests.sweep")
    schedules.ensure()
    assert Schedule.objects.count() == 1


def test_every_schedule_of_the_project_names_a_function_that_exists(settings: Any) -> None:
    settings.SCHEDULES_PROVIDERS = ["kapture.schedules.SCHEDULES"]
    assert [callable(import_string(path)) for _, path, _ in schedules.wanted()] == [True, True]

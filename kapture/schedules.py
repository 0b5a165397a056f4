"""Which bells ring by the clock. Rows of django-q2's table are made here and nowhere else.

One malformed row would stop every schedule, so each start repairs them all and drops what nobody asked for.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

# name, task path, minutes
Entry = tuple[str, str, int]

SCHEDULES: Sequence[Entry] = [
    ("canary", "kapture.tasks.beat", 1),
    ("API: forget old answers", "kapture.tasks.forget_api_answers", 60),
]


def wanted() -> list[Entry]:
    """Return what every app wants rung, as named by settings.SCHEDULES_PROVIDERS."""
    return [entry for path in settings.SCHEDULES_PROVIDERS for entry in import_string(path)]


def ensure() -> int:
    """Make the table hold exactly the wanted schedules; returns how many there are. Safe to run again."""
    entries = wanted()
    with transaction.atomic():
        Schedule.objects.exclude(name__in=[name for name, _, _ in entries]).delete()
        for name, path, minutes in entries:
            _ensure_one(name, path=path, minutes=minutes)
    return len(entries)


def _ensure_one(name: str, *, path: str, minutes: int) -> None:
    now = timezone.now()
    rows = Schedule.objects.filter(name=name)
    keep = rows.first()
    rows.exclude(pk=keep.pk if keep else None).delete()
    sound = {"func": path, "schedule_type": Schedule.MINUTES, "minutes": minutes, "repeats": -1}
    sound |= {"args": None, "kwargs": None, "hook": None, "cron": None, "cluster": None, "intended_date_kwarg": None}
    if keep is None:
        Schedule.objects.create(name=name, next_run=now, **sound)
        return
    # A slot far ahead (the interval was shortened, a clock was wrong) would keep the bell silent until then.
    soon = keep.next_run and keep.next_run <= now + timedelta(minutes=minutes)
    rows.update(next_run=keep.next_run if soon else now, **sound)

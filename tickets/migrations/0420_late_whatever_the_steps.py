"""Promises that run already are told when they are late, too: their next moment is at the latest the one they are due."""

from datetime import datetime
from typing import Any

from django.db import migrations
from django.db.models import F, Q
from django.utils import timezone

AT_ONCE = 2_000


def look_when_due(apps: Any, schema_editor: Any) -> None:
    """In pieces, each a transaction of its own. What is late by now stays as it was told."""
    clocks, now = apps.get_model("tickets", "SlaClock")._default_manager, timezone.now()
    pks = list(_unlooked(clocks, now).values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        some = pks[start : start + AT_ONCE]
        _unlooked(clocks, now).filter(pk__in=some).update(next_step_at=F("due_at"))


def _unlooked(clocks: Any, now: datetime) -> Any:
    later = Q(next_step_at=None) | Q(next_step_at__gt=F("due_at"))
    return clocks.filter(later, ended_at=None, paused_at=None, reached__lt=100, due_at__gt=now).order_by()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0416_pauses_of_what_was_taken_back")]
    operations = [migrations.RunPython(look_when_due, migrations.RunPython.noop, elidable=True)]

"""Adds a day up and tells one of its lines."""

from datetime import date
from typing import Any

from tests.factories import NOW
from tickets.models import ReportDay, ReportLine
from tickets.reports.figuring import figure

MONDAY = date(2026, 3, 2)  # NOW, 10:00 UTC


def add_up(day: date = MONDAY, *, zone: str = "UTC", now: Any = None) -> ReportDay:
    found = ReportDay.objects.update_or_create(zone=zone, day=day, defaults={"stale": True})[0]
    assert figure(found, now=now or NOW.replace(hour=23))
    return found


def told(day: date = MONDAY, *, zone: str = "UTC", now: Any = None, **line: Any) -> ReportLine:
    """The line of the whole day, or of a part."""
    return add_up(day, zone=zone, now=now).lines.get(**({"part": "whole"} | line))


def spread(line: ReportLine, name: str, of: str = "lengths") -> dict[int, int]:
    return dict(zip(getattr(line, f"{name}_{of}"), getattr(line, f"{name}_counts"), strict=True))

"""When today began, by the clock of who reads."""

from datetime import datetime

from django.utils import timezone

from tickets.finding.spans import read_span


def began(now: datetime) -> datetime:
    """As a search has it that asks for `today`: so what is counted and what is found are the same."""
    start = read_span("today", now=timezone.localtime(now), past=True).start
    assert start is not None
    return start

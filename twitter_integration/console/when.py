"""Moments in words, always with their time zone: who confirms or reads one must not guess whose clock is meant."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as in_words


def moment_words(moment: datetime) -> str:
    """On the clock of whoever asks, as 24 Dec 2026, 18:00 (Europe/Vienna)."""
    here = timezone.localtime(moment)
    return f"{in_words(here, 'j M Y, H:i')} ({timezone.get_current_timezone_name()})"

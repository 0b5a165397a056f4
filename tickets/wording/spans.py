"""Lengths of time in words."""

from datetime import timedelta
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

_KEPT = 4096


def span_of(length: timedelta) -> str:
    """A length of time in its two largest units at the most: 8 min, 2 h 12 min, 3 d 4 h."""
    return _span(max(0, int(length.total_seconds() // 60)), get_language())


@lru_cache(_KEPT)
def _span(minutes: int, _language: str) -> str:
    days, hours = divmod(minutes // 60, 24)
    if days >= 10:
        return ngettext("{n} day", "{n} days", days).format(n=days)
    if days:
        return _("{d} d {h} h").format(d=days, h=hours) if hours else _("{d} d").format(d=days)
    if hours:
        return _("{h} h {m} min").format(h=hours, m=minutes % 60) if minutes % 60 else _("{h} h").format(h=hours)
    return _("{m} min").format(m=max(1, minutes))

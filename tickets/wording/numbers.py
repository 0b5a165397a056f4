"""Figures as people read them, with the signs of their language."""

from datetime import timedelta
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language

from tickets.wording.spans import span_of

_KEPT = 4096


def lasting(seconds: int | None) -> str:
    """A length of time in words; a dash where there is none."""
    return "–" if seconds is None else span_of(timedelta(seconds=seconds))


def per_cent(share: float | None) -> str:
    """To a tenth, and never 100 where one was missed."""
    if share is None:
        return "–"
    return f"{number_format(min(share, 99.9) if share < 100 else 100, 1 if share < 100 else 0)} %"


def grouped(count: int | None) -> str:
    """With the signs of the reader's language between thousands."""
    if count is None:
        return "–"
    return str(count) if 0 <= count < 1000 else _grouped(count, get_language())


@lru_cache(_KEPT)
def _grouped(count: int, _language: str | None) -> str:
    return number_format(count, force_grouping=True)

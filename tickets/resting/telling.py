"""The moments a ticket is put aside to by one click, in words."""

from datetime import datetime, tzinfo

from django.utils.formats import date_format

_WEEK = 7


def told(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The hour today, with its weekday within the week, with the date from there on, where the weekday comes again."""
    there = at.astimezone(zone)
    days = (there.date() - now.astimezone(zone).date()).days
    return date_format(there, "H:i" if days < 1 else "D H:i" if days < _WEEK else "D j M, H:i")

"""The moments a ticket is put aside to by one click. Pure: the clock and the zone are the caller's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

HOUR, EVENING, TOMORROW, MONDAY = "hour", "evening", "tomorrow", "monday"
CODES = (HOUR, EVENING, TOMORROW, MONDAY)
_MORNING, _EVENING = time(9), time(18)
_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Preset:
    code: str
    at: datetime


def presets(now: datetime, zone: tzinfo) -> Sequence[Preset]:
    """In order, by the days and hours of this zone. What is no later than in an hour is left out (this evening, late in
    the day), and Monday where tomorrow is one."""
    today, soon = now.astimezone(zone).date(), now + timedelta(hours=1)
    to_monday = (_MONDAY - today.weekday()) % 7 or 7
    found = [
        Preset(HOUR, soon),
        Preset(EVENING, datetime.combine(today, _EVENING, zone)),
        Preset(TOMORROW, datetime.combine(today + timedelta(days=1), _MORNING, zone)),
    ]
    if to_monday > 1:
        found.append(Preset(MONDAY, datetime.combine(today + timedelta(days=to_monday), _MORNING, zone)))
    return [one for one in found if one.code == HOUR or one.at > soon]


def preset_at(code: str, now: datetime, zone: tzinfo) -> datetime | None:
    """None for a word that is no preset, or none at this hour."""
    return next((one.at for one in presets(now, zone) if one.code == code), None)

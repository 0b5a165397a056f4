"""When it is open, minute by minute: every minute there is, asked by the wall clock. For the recount."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.week.world import START, Account

MINUTE = timedelta(minutes=1)
DAYS = 50  # from the start on


class Hours:
    """One account's."""

    def __init__(self, account: Account) -> None:
        self.first = START - timedelta(days=1)
        zone = ZoneInfo(account.zone)
        moments = (self.first + n * MINUTE for n in range(DAYS * 24 * 60))
        self.known: dict[Any, datetime] = {}
        self.open = [_is_open(account, moment.astimezone(zone)) for moment in moments]

    def after(self, start: datetime, seconds: int, still: tuple[tuple[datetime, datetime], ...]) -> datetime:
        """When so many seconds were open since then, and did not stand still."""
        asked = start, seconds, still
        if asked not in self.known:
            self.known[asked] = self._after(*asked)
        return self.known[asked]

    def _after(self, start: datetime, seconds: int, still: tuple[tuple[datetime, datetime], ...]) -> datetime:
        at, left = start.astimezone(UTC), timedelta(seconds=seconds)
        while True:
            minute = (at - self.first) // MINUTE
            end = self.first + (minute + 1) * MINUTE
            stops = [since for since, until in still if at < since < end]
            goes_on = [until for since, until in still if since <= at < until]
            if goes_on:
                at = max(goes_on)
                continue
            end = min([end, *stops])
            if self.open[minute]:
                if left <= end - at:
                    return at + left
                left -= end - at
            at = end


def _is_open(account: Account, local: datetime) -> bool:
    day, minute = local.date().isoformat(), local.hour * 60 + local.minute
    if day in account.days:
        spans = account.days[day]
    elif day in account.holidays:
        spans = []
    else:
        spans = account.hours.get(local.weekday(), [])
    return any(start <= minute < end for start, end in spans)

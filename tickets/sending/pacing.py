"""How a channel's limits are kept: what an answer says about one, and how long a place in the line has to wait. Pure.

A window lets so many calls pass and starts anew at a moment that the channel decides and tells (x-rate-limit-reset).
Ours may end a little later than the channel's, never earlier.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tickets.outbound import Gauge

# A window that our own claim opens begins at the channel when the call arrives there, at the latest a time-out later.
ARRIVAL = timedelta(seconds=20)
# Moments are told in whole seconds, and whether they are rounded up or down is not.
ROUNDING = timedelta(seconds=1)
_SAME = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    """One window as we count it. `told_reset`: its end as the channel last told it, None before it did."""

    limit: int
    seconds: int
    used: int = 0
    resets_at: datetime | None = None
    told_reset: datetime | None = None

    def room(self, now: datetime) -> int:
        return max(self.limit - self.used, 0) if self.is_open(now) else self.limit

    def is_open(self, now: datetime) -> bool:
        return self.resets_at is not None and self.resets_at > now


def correct(meter: Meter, gauge: Gauge, *, at: datetime) -> Meter:
    """The meter after an answer received at `at` told of it; the same meter when it is old news.

    Within one window the count only rises: calls under way are counted by us before the channel has them.
    """
    ends = min(gauge.resets_at + ROUNDING, at + timedelta(seconds=meter.seconds))
    if ends <= at:
        return meter
    gauge = _sensible(gauge, meter)
    used = gauge.limit - gauge.remaining
    if not meter.is_open(at) or meter.resets_at is None or meter.told_reset is None:
        counted = meter.used if meter.is_open(at) else 0
        return replace(meter, limit=gauge.limit, used=max(used, counted), resets_at=ends, told_reset=gauge.resets_at)
    if gauge.resets_at > meter.told_reset + _SAME:  # the channel began anew before we thought it would
        return replace(meter, limit=gauge.limit, used=used, resets_at=ends, told_reset=gauge.resets_at)
    if gauge.resets_at < meter.told_reset - _SAME:
        if gauge.remaining > 0:
            return meter
        # Whatever it told before: nothing passes now, and until then.
        return replace(meter, limit=gauge.limit, used=gauge.limit, resets_at=ends, told_reset=gauge.resets_at)
    return replace(meter, limit=gauge.limit, used=max(used, meter.used), resets_at=min(ends, meter.resets_at))


def _sensible(gauge: Gauge, meter: Meter) -> Gauge:
    """More left than there is: nothing is used. A limit of 0: nothing passes until the window is over, which says
    nothing about those after it."""
    limit = gauge.limit or meter.limit
    return replace(gauge, limit=limit, remaining=min(max(gauge.remaining, 0), limit) if gauge.limit else 0)


def moment_of(meter: Meter, place: int, *, now: datetime) -> datetime:
    """When so-manieth of a line (0 is the first) passes this meter, if everybody before it does as soon as it can."""
    room = meter.room(now)
    if place < room:
        return now
    if meter.limit <= 0:
        return datetime.max.replace(tzinfo=now.tzinfo)
    opens = meter.resets_at if meter.is_open(now) and meter.resets_at else now + timedelta(seconds=meter.seconds)
    return opens + timedelta(seconds=meter.seconds * ((place - room) // meter.limit))


def latest(moments: Iterable[datetime], *, now: datetime) -> datetime:
    return max(moments, default=now)

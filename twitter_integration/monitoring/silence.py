"""Is it quiet, or are we deaf? Learns how many events an hour of the week normally brings, and says when a silence is
too long to be chance. Pure: no queries, no clock of its own.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WEEK = 168
_HOUR = timedelta(hours=1)
# Less than a week says nothing of a Sunday.
LEARN_FOR = timedelta(days=7)
# One false alarm in ten thousand silences of this length, if events came one by one. Customers come in crowds, so the
# rates are trimmed first: the busiest quarter of like hours is left out.
IMPROBABLE = 1e-4
SHORTEST = timedelta(minutes=30)
_TRIMMED = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """How long a stream has been silent, how many events that time normally brings, and how likely none at all is.
    `judged` is False while there is too little to learn from."""

    since: datetime | None
    expected: float = 0.0
    judged: bool = False

    @property
    def probability(self) -> float:
        return math.exp(-self.expected)

    @property
    def improbable(self) -> bool:
        return self.judged and self.probability < IMPROBABLE


def learn(counts: Mapping[datetime, int], *, until: datetime) -> Sequence[float]:
    """Events per hour for each hour of the week (UTC, Monday 0:00 first), from the count of each hour that had any.

    Hours from the first counted one to `until` that are not there had none. Each slot looks at its neighbours too.
    """
    if not counts:
        return [0.0] * WEEK
    slots: list[list[int]] = [[] for _ in range(WEEK)]
    hour, end = min(counts), _floor(until)
    while hour < end:
        slots[_slot(hour)].append(counts.get(hour, 0))
        hour += _HOUR
    return [_typical([n for near in (-1, 0, 1) for n in slots[(slot + near) % WEEK]]) for slot in range(WEEK)]


def judge(rates: Sequence[float], *, last_at: datetime | None, first_at: datetime | None, now: datetime) -> Silence:
    """`last_at`: the newest event; `first_at`: since when events are counted."""
    if last_at is None or first_at is None:
        return Silence(since=last_at)
    judged = now - first_at >= LEARN_FOR and now - last_at >= SHORTEST
    return Silence(since=last_at, expected=expected(rates, since=last_at, until=now), judged=judged)


def expected(rates: Sequence[float], *, since: datetime, until: datetime) -> float:
    """How many events a stretch of time normally brings; at most four weeks of it are added up."""
    total, at = 0.0, max(since, until - timedelta(weeks=4))
    while at < until:
        end = min(_floor(at) + _HOUR, until)
        total += rates[_slot(at)] * ((end - at) / _HOUR)
        at = end
    return total


def _typical(numbers: Sequence[int]) -> float:
    """The mean without the busiest quarter."""
    if not numbers:
        return 0.0
    kept = sorted(numbers)[: max(1, len(numbers) - int(len(numbers) * _TRIMMED))]
    return sum(kept) / len(kept)


def _floor(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _slot(moment: datetime) -> int:
    moment = moment.astimezone(UTC)
    return moment.weekday() * 24 + moment.hour

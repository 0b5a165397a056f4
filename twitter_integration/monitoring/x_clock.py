"""X's clock, as its last answer to this process showed it.

Moments that X's own are compared with (since when a consent holds, since when X is to tell nothing) are kept by X's
clock. How far this machine is from it is a fact of this machine: it stands in no table. Not here: how far X's moments
may be believed (moments).
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A Date header has whole seconds, and a slow answer is on its way for a while.
_AS_GOOD_AS_NONE = timedelta(seconds=5)


class _Clock:
    """One per process; any thread may look and note."""

    apart = timedelta(0)


_clock = _Clock()


def note(date: str) -> None:
    """A Date header that came at this moment; what is none tells nothing."""
    moment = read_date(date)
    if moment is not None:
        apart = moment + timedelta(seconds=0.5) - datetime.now(UTC)
        _clock.apart = apart if abs(apart) > _AS_GOOD_AS_NONE else timedelta(0)


def read_date(date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def by_x(now: datetime) -> datetime:
    """What X's clock shows when ours shows `now`."""
    return now + _clock.apart

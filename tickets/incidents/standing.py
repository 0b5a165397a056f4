"""Whether a part is still to be told when its moment comes. Pure: no queries, no clock."""

from collections.abc import Collection
from datetime import datetime

from tickets.choices import UNDONE_STATUSES, Status, Untold


def why_untold(
    *,
    is_part: bool,
    status: str,
    done_at: datetime | None,
    incident_done_at: datetime | None,
    ends: Collection[datetime] = (),
) -> Untold | None:
    """None: it is told. What was resolved with its incident, or after it, is told all the same: whoever says that it is
    mended and resolves everything in the next moment means both. `ends`: when parts were resolved so, and the incident
    itself stayed open."""
    if not is_part:
        return Untold.LEFT
    if status in UNDONE_STATUSES:
        return None
    ended_with_it = done_at is not None and incident_done_at is not None and done_at >= incident_done_at
    return None if status == Status.RESOLVED and (ended_with_it or done_at in ends) else Untold.DONE

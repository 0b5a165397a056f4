"""How somebody wants to be told: what holds where they said nothing, quiet hours, and when their next mail is due.
Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tickets.choices import NoticeEvent, NoticeWay

DEFAULTS: Mapping[NoticeEvent, NoticeWay] = {
    NoticeEvent.MENTIONED: NoticeWay.DIGEST,
    NoticeEvent.ASSIGNED: NoticeWay.DIGEST,
    NoticeEvent.RETURNED: NoticeWay.DIGEST,
    NoticeEvent.APPROVAL: NoticeWay.MAIL,
    NoticeEvent.DECIDED: NoticeWay.DIGEST,
    NoticeEvent.FAILED: NoticeWay.DIGEST,
    NoticeEvent.LATE: NoticeWay.DIGEST,
    NoticeEvent.DUE: NoticeWay.DESK,
    NoticeEvent.TOLD: NoticeWay.MAIL,
    NoticeEvent.WOKE: NoticeWay.DESK,
    NoticeEvent.CUSTOMER: NoticeWay.DESK,
    NoticeEvent.NOTE: NoticeWay.DESK,
    NoticeEvent.REPLIED: NoticeWay.DESK,
    NoticeEvent.STATUS: NoticeWay.OFF,
    NoticeEvent.ACCOUNT: NoticeWay.MAIL,
}
# What pops up on an open page, for who wants that.
URGENT = frozenset(
    {
        NoticeEvent.MENTIONED,
        NoticeEvent.ASSIGNED,
        NoticeEvent.RETURNED,
        NoticeEvent.APPROVAL,
        NoticeEvent.FAILED,
        NoticeEvent.LATE,
        NoticeEvent.TOLD,
        NoticeEvent.ACCOUNT,
    }
)
MAILED = frozenset({NoticeWay.DIGEST, NoticeWay.MAIL})
# Even what goes at once goes no more often than this.
AT_ONCE = timedelta(minutes=1)
_DAY = timedelta(days=1)


def way_of(event: str, ways: Mapping[str, str]) -> NoticeWay:
    """What the person said, or else what holds for everybody. An unknown word counts as not said."""
    said = ways.get(event, "")
    return NoticeWay(said) if said in NoticeWay.values else DEFAULTS[NoticeEvent(event)]


def due_at(
    way: NoticeWay,
    *,
    now: datetime,
    last: datetime | None,
    every: timedelta,
    quiet: tuple[time | None, time | None] = (None, None),
    zone: ZoneInfo,
) -> datetime | None:
    """When a mail about what happened now is due; None where none is wanted. `last`: when the last one went, `every`:
    the least time between two digests."""
    if way not in MAILED:
        return None
    wait = AT_ONCE if way == NoticeWay.MAIL else every
    begin = now if way == NoticeWay.MAIL else now + every
    due = begin if last is None else max(begin, last + wait)
    return after_quiet(due, *quiet, zone=zone)


def after_quiet(moment: datetime, start: time | None, end: time | None, *, zone: ZoneInfo) -> datetime:
    """The moment, or the end of the quiet hours it falls into. Hours that end before they begin go over midnight; of a
    clock that is put back the later hour counts, of one that skips their end the hour after."""
    if start is None or end is None or start == end:
        return moment
    local = moment.astimezone(zone)
    clock = local.time().replace(tzinfo=None)
    over_midnight = end < start
    inside = (clock >= start or clock < end) if over_midnight else start <= clock < end
    if not inside:
        return moment
    day = local.date() + (_DAY if over_midnight and clock >= start else timedelta())
    ends = [datetime.combine(day, end, tzinfo=zone).replace(fold=fold).astimezone(moment.tzinfo) for fold in (0, 1)]
    return max(moment, *ends)

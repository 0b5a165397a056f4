"""Counts events per account, stream and hour as they come in, so that the silence alarm has something to learn from.

Each event row is looked at once, by number; the counts outlive the events.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max

from kapture.session_locks import hold
from twitter_integration.events import Kind
from twitter_integration.models import Event, HourlyCount
from twitter_integration.monitoring.silence import Silence, judge, learn

KEPT = timedelta(weeks=9)
_LOCK_SPACE = 0x51E7
# What the alarm listens to, and the kinds of event that make up each.
STREAMS: Mapping[str, tuple[Kind, ...]] = {
    "mentions": (Kind.MENTION, Kind.REPLY_TO_US, Kind.QUOTE_OF_US),
    "messages": (Kind.MESSAGE_RECEIVED, Kind.ENCRYPTED_MESSAGE),
    "posts": (Kind.POST_BY_US, Kind.REPLY_BY_US, Kind.QUOTE_BY_US, Kind.MESSAGE_SENT),
    "reactions": (Kind.LIKE_OF_US, Kind.FOLLOW_OF_US, Kind.REPOST_OF_US),
}
# Where nobody is late if it is silent: our own people sleep, and fans owe us nothing.
ALARMED = ("mentions", "messages")
_COUNT = """
    INSERT INTO {counts} AS known (account_id, stream, hour, count, newest_at, counted_to)
    SELECT account_id, named.stream, date_trunc('hour', occurred_at, 'UTC'), count(*), max(occurred_at), max(events.id)
    FROM {events} AS events JOIN unnest(%s::text[], %s::text[]) AS named(kind, stream) ON named.kind = events.kind
    WHERE events.id > %s AND events.id <= %s AND account_id <> '' GROUP BY 1, 2, 3
    ON CONFLICT (account_id, stream, hour) DO UPDATE SET count = known.count + excluded.count,
        newest_at = greatest(known.newest_at, excluded.newest_at),
        counted_to = greatest(known.counted_to, excluded.counted_to)
"""
# What came in since the last count is bounded, whatever a burst brought: the newest, by number.
_READ = """
    SELECT account_id, stream, hour, count, newest_at FROM {counts} WHERE account_id = ANY(%s)
    UNION ALL
    SELECT account_id, named.stream, date_trunc('hour', occurred_at, 'UTC'), count(*), max(occurred_at)
    FROM (
        SELECT account_id, kind, occurred_at FROM {events}
        WHERE id > (SELECT coalesce(max(counted_to), 0) FROM {counts}) ORDER BY id DESC LIMIT %s
    ) AS late JOIN unnest(%s::text[], %s::text[]) AS named(kind, stream) ON named.kind = late.kind
    WHERE account_id = ANY(%s) GROUP BY 1, 2, 3
"""
# So far it is counted, also where what came last belongs to no stream.
_MARK = """
    UPDATE {counts} SET counted_to = %s
    WHERE id = (SELECT id FROM {counts} ORDER BY counted_to DESC LIMIT 1) AND counted_to < %s
"""
_AT_ONCE = 200_000
MOST_UNCOUNTED = 50_000  # counting is a minute's work at most; no page waits for more

Hour = tuple[str, datetime, int, datetime]  # stream, hour, count, newest
Hours = Sequence[Hour]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the counts say of one stream."""

    last_at: datetime | None
    silence: Silence


def count_events() -> None:
    """Add what came in since the last count. One counter at a time."""
    with hold(_LOCK_SPACE, "hours") as held:
        if held:
            _count_on()


def forget_hours(*, now: datetime) -> None:
    HourlyCount.objects.filter(hour__lt=now - KEPT).delete()


def _count_on() -> None:
    mark = HourlyCount.objects.aggregate(to=Max("counted_to"))["to"] or 0
    newest = Event.objects.aggregate(to=Max("id"))["to"] or 0
    sql = _COUNT.format(**_tables())
    with connection.cursor() as cursor:
        for start in range(mark, newest, _AT_ONCE):
            cursor.execute(sql, [*_named(), start, min(start + _AT_ONCE, newest)])
        if newest > mark:
            cursor.execute(_MARK.format(**_tables()), [newest, newest])


def read_hours(account_ids: Iterable[str]) -> dict[str, Hours]:
    """What is counted of each account, and what came in since the last count. One statement, to be read once and handed
    on."""
    wanted = list(account_ids)
    hours: dict[str, list[Hour]] = {account_id: [] for account_id in wanted}
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(**_tables()), [wanted, MOST_UNCOUNTED, *_named(), wanted])
        for account_id, *hour in cursor.fetchall():
            hours[account_id].append((hour[0], hour[1], hour[2], hour[3]))
    return dict(hours)


def listen(hours: Hours, *, now: datetime) -> dict[str, Heard]:
    """Last event and silence of each stream of an account, up to this moment."""
    counts: dict[str, dict[datetime, int]] = {stream: {} for stream in STREAMS}
    for stream, hour, count, _ in hours:
        known = counts.setdefault(stream, {})
        known[hour] = known.get(hour, 0) + count
    spans = {stream: (min(counts[stream]), last) for stream, last in newest_events(hours).items()}
    return {stream: _hear(counts[stream], spans.get(stream), now=now) for stream in STREAMS}


def newest_events(hours: Hours) -> dict[str, datetime]:
    """When the last event of each stream happened; streams that never had one are left out."""
    newest: dict[str, datetime] = {}
    for stream, _, _, at in hours:
        newest[stream] = max(at, newest.get(stream, at))
    return newest


def _named() -> tuple[list[str], list[str]]:
    """Kinds, and beside each its stream."""
    names = [(kind.value, stream) for stream, kinds in STREAMS.items() for kind in kinds]
    return [kind for kind, _ in names], [stream for _, stream in names]


def _tables() -> dict[str, str]:
    quote = connection.ops.quote_name
    return {"counts": quote(HourlyCount._meta.db_table), "events": quote(Event._meta.db_table)}


def _hear(counts: Mapping[datetime, int], span: tuple[datetime, datetime] | None, *, now: datetime) -> Heard:
    if span is None:
        return Heard(last_at=None, silence=Silence(since=None))
    first, last = span
    rates = learn(counts, until=last)  # the silence itself is nothing to learn from
    return Heard(last_at=last, silence=judge(rates, last_at=last, first_at=first, now=now))

"""One row per fact, however often and by how many streams X tells it (models.Event). A fixed number of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.db import connection

from kapture.sets import copy_rows, update_rows
from twitter_integration.events import Event, RelationEvent, UnknownEvent
from twitter_integration.facts.moments import happened_at
from twitter_integration.handlers import KEPT, Handled
from twitter_integration.models import Delivery, PartnerAccount
from twitter_integration.models import Event as EventRow
from twitter_integration.models.delivery import KEY_LENGTH, LIKENESS_LENGTH

Key = tuple[str, str]  # account, natural key

_COLUMNS = (
    *("account_id", "key", "likeness", "other_key", "kind", "name", "outcome", "reason"),
    *("sources", "times_told", "delivery", "later_deliveries", "occurred_at", "received_at"),
)
TOLD_BY = ("post", "dm")  # the natural keys of what can be deleted
_TOLD_AGAIN = """
    UPDATE {event} AS e
    SET later_deliveries = ARRAY(SELECT DISTINCT unnest(coalesce(e.later_deliveries, '{{}}') || told.deliveries))
    FROM (
        SELECT event, array_agg(delivery) AS deliveries
        FROM unnest(%s::bigint[], %s::bigint[]) AS one (event, delivery) GROUP BY event
    ) AS told WHERE e.id = told.event
"""


@dataclass(slots=True, kw_only=True)
class Telling:
    """One event with who it concerns and what brought it; `delivery` is None for what we asked X for.

    same_as: the key of the fact it repeats, where X's other product gave that another one (pairing).
    """

    event: Event
    account: PartnerAccount | None
    source: str  # the stream, as messages and facts remember it
    received_at: datetime
    delivery: Delivery | None = None
    handled: Handled = KEPT
    same_as: str = ""

    @property
    def key(self) -> Key:
        return self.event.account_id, stored_key(self.same_as or self.event.key)

    @property
    def other_key(self) -> str:
        return stored_key(self.event.key) if self.same_as else ""


Told = dict[Key, list[Telling]]


def stored_key(key: str) -> str:
    """As Event keeps it. Beyond its room a digest of the whole stands for the end, so that two never become one."""
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 33]}#{blake2b(key.encode(), digest_size=16).hexdigest()}"


def likeness(event: Event) -> str:
    """What two tellings of one follow, block or mute have in common; "" for what has a key of its own."""
    if not isinstance(event, RelationEvent):
        return ""
    return f"{event.kind.value}:{event.source.id}:{event.target.id}"[:LIKENESS_LENGTH]


def known_keys(keys: Iterable[Key]) -> dict[Key, EventRow]:
    """The rows of facts told before. One statement."""
    wanted = set(keys)
    rows = EventRow.objects.filter(account_id__in={a for a, _ in wanted}, key__in={k for _, k in wanted})
    return {(row.account_id, row.key): row for row in rows if (row.account_id, row.key) in wanted}


def note_events(tellings: Sequence[Telling], known: Mapping[Key, EventRow], *, now: datetime) -> None:
    """What was told before is counted, and takes the newest outcome."""
    told: Told = {}
    for telling in tellings:
        told.setdefault(telling.key, []).append(telling)
    again = {key: row for key, row in known.items() if key in told}
    for key, row in again.items():
        row.times_told += len(told[key])
        row.outcome, row.reason = told[key][-1].handled.outcome, told[key][-1].handled.reason[:300]
        row.other_key = row.other_key or _other_key(told[key])
    columns = ["id", "times_told", "outcome", "reason", "other_key"]
    update_rows(EventRow, columns, [[getattr(row, name) for name in columns] for row in again.values()])
    _note_sources(again, told)
    _note_deliveries(again, told)
    fresh = [_row(tellings) for key, tellings in told.items() if key not in known]
    if fresh:
        copy_rows(EventRow, _COLUMNS, fresh)


def _note_sources(known: Mapping[Key, EventRow], told: Told) -> None:
    """A statement per combination of streams: at most a handful."""
    changed: dict[tuple[str, ...], list[int]] = {}
    for key, row in known.items():
        sources = tuple(dict.fromkeys([*row.sources, *(telling.source for telling in told[key])]))
        if list(sources) != row.sources:
            changed.setdefault(sources, []).append(row.pk)
    for combination, pks in changed.items():
        EventRow.objects.filter(pk__in=pks).update(sources=list(combination))


def _note_deliveries(known: Mapping[Key, EventRow], told: Told) -> None:
    """What told again of something that can be deleted. One statement, or none."""
    pairs = {(row.pk, number) for key, row in known.items() for number in _deliveries(told[key])}
    pairs -= {(row.pk, row.delivery_id) for row in known.values()}
    if pairs:
        with connection.cursor() as cursor:
            arrays = [list(column) for column in zip(*sorted(pairs), strict=True)]
            cursor.execute(_TOLD_AGAIN.format(event=connection.ops.quote_name(EventRow._meta.db_table)), arrays)


def _deliveries(tellings: Sequence[Telling]) -> list[int]:
    """Each once, in order; none for what cannot be deleted."""
    if tellings[0].event.key.partition(":")[0] not in TOLD_BY:
        return []
    return list(dict.fromkeys(telling.delivery.pk for telling in tellings if telling.delivery))


def _other_key(tellings: Sequence[Telling]) -> str:
    return next((telling.other_key for telling in tellings if telling.other_key), "")


def _row(tellings: Sequence[Telling]) -> list[Any]:
    first = tellings[0]
    event = first.event
    return [
        event.account_id,
        stored_key(event.key),
        likeness(event),
        _other_key(tellings),
        event.kind.value,
        event.name[:60] if isinstance(event, UnknownEvent) else "",
        first.handled.outcome,
        first.handled.reason[:300],
        list(dict.fromkeys(telling.source for telling in tellings)),
        len(tellings),
        first.delivery.pk if first.delivery else None,
        [number for number in _deliveries(tellings) if not first.delivery or number != first.delivery.pk] or None,
        happened_at(event, first.received_at),
        first.received_at,
    ]

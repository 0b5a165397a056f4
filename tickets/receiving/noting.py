"""Likes, follows and the like: lines on the customer's timeline, and counts by the day. Used by intake alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from django.db import connection

from kapture.sets import insert_missing
from tickets.choices import Effect
from tickets.happenings import Fact
from tickets.models import Address, DailyCount, Happening
from tickets.receiving.people import Sighting, meet

_COLUMNS = ("address", "identity", "key", "kind", "by_us", "about", "data", "at", "received_at")


def note(facts: Sequence[tuple[Address, Fact]], *, now: datetime) -> None:
    """Write down each fact once, however often it is told; a fixed number of statements."""
    lines = {(address.pk, fact.key): fact for address, fact in facts if fact.effect == Effect.TIMELINE}
    # Whoever is only counted stays nobody: no line would ever speak of them.
    seen = [Sighting(fact.channel, fact.person, fact.at) for fact in lines.values() if fact.person is not None]
    identities = meet(seen)
    rows = [
        [
            address,
            identities[fact.channel, fact.person.external_id].pk if fact.person else None,
            key,
            fact.kind,
            fact.by_us,
            fact.about,
            dict(fact.data),
            fact.at,
            now,
        ]
        for (address, key), fact in lines.items()
    ]
    fresh = set(insert_missing(Happening, _COLUMNS, rows, returning=["address", "key"]))
    _count(
        Counter(
            (address.pk, fact.kind, fact.at.astimezone(UTC).date())
            for address, fact in facts
            if fact.effect == Effect.COUNTER or (address.pk, fact.key) in fresh
        )
    )


def _count(counts: Mapping[tuple[int, str, date], int]) -> None:
    """Sorted, so that two batches that count the same things wait for each other instead of locking up."""
    if not counts:
        return
    rows = sorted((*key, count) for key, count in counts.items())
    table = DailyCount._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS c (address_id, kind, day, count) "  # noqa: S608  (our own table)
            "SELECT * FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::int[]) "
            "ON CONFLICT (address_id, kind, day) DO UPDATE SET count = c.count + excluded.count",
            [list(column) for column in zip(*rows, strict=True)],
        )

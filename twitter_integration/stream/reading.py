"""A page of the stream by key, the newest first: as fast at a million facts, whatever is asked for.

Each kind's newest are read from the index by account and kind, and the newest of those are the page: no row is read
that another kind's thousands stand before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from twitter_integration.events import Kind
from twitter_integration.models import Event

SIZE = 50
NEWEST = 2**63 - 1
_PAGE = """
    SELECT event.* FROM {event} AS event JOIN (
        SELECT newest.id FROM unnest(%s::text[]) AS one (kind) CROSS JOIN LATERAL (
            SELECT e.id FROM {event} AS e WHERE e.account_id = %s AND e.kind = one.kind AND e.id < %s
            ORDER BY e.id DESC LIMIT %s
        ) AS newest ORDER BY newest.id DESC LIMIT %s
    ) AS page USING (id) ORDER BY event.id DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`after` is the key that the next page begins below; None at the end."""

    events: Sequence[Event]
    after: int | None


def read_page(account: str, kinds: Sequence[Kind], *, before: int | None = None, size: int = SIZE) -> Page:
    """One statement."""
    most, below = size + 1, NEWEST if before is None else before
    names = [kind.value for kind in kinds]
    found = list(Event.objects.raw(page_sql(), [names, account, below, most, most]))
    after = found[size - 1].pk if len(found) > size else None
    return Page(events=found[:size], after=after)


def page_sql() -> str:
    return _PAGE.format(event=connection.ops.quote_name(Event._meta.db_table))

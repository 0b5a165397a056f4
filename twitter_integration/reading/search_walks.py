"""How far a search query has been read within X's week and its own hour. Asks X nothing and saves nothing.

A walk goes from the newest hit down to what is known; where it stops half-way, the next run goes on below. By ids, for
they hold whatever else changes in between: X's page tokens belong to one question.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from twitter_integration.facts.moments import SLACK
from twitter_integration.models import SearchQuery
from twitter_integration.reading import reads

FIRST_LOOK = timedelta(hours=1)
# X finds posts of the last seven days; a margin for its clock and ours.
OLDEST = timedelta(days=7) - timedelta(minutes=10)
HOUR = timedelta(hours=1)
FIELDS = ("since_id", "until_id", "head_id", "hour_began_at", "hour_hits")


def open_hour(query: SearchQuery, *, now: datetime) -> tuple[str, datetime]:
    """X's lower bound, an id or a moment. After an hour that reached its cap, reading starts anew from now."""
    capped = query.hour_hits >= query.cap_per_hour
    if query.hour_began_at is None or now - query.hour_began_at >= HOUR:
        if capped:
            # X's clock may be behind ours; what was read before is not read again.
            lately = reads.first_id_at(now - timedelta(minutes=1) - SLACK)
            query.since_id = reads.newest(query.since_id, query.head_id, lately)
            query.until_id = query.head_id = ""
        query.hour_began_at, query.hour_hits = now, 0
    stopped_at = reads.time_of(query.until_id)
    if stopped_at is not None and now - stopped_at > OLDEST:
        end(query)  # X finds nothing there any more
    read_to = reads.time_of(query.since_id)
    if read_to is None:
        return "", now - FIRST_LOOK
    if now - read_to <= OLDEST:
        return query.since_id, read_to
    # Below an id X takes an id as the other bound.
    return (reads.first_id_at(now - OLDEST) if query.until_id else ""), now - OLDEST


def note_page(query: SearchQuery, ids: Iterable[str], *, since: datetime) -> None:
    """What was read of the walk. A first look's lower bound stays where it was when the walk began."""
    read = list(ids)
    query.head_id = reads.newest(query.head_id, *read)
    query.until_id = reads.oldest(query.until_id, *read)
    if read:
        query.since_id = query.since_id or reads.first_id_at(since)


def end(query: SearchQuery) -> None:
    """Everything up to its head is read, or beyond the cap."""
    query.since_id = reads.newest(query.since_id, query.head_id)
    query.until_id = query.head_id = ""

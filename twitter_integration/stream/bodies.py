"""What X told of facts that left no row at the desk, while its bodies are kept (deliveries/forgetting.py)."""

from collections.abc import Iterable, Mapping

from django.db.models.functions import Length

from twitter_integration.events import Event
from twitter_integration.facts.ledger import stored_key
from twitter_integration.models import Delivery
from twitter_integration.models import Event as EventRow
from twitter_integration.payloads import Unreadable, parse

# Bodies of single events are a few thousand bytes; what is longer is not read for a page.
LONGEST = 64_000


def told_of(rows: Iterable[EventRow], *, longest: int = LONGEST) -> Mapping[int, Event]:
    """By the row's key, the event as X told it. One statement; none where nothing was delivered."""
    rows = list(rows)
    wanted = {row.delivery_id for row in rows if row.delivery_id is not None}
    if not wanted:
        return {}
    kept = Delivery.objects.filter(pk__in=wanted, emptied_at=None).alias(size=Length("body"))
    bodies = dict(kept.filter(size__lte=longest).values_list("pk", "body"))
    events = {number: _read(bytes(body)) for number, body in bodies.items()}
    return {row.pk: found[row.key] for row in rows if row.key in (found := events.get(row.delivery_id or 0, {}))}


def _read(body: bytes) -> Mapping[str, Event]:
    try:
        return {stored_key(event.key): event for event in parse(body).events}
    except Unreadable:
        return {}

"""Raw bodies are kept no longer than X lets us: at once none that tells of what was deleted, later none that was
worked. The row stays, with digest, state and times: a redelivery is recognised all the same.

What X charged, thing by thing, goes after a time the operator chooses; its sums (models.Usage) stay.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F, Func, Q, TextField, Value

from twitter_integration.choices import DeliveryState
from twitter_integration.facts.ledger import TOLD_BY
from twitter_integration.metering.costs import kept_since
from twitter_integration.models import Charge, Delivery, Event

# X wants deletions honoured within 24 hours (x-api 6.1), and not every body that tells of a post is known by it.
KEPT = timedelta(hours=20)
_AT_ONCE = 1000
_CHARGES_AT_ONCE = 5000


def forget_bodies_of(account_id: str, ids: Iterable[str], *, now: datetime, in_hand: Iterable[int] = ()) -> None:
    """Bodies that told of these posts or messages, however often, worked ones and dead letters; a deletion comes with
    its own. `in_hand`: deliveries that are being worked, and are marked so afterwards."""
    numbers = sorted(set(ids))
    if not numbers:
        return
    keys = [f"{kind}:{number}" for kind in TOLD_BY for number in numbers]
    facts = Event.objects.filter(account_id=account_id, key__in=keys).values_list("delivery", "later_deliveries")
    told = {number for first, later in facts for number in (first, *(later or ())) if number is not None}
    kept = Delivery.objects.filter(emptied_at=None)
    worked = Q(state=DeliveryState.DONE) | Q(pk__in=set(in_hand))
    kept.filter(worked, pk__in=told).update(body=b"", emptied_at=now)
    shown = Func(F("body"), Value("escape"), function="encode", output_field=TextField())
    dead = kept.filter(state=DeliveryState.DEAD, lane=account_id).alias(shown=shown)
    dead.filter(shown__regex=f"(?<![0-9])({'|'.join(numbers)})(?![0-9])").update(body=b"", emptied_at=now)


def forget_worked(*, now: datetime, at_most: timedelta | None = None) -> int:
    """Empty what was worked long enough ago; dead letters wait for somebody to mend and replay them."""
    stop_at = time.monotonic() + at_most.total_seconds() if at_most is not None else None
    old = Delivery.objects.filter(state=DeliveryState.DONE, emptied_at=None, finished_at__lt=now - KEPT)
    count = 0
    while batch := list(old.order_by("finished_at").values_list("pk", flat=True)[:_AT_ONCE]):
        count += Delivery.objects.filter(pk__in=batch).update(body=b"", emptied_at=now)
        if stop_at is not None and time.monotonic() >= stop_at:
            break
    return count


# Numbers rise with the days, so the oldest come first and no index on the day is needed.
_FORGET_CHARGES = """
    DELETE FROM {table} WHERE day < %s AND id IN (SELECT id FROM {table} ORDER BY id LIMIT {most})
"""


def forget_charges(*, now: datetime, at_most: timedelta | None = None) -> int:
    """Drop the single charges of days long past, in batches; returns how many. Budgets and costs are of the sums."""
    since = kept_since(now.astimezone(UTC).date())
    stop_at = time.monotonic() + at_most.total_seconds() if at_most is not None else None
    table, count = connection.ops.quote_name(Charge._meta.db_table), 0
    while since is not None:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET_CHARGES.format(table=table, most=_CHARGES_AT_ONCE), [since])
            dropped = cursor.rowcount
        count += dropped
        if not dropped or (stop_at is not None and time.monotonic() >= stop_at):
            break
    return count

"""Sends recordings through the same inbox and drain as the webhook, and counts what came of them, and of nothing else:
a worker or another replay may be at work at the same time, on these bodies too."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from twitter_integration.choices import DeliveryState
from twitter_integration.deliveries.drain import drain
from twitter_integration.deliveries.lanes import TAKEN, is_worked
from twitter_integration.deliveries.recordings import Recording, Unreadable
from twitter_integration.facts.saying import CHANNEL
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Delivery, Event, PartnerAccount, XApp
from twitter_integration.payloads import find_account
from twitter_integration.signing import is_signed

BATCH = 500
PAUSE = 0.2  # seconds between looks at what another worker has in hand
# Messages whose fact was first told by one of these deliveries, and the tickets that began with one of them.
_EFFECTS = """
    WITH told AS (
        SELECT DISTINCT account_id, split_part(key, ':', 2) AS number FROM {event}
        WHERE delivery_id = ANY(%(keys)s) AND split_part(key, ':', 1) IN ('post', 'dm', 'chat')
    ), ours AS (
        SELECT m.id, m.ticket_id FROM told JOIN {address} a ON a.channel = %(channel)s AND a.key = told.account_id
        JOIN {message} m ON m.address_id = a.id AND m.external_id = told.number AND m.received_at >= %(since)s
    ), first AS (
        SELECT t.id, (SELECT min(id) FROM {message} WHERE ticket_id = t.id AND direction = 'in') AS message
        FROM {ticket} t WHERE t.created_at >= %(since)s AND t.id IN (SELECT ticket_id FROM ours)
    )
    SELECT (SELECT count(*) FROM {delivery} WHERE id = ANY(%(keys)s) AND state = 'new'),
           (SELECT count(*) FROM {delivery} WHERE id = ANY(%(keys)s) AND state = 'dead'),
           (SELECT count(*) FROM ours), (SELECT count(*) FROM first WHERE message IN (SELECT id FROM ours))
"""


class NoApp(Exception):
    """A recording names no account of ours, and no app was given to take it for."""


@dataclass(slots=True)
class Summary:
    """`refused`: its signature was wrong or its account was purged, so it was not stored. `unreadable`: lines that were
    no JSON, named in `faults`. `waiting`: stored and not worked yet. The rest counts what became of the deliveries this
    replay added or found unworked, whoever worked them: their `keys`."""

    read: int = 0
    unreadable: int = 0
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    dead_letters: int = 0
    messages: int = 0
    tickets_opened: int = 0
    waiting: int = 0
    faults: list[str] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)

    def as_dict(self) -> dict[str, int]:
        return {name: count for name, count in asdict(self).items() if name not in ("faults", "keys")}


def put_in(
    recordings: Iterable[Recording | Unreadable], *, app: XApp | None, now: datetime, progress: Callable[[int], None]
) -> Summary:
    """Store them as deliveries. Raises NoApp at the first one that belongs nowhere, after storing those before it."""
    summary = Summary()
    accounts = {a.page_id: a for a in PartnerAccount.objects.select_related("app")}
    for batch in _batches(recordings):
        arrivals = []
        for recording in batch:
            if isinstance(recording, Unreadable):
                summary.unreadable += 1
                summary.faults.append(str(recording))
                continue
            account = accounts.get(find_account(recording.body))
            owner = account.app if account else app
            if owner is None:
                raise NoApp
            if (account is not None and account.purged_at is not None) or not _is_genuine(recording, owner):
                summary.refused += 1
                continue
            arrivals.append(
                Arrival(app_id=owner.pk, body=recording.body, received_at=now, signed=bool(recording.signature))
            )
        summary.read += sum(isinstance(recording, Recording) for recording in batch)
        if arrivals:
            stored = store(arrivals)
            summary.keys += stored
            summary.stored += len(stored)
            summary.duplicates += len(arrivals) - len(stored)
            if len(stored) < len(arrivals):
                summary.keys += _unworked(arrivals, but=stored)
        progress(len(batch))
    return summary


def _unworked(arrivals: Sequence[Arrival], *, but: Sequence[int]) -> list[int]:
    """Those that were stored before, by a run that was cut off or by the webhook, and are not worked yet."""
    there = Delivery.objects.filter(digest__in=[arrival.digest for arrival in arrivals], state=DeliveryState.NEW)
    return list(there.exclude(pk__in=but).values_list("pk", flat=True))


def _is_genuine(recording: Recording, app: XApp) -> bool:
    """Unsigned, it is taken on the operator's word."""
    secrets = [app.consumer_secret, *(secret for secret, _until in app.replaced_secrets)]
    return not recording.signature or is_signed(recording.body, recording.signature, secrets=secrets)


def see_through(keys: Sequence[int], *, progress: Callable[[int], None]) -> None:
    """Empty the inbox, and wait for what another worker has in hand, until each of these deliveries is done, or dead,
    or waits for its next try. `progress` is told how many of them are finished."""

    def look(_: int = 0) -> None:
        progress(len(keys) - _new(keys).count())

    drain(progress=look)
    while _in_hand(keys):
        time.sleep(PAUSE)
        drain(progress=look)
    look()


def count_effects(summary: Summary, *, since: datetime) -> None:
    """What became of the summary's deliveries, worked since then. One statement: a worker that goes on meanwhile must
    not have the same body counted as waiting and as worked."""
    names = {name.lower(): apps.get_model("tickets", name)._meta.db_table for name in ("Message", "Ticket", "Address")}
    with connection.cursor() as cursor:
        cursor.execute(
            _EFFECTS.format(event=Event._meta.db_table, delivery=Delivery._meta.db_table, **names),
            {"keys": summary.keys, "channel": CHANNEL, "since": since},
        )
        told = cursor.fetchone()
    summary.waiting, summary.dead_letters, summary.messages, summary.tickets_opened = told


def _new(keys: Sequence[int]) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(pk__in=keys, state=DeliveryState.NEW)


def _in_hand(keys: Sequence[int]) -> bool:
    """Due, and yet not ours to take; or taken by a worker that is alive."""
    rest = _new(keys)
    if rest.filter(next_try_at__lte=timezone.now()).exists():
        return True
    return any(is_worked(lane) for lane in rest.filter(reason=TAKEN).values_list("lane", flat=True).distinct())


def _batches(recordings: Iterable[Recording | Unreadable]) -> Iterator[list[Recording | Unreadable]]:
    rest = iter(recordings)
    while batch := list(islice(rest, BATCH)):
        yield batch

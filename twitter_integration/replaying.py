"""Sends recordings through the same inbox and drain as the webhook, and counts what came of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice

from django.apps import apps

from twitter_integration.choices import DeliveryState
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Delivery, PartnerAccount, XApp
from twitter_integration.payloads import find_account
from twitter_integration.recordings import Recording, Unreadable
from twitter_integration.signing import is_signed

BATCH = 500


class NoApp(Exception):
    """A recording names no account of ours, and no app was given to take it for."""


@dataclass(slots=True)
class Summary:
    """`refused`: its signature was wrong, so it was not stored. `unreadable`: lines that were no JSON, named in
    `faults`. The rest counts what this replay added."""

    read: int = 0
    unreadable: int = 0
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    dead_letters: int = 0
    messages: int = 0
    tickets_opened: int = 0
    faults: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, int]:
        return {name: count for name, count in asdict(self).items() if name != "faults"}


def put_in(
    recordings: Iterable[Recording | Unreadable], *, app: XApp | None, now: datetime, progress: Callable[[int], None]
) -> Summary:
    """Store them as deliveries. Raises NoApp at the first one that belongs nowhere, after storing those before it."""
    summary = Summary()
    owners = {a.page_id: a.app for a in PartnerAccount.objects.select_related("app")}
    for batch in _batches(recordings):
        arrivals = []
        for recording in batch:
            if isinstance(recording, Unreadable):
                summary.unreadable += 1
                summary.faults.append(str(recording))
                continue
            owner = owners.get(find_account(recording.body)) or app
            if owner is None:
                raise NoApp
            if recording.signature and not is_signed(
                recording.body, recording.signature, secrets=[owner.consumer_secret, owner.previous_consumer_secret]
            ):
                summary.refused += 1
                continue
            arrivals.append(
                Arrival(app_id=owner.pk, body=recording.body, received_at=now, signed=bool(recording.signature))
            )
        summary.read += sum(isinstance(recording, Recording) for recording in batch)
        if arrivals:
            stored = store(arrivals)
            summary.stored += stored
            summary.duplicates += len(arrivals) - stored
        progress(len(batch))
    return summary


@dataclass(frozen=True, slots=True)
class Counts:
    dead: int
    messages: int
    tickets: int


def count() -> Counts:
    """How many there are now; the difference of two counts is what happened in between."""
    return Counts(
        dead=Delivery.objects.filter(state=DeliveryState.DEAD).count(),
        messages=apps.get_model("tickets", "Message").objects.count(),
        tickets=apps.get_model("tickets", "Ticket").objects.count(),
    )


def _batches(recordings: Iterable[Recording | Unreadable]) -> Iterator[list[Recording | Unreadable]]:
    rest = iter(recordings)
    while batch := list(islice(rest, BATCH)):
        yield batch

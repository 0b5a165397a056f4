"""What we asked X for goes the way of what X tells by itself: the same events, the same natural keys, the same intake.

hear() is for polling, back-fill and reconciliation; hear_catches() for search, whose hits say where they go. Both may
be told what is known already. Not here: what is asked for, and when.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from tickets import intake
from tickets.bells import ring
from tickets.inbound import InboundMessage, Place
from twitter_integration.choices import DeliveryState, Outcome
from twitter_integration.deliveries.lanes import wait_for
from twitter_integration.events import Event, PostEvent
from twitter_integration.facts.acting import act
from twitter_integration.facts.ignoring import set_aside, settle
from twitter_integration.facts.knowing import learn, lessons_of
from twitter_integration.facts.ledger import Telling, known_keys, note_events
from twitter_integration.facts.refreshing import tell_streams
from twitter_integration.facts.saying import say_post
from twitter_integration.facts.unasked import is_from_before
from twitter_integration.handlers import Handled, handle
from twitter_integration.inbox import BELL, TASK
from twitter_integration.models import Delivery, PartnerAccount

FOUND = "found"  # tickets.choices.MessageKind.FOUND
# Said that long before it reached us, a message came late: by back-fill, or after an outage. SLA clocks start when it
# was said all the same.
LATE_AFTER = timedelta(minutes=15)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """A search hit: the queries that caught it, and where the first of them wants its ticket."""

    event: PostEvent
    labels: Sequence[str]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How many events there were, and which of them nobody had told before."""

    count: int = 0
    fresh: Sequence[Event] = ()


def came_late(*, sent_at: datetime, received_at: datetime) -> bool:
    return received_at - sent_at > LATE_AFTER


def hear(account: PartnerAccount, events: Sequence[Event], *, source: str, now: datetime) -> Heard:
    """Act on events as if X had delivered them, all or nothing. Raises whatever intake raises."""
    if not events:
        return Heard()
    with transaction.atomic():
        wait_for(account.page_id)
        events = _kept(account, events, lambda event: event, now=now)
        tellings = _tellings(account, events, source=source, now=now)
        known = known_keys(telling.key for telling in tellings)
        act(tellings, now=now)
        _wake_drain(account)
    fresh = {t.key: t.event for t in tellings if t.key not in known}
    return Heard(count=len(events), fresh=list(fresh.values()))


def hear_catches(account: PartnerAccount, catches: Sequence[Catch], *, source: str, now: datetime) -> Mapping[str, str]:
    """Search hits, each a message with its labels; post id → stored, known or echo."""
    if not catches:
        return {}
    with transaction.atomic():
        wait_for(account.page_id)
        catches = _kept(account, catches, lambda catch: catch.event, now=now)
        tellings = _tellings(account, [catch.event for catch in catches], source=source, now=now)
        for telling, catch in zip(tellings, catches, strict=True):
            telling.handled = Handled(outcome=Outcome.ACTED, message=_caught(telling, catch))
        held = set_aside(tellings, now=now)
        known = known_keys(telling.key for telling in tellings)
        messages = [telling.handled.message for telling in tellings if telling.handled.message is not None]
        received = intake.receive(messages, now=now)
        settle(tellings, held, received, {id(one) for one in tellings if one.key not in known}, now)
        learn(lessons_of((catch.event, now) for catch in catches))
        note_events(tellings, known, now=now)
        tell_streams(telling for telling in tellings if telling.key not in known)
        _wake_drain(account)
    return {one.external_id: one.outcome for one in received}


def _caught(telling: Telling, catch: Catch) -> InboundMessage:
    """What it is to us in any case (a mention, a reply), else a find; an account that counts or ignores its mentions
    still wants what it searches for."""
    handled = handle(catch.event, telling.account, source=telling.source, received_at=telling.received_at)
    message = handled.message or say_post(
        catch.event, kind=FOUND, source=telling.source, received_at=telling.received_at
    )
    return replace(message, labels=tuple(catch.labels), place=catch.place)


def _tellings(account: PartnerAccount, events: Iterable[Event], *, source: str, now: datetime) -> list[Telling]:
    return [Telling(event=event, account=account, source=source, received_at=now) for event in events]


def _kept(account: PartnerAccount, told: Sequence[T], event_of: Callable[[T], Event], *, now: datetime) -> list[T]:
    """Nothing of an account that was purged since it was read: what X answers to a question asked before is not kept
    either, nor what it tells of the time before a purge."""
    rows = PartnerAccount.objects.filter(pk=account.pk, purged_at=None).values_list("kept_since")
    return [one for (since,) in rows for one in told if not is_from_before(event_of(one), since, received_at=now)]


def _wake_drain(account: PartnerAccount) -> None:
    """A drain that came by meanwhile found the lane taken and went on; it is rung for again."""
    if Delivery.objects.filter(lane=account.page_id, state=DeliveryState.NEW).exists():
        ring(BELL, task=TASK)

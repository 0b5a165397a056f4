"""Events that X delivered, counted and priced with the deliveries they came in. Four statements a batch."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date

from twitter_integration.accounts import payer_of
from twitter_integration.events import Dialect, Event, Kind, MessageEvent, PostEvent
from twitter_integration.metering.book import enter
from twitter_integration.metering.counting import Entry, Payer
from twitter_integration.metering.tariff import Tariff
from twitter_integration.models import Delivery, XApp

_POSTS = frozenset(
    {
        *(Kind.POST_BY_US, Kind.REPLY_BY_US, Kind.QUOTE_BY_US, Kind.REPOST_BY_US),
        *(Kind.MENTION, Kind.REPLY_TO_US, Kind.QUOTE_OF_US, Kind.REPOST_OF_US, Kind.POST_OTHER),
    }
)
_RELATIONS = frozenset(
    {
        *(Kind.BLOCK_BY_US, Kind.BLOCK_OF_US, Kind.UNBLOCK_BY_US, Kind.UNBLOCK_OF_US),
        *(Kind.MUTE_BY_US, Kind.MUTE_OF_US, Kind.UNMUTE_BY_US, Kind.UNMUTE_OF_US),
    }
)
_FOLLOWS = frozenset({Kind.FOLLOW_BY_US, Kind.FOLLOW_OF_US, Kind.UNFOLLOW_BY_US, Kind.UNFOLLOW_OF_US})
# X Activity (x-api 3.5). What is not here is free: messages we sent, receipts, typing.
_ACTIVITY: Mapping[Kind, Tariff] = {
    **dict.fromkeys(_POSTS, Tariff.POST_EVENT),
    **dict.fromkeys(_RELATIONS, Tariff.RELATION_EVENT),
    **dict.fromkeys(_FOLLOWS, Tariff.FOLLOW_EVENT),
    Kind.POST_DELETED: Tariff.DELETION_EVENT,
    Kind.LIKE_BY_US: Tariff.LIKE_EVENT,
    Kind.LIKE_OF_US: Tariff.LIKE_EVENT,
    Kind.MESSAGE_RECEIVED: Tariff.MESSAGE_EVENT,
    Kind.ENCRYPTED_MESSAGE: Tariff.MESSAGE_EVENT,
    Kind.PROFILE_CHANGED: Tariff.PROFILE_EVENT,
}
# Account Activity: only its posts count, towards what may be read.
_CLASSIC: Mapping[Kind, Tariff] = dict.fromkeys(_POSTS, Tariff.CLASSIC_POST_EVENT)

Line = tuple[Payer, date, str, Tariff]


def count_delivered(found: Iterable[tuple[Event, Delivery]]) -> None:
    """Runs in the transaction of the events' effects: a batch that is worked again is counted once.

    What an operator put in without X's signature was not delivered by X, and is not on its bill.
    """
    listed = [(event, delivery) for event, delivery in found if delivery.signed]
    if not listed:
        return
    apps = {app.pk: app for app in XApp.objects.only("tier", "owner_id").filter(pk__in={d.app_id for _, d in listed})}
    lines: dict[Line, list[Event]] = {}
    for event, delivery in listed:
        app = apps[delivery.app_id]
        day = delivery.received_at.astimezone(UTC).date()
        key = (payer_of(app, account_key=event.account_id), day, f"event.{event.kind}", _tariff(event))
        lines.setdefault(key, []).append(event)
    enter([_entry(*key, events) for key, events in lines.items()])


def _entry(payer: Payer, day: date, operation: str, tariff: Tariff, events: Iterable[Event]) -> Entry:
    """An event is charged for each account it is delivered for."""
    said = {f"{payer.account_key}:{event.key}"[:300]: _message(event) for event in events}
    return Entry(
        payer=payer,
        day=day,
        operation=operation,
        tariff=tariff,
        items=len(said),
        resources=tuple(said),
        messages=said,
    )


def _tariff(event: Event) -> Tariff:
    """X charges encrypted messages that were received; who sent them is seen by the account."""
    if event.dialect != Dialect.X_ACTIVITY:
        return _CLASSIC.get(event.kind, Tariff.FREE)
    if getattr(event, "sender_id", "") == event.account_id:
        return Tariff.FREE
    return _ACTIVITY.get(event.kind, Tariff.FREE)


def _message(event: Event) -> str:
    if isinstance(event, PostEvent):
        return event.post.id
    return event.message.id if isinstance(event, MessageEvent) else ""

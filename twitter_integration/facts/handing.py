"""From deliveries to events: parse, find the account, act, count, mark. What writes runs in the drain's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from kapture.sets import update_rows
from twitter_integration import amounts
from twitter_integration.choices import RECORDED, DeliveryState
from twitter_integration.events import Event, Kind, RevokedEvent
from twitter_integration.facts.acting import act
from twitter_integration.facts.ledger import Telling
from twitter_integration.facts.unasked import count_unasked, is_removed, is_unasked
from twitter_integration.metering.delivered import count_delivered
from twitter_integration.models import Delivery, PartnerAccount
from twitter_integration.payloads import Parsed, Unreadable, parse

Read = tuple[Event, Delivery]
# What X may tell without naming an account: it speaks of a webhook, or we have no word for it.
NAMELESS = frozenset({Kind.REPLAY_FINISHED, Kind.UNKNOWN})


def read(batch: Sequence[Delivery], *, now: datetime) -> list[Read]:
    """The events of these deliveries, in order. No queries: a long body costs time here, and holds up nobody."""
    return [one for delivery in batch for one in _read(delivery, now)]


def hand_over(batch: Sequence[Delivery], found: Sequence[Read], *, now: datetime) -> None:
    """Act on every event of the batch and mark the deliveries. Raises whatever intake raises; nothing is half done.

    What speaks of purged accounts alone, or of the time before, is forgotten whole: it was on its way, or named its
    account nowhere but inside.
    So is what X tells of an account that was unsubscribed or disconnected; that is counted.
    """
    empty = _empty(batch, found)
    known = _accounts(found, empty)
    accounts = {page: known[page] for page in {_account_id(event) for event, _ in found} & known.keys()}
    wanted = [one for one in found if not is_removed(*one, accounts.get(_account_id(one[0])))]
    kept: list[Read] = []
    unasked: list[Read] = []
    for one in wanted:
        (unasked if is_unasked(*one, accounts.get(_account_id(one[0]))) else kept).append(one)
    tellings = _tellings(kept, accounts)
    for delivery in empty:
        delivery.reason = _nothing_in(delivery, known=delivery.lane in known)
    act(tellings, now=now)
    count_delivered(kept)
    _mark(batch, accounts, now)
    count_unasked([accounts[_account_id(event)] for event, _ in unasked], now=now)
    if len(kept) < len(found):
        _forget({delivery.pk for _, delivery in found} - {delivery.pk for _, delivery in kept})
        _forget([delivery.pk for _, delivery in unasked])


def _tellings(kept: Sequence[Read], accounts: dict[str, PartnerAccount]) -> list[Telling]:
    tellings = []
    for event, delivery in kept:
        account = accounts.get(_account_id(event))
        refusal = _refusal(event, delivery, account)
        if refusal:
            _bury(delivery, refusal)
        else:
            tellings.append(
                Telling(
                    event=event,
                    account=account,
                    source=_source(event, delivery),
                    received_at=delivery.received_at,
                    delivery=delivery,
                )
            )
    return tellings


def _read(delivery: Delivery, now: datetime) -> list[Read]:
    delivery.state, delivery.finished_at, delivery.reason = DeliveryState.DONE, now, ""
    try:
        parsed: Parsed = parse(bytes(delivery.body))
    except Unreadable as error:
        _bury(delivery, str(error))
        return []
    delivery.dialect = parsed.dialect.value
    if parsed.failures:
        _bury(delivery, _told(parsed.failures))
    elif parsed.unknown_keys:
        delivery.reason = _("Unknown keys: {unknown_keys}").format(unknown_keys=", ".join(parsed.unknown_keys[:10]))[
            :500
        ]
    return [(event, delivery) for event in parsed.events]


def _source(event: Event, delivery: Delivery) -> str:
    """The product that told it, or that it was a recording of this product."""
    return event.dialect.value if delivery.signed else RECORDED[event.dialect.value]


def _bury(delivery: Delivery, reason: str) -> None:
    delivery.state, delivery.reason = DeliveryState.DEAD, reason[:500]


def _account_id(event: Event) -> str:
    """Whom it concerns. A revocation names its person instead of an account (P18)."""
    return event.person_id if isinstance(event, RevokedEvent) else event.account_id


def _empty(batch: Sequence[Delivery], found: Sequence[Read]) -> list[Delivery]:
    """Those that were read without a fault and told nothing."""
    told = {delivery.pk for _, delivery in found}
    return [one for one in batch if one.state == DeliveryState.DONE and not one.reason and one.pk not in told]


def _nothing_in(delivery: Delivery, *, known: bool) -> str:
    unknown = (
        ""
        if known or not delivery.lane
        else _(" No partner configuration has the Page ID {lane}.").format(lane=delivery.lane)
    )
    return _("It holds no event.{unknown}").format(unknown=unknown)


def _accounts(found: Sequence[Read], empty: Sequence[Delivery]) -> dict[str, PartnerAccount]:
    wanted = {_account_id(event) for event, _ in found} | {delivery.lane for delivery in empty}
    wanted -= {""}
    rows = PartnerAccount.objects.filter(page_id__in=wanted).select_related("address")
    return {account.page_id: account for account in rows} if wanted else {}


def _refusal(event: Event, delivery: Delivery, account: PartnerAccount | None) -> str:
    """Why an event may not be acted on at all; replayable once the configuration is mended."""
    if not _account_id(event):
        return "" if event.kind in NAMELESS else _("It names no account: for_user_id, or filter.user_id in X Activity.")
    if account is None:
        return _("No partner configuration has the Page ID {account_id}.").format(account_id=_account_id(event))
    if account.app_id != delivery.app_id:
        return _("@{name} belongs to another X app than the one that signed this.").format(name=account.page_name)
    return ""


def _forget(deliveries: Iterable[int]) -> None:
    Delivery.objects.filter(pk__in=deliveries).delete()


def _mark(batch: Sequence[Delivery], accounts: dict[str, PartnerAccount], now: datetime) -> None:
    columns = ["id", "state", "finished_at", "dialect", "reason"]
    update_rows(Delivery, columns, [[getattr(delivery, name) for name in columns] for delivery in batch])
    if accounts:
        PartnerAccount.objects.filter(pk__in=[a.pk for a in accounts.values()]).update(last_event_at=now)


def _told(failures: Sequence[str]) -> str:
    sentence = _("{what} could not be read: {failures}")
    return sentence.format(what=amounts.items(len(failures)), failures="; ".join(failures[:3]))

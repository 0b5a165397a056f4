"""What X tells of an account though it is to tell nothing more: nothing of it is kept, and it is counted."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from twitter_integration.events import Event, PostDeleted, ReplayFinished, RevokedEvent
from twitter_integration.facts.moments import happened_at
from twitter_integration.models import Delivery, PartnerAccount

# These hold no content: what ends something is obeyed whenever it comes.
_HEEDED = (RevokedEvent, PostDeleted, ReplayFinished)


def is_unasked(event: Event, delivery: Delivery, account: PartnerAccount | None) -> bool:
    """What happened before the end is kept however late it comes; so is a recording, on its operator's word."""
    since = silent_since(account) if account is not None else None
    if since is None or not delivery.signed or isinstance(event, _HEEDED):
        return False
    return happened_at(event, delivery.received_at) > since


def is_removed(event: Event, delivery: Delivery, account: PartnerAccount | None) -> bool:
    """Of a purged account nothing is kept; connected again, nothing that X tells of the time before."""
    if account is None or account.purged_at is not None:
        return account is not None
    if not delivery.signed or isinstance(event, _HEEDED):
        return False
    return is_from_before(event, account.kept_since, received_at=delivery.received_at)


def is_from_before(event: Event, kept_since: datetime | None, *, received_at: datetime) -> bool:
    return kept_since is not None and happened_at(event, received_at) < kept_since


def silent_since(account: PartnerAccount) -> datetime | None:
    """Since when X is to tell nothing of it. One that never was subscribed here may be by other means."""
    return account.disconnected_at or (None if account.products else account.unsubscribed_at)


def count_unasked(accounts: Iterable[PartnerAccount], *, now: datetime) -> None:
    """An account for each event that was dropped. A statement per account, as a rule one a batch."""
    for pk, number in Counter(account.pk for account in accounts).items():
        PartnerAccount.objects.filter(pk=pk).update(told_unasked=F("told_unasked") + number, told_unasked_at=now)

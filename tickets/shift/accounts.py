"""Account by account, as its channel tells it: how it is, and what was spent today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.models import User

from tickets.channels import Condition, channel_named
from tickets.models import Address


@dataclass(frozen=True, slots=True)
class AccountNow:
    address: Address
    condition: Condition


@dataclass(frozen=True, slots=True)
class AccountsNow:
    """`spent`: of all together, US dollars; None where the reader may not know. `page`: what it was spent on."""

    rows: Sequence[AccountNow]
    spent: Decimal | None
    page: str


_WORST_FIRST = ("bad", "warning", "fine")


def accounts_now(*, to: User, now: datetime) -> AccountsNow:
    """The worst first. One statement, and those of the channels."""
    told = {name: channel_named(name).conditions(by=to, now=now) for name in settings.CHANNELS}
    addresses = Address.objects.filter(channel__in=told).order_by("name")
    rows = [
        AccountNow(address, condition)
        for address in addresses
        if (condition := told[address.channel].accounts.get(address.key)) is not None
    ]
    spent = [one.spent for one in told.values() if one.spent is not None]
    page = next((one.page for one in told.values() if one.page), "")
    rows.sort(key=lambda row: _WORST_FIRST.index(row.condition.mark))
    return AccountsNow(rows, sum(spent, Decimal(0)) if spent else None, page)

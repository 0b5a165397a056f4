"""What an action costs at X's prices of pay-per-use: the tariff of its call, read from the metering's own table."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from twitter_integration.console.action import Action
from twitter_integration.metering.budgets import cost_of, costs_of
from twitter_integration.metering.operations import recognise
from twitter_integration.metering.tariff import READS, Tariff
from twitter_integration.models import PartnerAccount
from twitter_integration.offers import OFFERS, Dialect


def tariff_of(action: Action) -> Tariff:
    """By which X charges the action's v2 call; v1.1 is Enterprise's, which pays by contract."""
    call = OFFERS[action.operation].v2 if action.operation else None
    if call is None:
        return Tariff.FREE
    method, path = re.sub(r":[a-z]+", "1", call.path).split()
    return Tariff(recognise(method, path).tariff)


def price_of(account: PartnerAccount, action: Action, *, now: datetime) -> Decimal:
    """US dollars for one thing read or one act; nothing where the contract says otherwise."""
    return cost_of(tariff_of(action), 1, tier=account.app.tier, now=now)


def prices_of(account: PartnerAccount, actions: Iterable[Action], *, now: datetime) -> Mapping[str, Decimal]:
    """`price_of` for many, by name. One statement."""
    tariffs = {action.name: tariff_of(action) for action in actions}
    return costs_of(tariffs, tier=account.app.tier, now=now)


def is_by_row(action: Action) -> bool:
    """Whether every row that comes back is charged."""
    return tariff_of(action) in READS


def dialects_of(action: Action) -> list[Dialect]:
    """In which it can be done at all; the outbox speaks v2."""
    if not action.operation:
        return []
    return [Dialect.V2] if action.door is not None else [dialect for dialect in Dialect if dialect in action.ways]

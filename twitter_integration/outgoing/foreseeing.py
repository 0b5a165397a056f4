"""What would become of many answers, and what they would cost: as sendable and budgets say it of one, in a fixed
number of statements.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

from tickets.outbound import Asked, Foreseen
from twitter_integration.choices import Tier
from twitter_integration.metering.prices import load_prices
from twitter_integration.metering.tariff import SAID
from twitter_integration.metering.writing import Rates, cost_of_writing
from twitter_integration.outgoing.sendable import judge
from twitter_integration.outgoing.sendable_facts import Facts, facts_of


def foresee(asked: Sequence[Asked], *, now: datetime) -> dict[int, Foreseen]:
    """Five statements."""
    if not asked:
        return {}
    facts, rates = facts_of(asked), _rates(now.astimezone(UTC).date())
    return {one.key: _foresee(one, facts.get(one.key), rates, now=now) for one in asked}


def _rates(day: date) -> Rates:
    prices = load_prices()
    return {tariff: prices.each(tariff, day) for tariff in SAID}


def _foresee(one: Asked, facts: Facts | None, rates: Rates, *, now: datetime) -> Foreseen:
    permission = judge(facts, private=one.private, in_reply_to=one.in_reply_to, quote_of="", now=now)
    if facts is None or facts["app__tier"] != Tier.SELF_SERVE:
        return Foreseen(permission=permission, price=Decimal(0))
    price = cost_of_writing(rates, [one.text], private=one.private, answers=bool(one.in_reply_to))
    return Foreseen(permission=permission, price=price)

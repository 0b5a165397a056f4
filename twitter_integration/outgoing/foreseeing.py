"""What would become of many answers, and what they would cost: as sendable and budgets say it of one, in a fixed
number of statements.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from tickets.outbound import Asked, Foreseen
from twitter_integration.choices import Tier
from twitter_integration.metering.counting import tariff_of_post
from twitter_integration.metering.prices import Prices, load_prices
from twitter_integration.metering.tariff import Tariff
from twitter_integration.outgoing.sendable import judge
from twitter_integration.outgoing.sendable_facts import Facts, facts_of


def foresee(asked: Sequence[Asked], *, now: datetime) -> dict[int, Foreseen]:
    """Five statements."""
    if not asked:
        return {}
    facts, prices = facts_of(asked), load_prices()
    return {one.key: _foresee(one, facts.get(one.key), prices, now=now) for one in asked}


def _foresee(one: Asked, facts: Facts | None, prices: Prices, *, now: datetime) -> Foreseen:
    permission = judge(facts, private=one.private, in_reply_to=one.in_reply_to, quote_of="", now=now)
    if facts is None or facts["app__tier"] != Tier.SELF_SERVE:
        return Foreseen(permission=permission, price=Decimal(0))
    tariff = Tariff.MESSAGE if one.private else tariff_of_post(one.text, answers=bool(one.in_reply_to))
    return Foreseen(permission=permission, price=prices.each(tariff, now.astimezone(UTC).date()))

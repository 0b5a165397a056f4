"""How much of X an account may use per day, and what is left of it.

What was used is the book's (metering/): every call and every event, at X's prices of pay-per-use.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.models import Sum

from twitter_integration.choices import Tier
from twitter_integration.metering.meter import meter
from twitter_integration.metering.prices import load_prices
from twitter_integration.models import Allowance, PartnerAccount, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What an account may still read today (UTC)."""

    calls: int
    cost: Decimal
    calls_per_day: int
    cost_per_day: Decimal

    @property
    def spent(self) -> str:
        """Why nothing may be read any more today; empty while something may."""
        if self.calls <= 0:
            return f"Today's {self.calls_per_day} calls are used up; reading goes on at midnight UTC."
        if self.cost <= 0:
            return f"Today's ${self.cost_per_day} for reading are used up; reading goes on at midnight UTC."
        return ""


def cost_of(tariff: str, items: int, *, tier: str, now: datetime) -> Decimal:
    """US dollars for so many things, at today's price."""
    return load_prices().each(tariff, _day(now)) * items if tier == Tier.SELF_SERVE else Decimal(0)


def left(account: PartnerAccount, *, now: datetime) -> Left:
    """Two statements, and those of what the meter has not booked yet."""
    meter.settle()
    used = Usage.objects.filter(account_key=account.page_id, day=_day(now)).aggregate(
        calls=Sum("calls"), cost=Sum("cost")
    )
    allowed = Allowance.objects.filter(account=account).first() or Allowance(account=account)
    per_day = Decimal(allowed.cost_per_day)
    return Left(
        calls=allowed.calls_per_day - (used["calls"] or 0),
        cost=per_day - (used["cost"] or Decimal(0)),
        calls_per_day=allowed.calls_per_day,
        cost_per_day=per_day,
    )


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()

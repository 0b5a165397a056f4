"""What reading X costs and how much of it an account may use per day: a dated price table, a ledger, what is left.

Prices are X's public ones for pay-per-use; Enterprise pays by contract, so its calls are counted without a price.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum

from twitter_integration.choices import Tier
from twitter_integration.models import Allowance, PartnerAccount, Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for one thing read, as X's page said on a day."""

    each: Decimal
    what: str


AS_OF = date(2026, 8, 31)
SOURCE = "https://docs.x.com/x-api/getting-started/pricing"
_POST = Price(each=Decimal("0.005"), what="post read")
# By operation. Posts of one's own app owner cost a fifth ("owned reads"); a desk serves others too, so never assumed.
PRICES: Mapping[str, Price] = {
    "mentions": _POST,
    "posts": _POST,
    "answers": _POST,
    "search": _POST,
    "recheck": _POST,
    "messages": Price(each=Decimal("0.010"), what="direct message event read"),
    "counts": Price(each=Decimal(0), what="count of posts (no price named)"),
    "replay": Price(each=Decimal(0), what="replay job (its events are priced as delivered)"),
}


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


def cost_of(operation: str, items: int, *, tier: str) -> Decimal:
    """US dollars for reading so many things."""
    return Decimal(0) if tier == Tier.ENTERPRISE else PRICES[operation].each * items


def left(account: PartnerAccount, *, now: datetime) -> Left:
    """Two statements."""
    used = Usage.objects.filter(account=account, day=_day(now)).aggregate(calls=Sum("calls"), cost=Sum("cost"))
    allowed = Allowance.objects.filter(account=account).first() or Allowance(account=account)
    per_day = Decimal(allowed.cost_per_day)
    return Left(
        calls=allowed.calls_per_day - (used["calls"] or 0),
        cost=per_day - (used["cost"] or Decimal(0)),
        calls_per_day=allowed.calls_per_day,
        cost_per_day=per_day,
    )


def spend(account: PartnerAccount, operation: str, *, items: int, now: datetime) -> Decimal:
    """Enter one call into the ledger, at once and whatever becomes of it; returns its cost."""
    cost = cost_of(operation, items, tier=account.app.tier)
    table = connection.ops.quote_name(Usage._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} AS known (account_id, day, operation, calls, items, cost)"  # noqa: S608  (our table)
            " VALUES (%s, %s, %s, 1, %s, %s) ON CONFLICT (account_id, day, operation) DO UPDATE SET"
            " calls = known.calls + 1, items = known.items + excluded.items, cost = known.cost + excluded.cost",
            [account.pk, _day(now), operation, items, cost],
        )
    return cost


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()

"""How much of X an account may use per day, and what is left of it. What waits when it runs out is precedence.

What was used is the book's (metering/): every call and every event, at X's prices of pay-per-use. Our customers' words
and our answers are never held back: what customers say costs what it costs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from twitter_integration.choices import Tier
from twitter_integration.metering.meter import meter
from twitter_integration.metering.precedence import WARNED_AT, WORDS, Purpose, stops, waiting
from twitter_integration.metering.prices import load_prices
from twitter_integration.models import Allowance, PartnerAccount, Usage

RAISED = gettext_noop("“Daily allowances” in the admin raises it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What an account may still use today (UTC); negative where what cannot wait has used more."""

    calls: int
    cost: Decimal
    calls_per_day: int
    cost_per_day: Decimal

    @property
    def used(self) -> int:
        """Per cent of the budget that are used up: of calls or of money, whichever is more."""
        shares = (
            _share(self.calls_per_day - self.calls, self.calls_per_day),
            _share(self.cost_per_day - self.cost, self.cost_per_day),
        )
        return max(shares)

    def refusal(self, purpose: Purpose | None) -> str:
        """Why this must wait for tomorrow; empty while it need not."""
        if purpose is None or not stops(purpose, used=self.used):
            return ""
        return _("{spent} {what} goes on at midnight UTC; {raised}").format(
            spent=self._spent, what=_first_up(_(WORDS[purpose])), raised=_(RAISED)
        )

    @property
    def warning(self) -> str:
        """For whoever looks after the account; empty while there is enough."""
        if self.used < WARNED_AT:
            return ""
        held = [_(WORDS[purpose]) for purpose in waiting(used=self.used)]
        if not held:
            return self._spent
        return ngettext(
            "{spent} {what} waits until midnight UTC.", "{spent} {what} wait until midnight UTC.", len(held)
        ).format(spent=self._spent, what=_first_up(", ".join(held)))

    @property
    def _spent(self) -> str:
        money, calls = self.cost_per_day - self.cost, self.calls_per_day - self.calls
        if _share(money, self.cost_per_day) >= _share(calls, self.calls_per_day):
            return _("{used} % of today's budget is used: ${money:.2f} of ${of:.2f}.").format(
                used=self.used, money=money, of=self.cost_per_day
            )
        return _("{used} % of today's budget is used: {calls} of {of} calls.").format(
            used=self.used, calls=calls, of=self.calls_per_day
        )


def cost_of(tariff: str, items: int | Decimal, *, tier: str, now: datetime) -> Decimal:
    """US dollars for so many things, at today's price."""
    return load_prices().each(tariff, _day(now)) * items if tier == Tier.SELF_SERVE else Decimal(0)


def costs_of(tariffs: Mapping[str, str], *, tier: str, now: datetime) -> Mapping[str, Decimal]:
    """US dollars for one thing each, by name. One statement."""
    prices, day = load_prices(), _day(now)
    return {
        name: prices.each(tariff, day) if tier == Tier.SELF_SERVE else Decimal(0) for name, tariff in tariffs.items()
    }


def left(account: PartnerAccount, *, now: datetime) -> Left:
    """Two statements, and those of what the meter has not booked yet."""
    return lefts([account], now=now)[account.pk]


def lefts(accounts: Sequence[PartnerAccount], *, now: datetime) -> dict[int, Left]:
    """The same of several accounts, by their primary keys, with as many statements."""
    meter.settle()
    today = Usage.objects.filter(account_key__in=[account.page_id for account in accounts], day=_day(now)).order_by()
    sums = today.values("account_key").annotate(all_calls=Sum("calls"), all_costs=Sum("cost"))
    used = {key: (calls, cost) for key, calls, cost in sums.values_list("account_key", "all_calls", "all_costs")}
    allowed = {row.account_id: row for row in Allowance.objects.filter(account__in=[row.pk for row in accounts])}
    found = {}
    for account in accounts:
        calls, cost = used.get(account.page_id, (0, Decimal(0)))
        row = allowed.get(account.pk) or Allowance(account=account)
        per_day = Decimal(row.cost_per_day)
        found[account.pk] = Left(
            calls=row.calls_per_day - calls,
            cost=per_day - cost,
            calls_per_day=row.calls_per_day,
            cost_per_day=per_day,
        )
    return found


def refusal(account: PartnerAccount, purpose: Purpose | None, *, now: datetime) -> str:
    """Why a read for this purpose must wait for tomorrow; empty while it need not, or never does (None)."""
    return left(account, now=now).refusal(purpose) if purpose is not None else ""


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]


def _share(used: int | Decimal, whole: int | Decimal) -> int:
    """Per cent, rounded down; a budget of nothing is used up."""
    return int(100 * used / whole) if whole > 0 else 100


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()

"""How the accounts are and what they spent today, for who watches over the desk: the card's own verdict of each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Sum
from django.urls import reverse

from tickets.channels import Condition, Conditions
from twitter_integration.models import PartnerAccount, Usage
from twitter_integration.monitoring.card_facts import Facts, gather
from twitter_integration.monitoring.judging import Verdict, judge

_OF_NO_ACCOUNT = ""  # the apps' own calls
_SEES_COSTS = "twitter_integration.view_usage"


def conditions(*, by: User, now: datetime) -> Conditions:
    """Of those that are not purged. A dozen statements; one less for who may not see the costs."""
    rows = PartnerAccount.objects.filter(purged_at=None).select_related("address", "app")
    accounts = list(rows.defer(*PartnerAccount.SEALED_WITH_APP))
    facts = gather(accounts, now=now)
    told, costs = zip(accounts, judge(accounts, now=now, facts=facts), strict=True), by.has_perm(_SEES_COSTS)
    return Conditions(
        accounts={one.page_id: _condition(one, verdict, facts[one.pk], costs=costs) for one, verdict in told},
        spent=_spent([*(one.page_id for one in accounts), _OF_NO_ACCOUNT], now=now) if costs else None,
        page=f"{reverse('costs')}?days=7" if costs else "",
    )


def _condition(account: PartnerAccount, verdict: Verdict, facts: Facts, *, costs: bool) -> Condition:
    budget = facts.budget
    return Condition(
        mark=verdict.mark.value,
        word=verdict.word,
        sentence=verdict.sentence,
        heard_at=max(filter(None, [account.last_event_at, *facts.newest.values()]), default=None),
        spent=budget.cost_per_day - budget.cost if costs else None,
        budget=budget.cost_per_day if costs else None,
    )


def _spent(keys: Sequence[str], *, now: datetime) -> Decimal:
    """Of this day (UTC), as the page of costs has it. What the meter had not booked yet was booked by `gather`."""
    today = Usage.objects.filter(account_key__in=keys, day=now.astimezone(UTC).date())
    found: Decimal | None = today.aggregate(cost=Sum("cost"))["cost"]
    return found or Decimal(0)

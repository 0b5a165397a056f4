"""The day's budget: first profiles wait, then searches; customers and answers never."""

from decimal import Decimal

import pytest
from django.utils import timezone

from tests.twitter_integration.installed import install
from twitter_integration.account_health import health
from twitter_integration.budgets import Left, Purpose, left
from twitter_integration.health import signs
from twitter_integration.models import Allowance, PartnerAccount, Usage


def with_used(cost: str, calls: int = 0) -> Left:
    return Left(calls=100 - calls, cost=5 - Decimal(cost), calls_per_day=100, cost_per_day=Decimal(5))


@pytest.mark.parametrize(
    ("cost", "waits"),
    [
        ("3.99", []),
        ("4.24", []),
        ("4.25", ["profile"]),
        ("4.50", ["profile"]),
        ("4.99", ["profile"]),
        ("5.00", ["profile", "search"]),
        ("7.00", ["profile", "search"]),
    ],
)
def test_what_can_wait_waits_in_this_order(cost: str, waits: list[str]) -> None:
    assert [purpose for purpose in Purpose if with_used(cost).refusal(purpose)] == waits


def test_whoever_looks_after_it_is_warned_before_anything_waits() -> None:
    assert with_used("3.99").warning == ""
    assert with_used("4.00").warning == "80 % of today's budget is used: $4.00 of $5.00."
    assert with_used("4.30").warning.endswith("Refreshing profiles waits until midnight UTC.")


def test_calls_count_as_money_does() -> None:
    assert with_used("0.10", calls=92).refusal(Purpose.PROFILE).startswith("92 % of today's budget is used: 92 of 100")


def test_a_budget_of_nothing_holds_everything_back_that_can_wait() -> None:
    nothing = Left(calls=10, cost=Decimal(0), calls_per_day=10, cost_per_day=Decimal(0))
    assert all(nothing.refusal(purpose) for purpose in Purpose)


def spent(account: PartnerAccount, cost: str) -> None:
    day = timezone.now().date()
    Usage.objects.create(account_key=account.page_id, day=day, operation="posts.search", calls=1, cost=Decimal(cost))


def test_the_health_card_warns_in_time(db: None) -> None:
    acme = install()
    Allowance.objects.create(account=acme, cost_per_day=Decimal(10))
    spent(acme, "8.50")
    now = timezone.now()
    budget = next(sign for sign in signs(acme, now=now) if sign.label == "Budget")
    assert budget.value == "85 % of today's used, $8.50 of $10.00"
    assert budget.trouble in health(acme, now=now).troubles and not budget.fatal


def test_one_account_does_not_use_up_the_budget_of_another(db: None) -> None:
    acme, other = install(), install("900000000000000009", handle="other_demo")
    spent(other, "4.50")
    assert (left(acme, now=timezone.now()).used, left(other, now=timezone.now()).used) == (0, 90)

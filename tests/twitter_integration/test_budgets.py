"""The day's budget: first profiles wait, then searches; customers and answers never."""

from decimal import Decimal

import pytest
from django.utils import timezone

from tests.house.tree import modules
from tests.twitter_integration.installed import install
from twitter_integration.metering.budgets import Left, left
from twitter_integration.metering.precedence import PEOPLE, READERS, Purpose
from twitter_integration.models import Allowance, PartnerAccount, Usage
from twitter_integration.models.cursor import Stream
from twitter_integration.monitoring.account_health import health
from twitter_integration.monitoring.health import signs


def with_used(cost: str, calls: int = 0) -> Left:
    return Left(calls=100 - calls, cost=5 - Decimal(cost), calls_per_day=100, cost_per_day=Decimal(5))


OWN = {(reader, stream) for reader in ("polling", "reconciling") for stream in (Stream.MENTIONS, Stream.MESSAGES)}
FIRST, SECOND = ("standings", PEOPLE), ("reconciling", Stream.POSTS)
ALSO, LAST = ("reconciling", Stream.ANSWERS), ("searching", Stream.SEARCH)


@pytest.mark.parametrize(
    ("cost", "held"),
    [
        ("0.00", []),
        ("4.24", []),
        ("4.25", [FIRST]),
        ("4.59", [FIRST]),
        ("4.60", [FIRST, SECOND, ALSO]),
        ("4.99", [FIRST, SECOND, ALSO]),
        ("5.00", [FIRST, SECOND, ALSO, LAST]),
        ("50.0", [FIRST, SECOND, ALSO, LAST]),
    ],
)
def test_of_all_that_reads_x_these_wait_and_own_mentions_and_messages_never(
    cost: str, held: list[tuple[str, str]]
) -> None:
    left_over = with_used(cost)
    rows = [(reader, stream, purpose) for reader, streams in READERS.items() for stream, purpose in streams.items()]
    waits = [(reader, stream) for reader, stream, purpose in rows if left_over.refusal(purpose)]
    assert waits == held
    assert {(reader, stream) for reader, stream, _ in rows} >= OWN
    assert OWN.isdisjoint(waits)


# What else calls X: because a person asked for it, to send, or to sign in and register.
BY_HAND = {"reading.previewing", "console.line", "doctor", "admin.accounts", "views.callbacks"}
TO_SEND_OR_SIGN_IN = {
    "outgoing.lines",
    "outgoing.uploads",
    "setup.connecting",
    "setup.bearer",
    "setup.oauth2",
    "registering.lines",
}


def test_whatever_reads_x_by_itself_is_in_the_table() -> None:
    """`looking` reads over a line of the outbox."""
    calling = {
        module.name.removeprefix("twitter_integration.")
        for module in modules("twitter_integration")
        if "sandbox" not in module.name and "XClient(" in module.path.read_text(encoding="utf-8")
    }
    reading = {name for name in calling if name.rpartition(".")[2] in READERS}
    assert {name.rpartition(".")[2] for name in reading} == READERS.keys() - {"looking"}
    assert calling - reading - {"client"} == BY_HAND | TO_SEND_OR_SIGN_IN


def test_whoever_looks_after_it_is_warned_before_anything_waits() -> None:
    assert with_used("3.99").warning == ""
    assert with_used("4.00").warning == "80 % of today's budget is used: $4.00 of $5.00."
    assert with_used("4.30").warning.endswith("Refreshing profiles waits until midnight UTC.")
    assert with_used("4.80").warning.endswith("comparing own posts and answers wait until midnight UTC.")


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

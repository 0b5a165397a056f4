"""What X delivers is counted and priced with the delivery: once, whatever happens to the batch."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import ACME
from tests.twitter_integration.bodies import MODERN, direct, post
from tests.twitter_integration.installed import deliver, fail_no_more, fail_on, install
from twitter_integration.choices import Tier
from twitter_integration.deliveries.drain import drain
from twitter_integration.inbox import replay
from twitter_integration.models import Charge, Delivery, PartnerAccount, Usage, XApp

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 3, 23, 59, tzinfo=UTC)


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def tell(account: PartnerAccount, *bodies: bytes) -> list[Delivery]:
    return deliver(account, *bodies, received_at=AT)


def told() -> dict[str, tuple[int, int, Decimal]]:
    return {row.operation: (row.items, row.charged, row.cost) for row in Usage.objects.all()}


def work(seconds: int = 0) -> None:
    drain(clock=lambda: AT + timedelta(seconds=seconds))


def test_each_event_is_counted_at_its_price(acme: PartnerAccount) -> None:
    tell(acme, post(dialect=MODERN), direct(dialect=MODERN), direct(who=ACME, to="7", dialect=MODERN))
    work()
    assert told() == {
        "event.mention": (1, 1, Decimal("0.0050")),
        "event.message_received": (1, 1, Decimal("0.0100")),
        "event.message_sent": (1, 0, Decimal("0.0000")),
    }


def test_what_an_operator_put_in_is_not_on_the_bill(acme: PartnerAccount) -> None:
    deliver(acme, post(dialect=MODERN), received_at=AT, signed=False)
    work()
    assert Delivery.objects.get().state == "done" and told() == {}


def test_a_charge_knows_its_message(acme: PartnerAccount) -> None:
    tell(acme, direct(number="1950000000000000001", dialect=MODERN))
    work()
    charge = Charge.objects.get()
    assert (charge.account_key, charge.message, charge.day) == (ACME, "1950000000000000001", AT.date())


def test_of_account_activity_only_posts_are_priced(acme: PartnerAccount) -> None:
    tell(acme, post(), direct())
    work()
    assert told()["event.mention"][1:] == (1, Decimal("0.0050"))
    assert told()["event.message_received"] == (1, 0, Decimal("0.0000"))


def test_enterprise_is_counted_and_not_priced(acme: PartnerAccount) -> None:
    XApp.objects.update(tier=Tier.ENTERPRISE)
    tell(acme, post(dialect=MODERN))
    work()
    assert told() == {"event.mention": (1, 0, Decimal("0.0000"))}


def test_a_batch_that_fails_and_is_worked_again_is_counted_once(acme: PartnerAccount) -> None:
    fail_on("poison")
    tell(acme, post("@acmehelp_demo one", dialect=MODERN), post("@acmehelp_demo poison", dialect=MODERN))
    work()
    assert told()["event.mention"][0] == 1
    fail_no_more()
    work(60)
    assert told()["event.mention"][:2] == (2, 2)


def test_a_delivery_worked_again_by_hand_is_not_charged_again(acme: PartnerAccount) -> None:
    (delivery,) = tell(acme, post(dialect=MODERN))
    work()
    replay([delivery.pk], now=AT)
    work(5)
    assert told()["event.mention"][1:] == (1, Decimal("0.0050"))


def test_a_batch_is_counted_with_as_many_statements_as_one_event(acme: PartnerAccount) -> None:
    def statements(count: int) -> int:
        tell(acme, *(post(f"@acmehelp_demo {count} {n}", dialect=MODERN) for n in range(count)))
        with CaptureQueriesContext(connection) as asked:
            work(1)
        return sum("usage" in one["sql"] or "charge" in one["sql"] or "price" in one["sql"] for one in asked)

    assert (statements(1), statements(30)) == (3, 3)

"""From Account Activity to X Activity under traffic, with copies and disorder: nothing lost, nothing doubled."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from tests.contracts.ledger import compare_with_ledger, missing_posts
from twitter_integration.choices import Product
from twitter_integration.deliveries.drain import drain
from twitter_integration.models import Delivery, Event, PartnerAccount
from twitter_integration.reading.reconciling import reconcile
from twitter_integration.sandbox.hard_hours import HardHours
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.crossing import begin_crossing, finish_crossing
from twitter_integration.subscriptions import subscribe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
ACTS = 60


def test_the_crossing_loses_and_doubles_nothing(web: str, sandbox: ThreadedSandbox, acme: PartnerAccount) -> None:
    sandbox.world.switches.set("duplicates", 1)
    sandbox.world.switches.set("shuffle", True)
    crowd, before = HardHours(sandbox.world, seed=11), missing_posts(sandbox)
    subscribe(acme, now=timezone.now(), products=[Product.ACCOUNT_ACTIVITY])
    live(crowd, sandbox)
    begin_crossing(acme, now=timezone.now() - timedelta(minutes=5))
    live(crowd, sandbox)
    acme.refresh_from_db()
    assert finish_crossing(acme, now=timezone.now()).obstacle == ""
    live(crowd, sandbox)
    assert told_by() == {("account_activity",), ("account_activity", "x_activity"), ("x_activity",)}
    # X Activity has no event for a mention X itself put into somebody's reply to others: reading brings those.
    missed = [kinds for number, kinds in missing_posts(sandbox).items() if number not in before]
    assert all(kinds == ["automatic"] for kinds in missed)
    assert reconcile(acme, now=timezone.now() + timedelta(minutes=20)).complete
    compare_with_ledger(sandbox)


def live(crowd: HardHours, sandbox: ThreadedSandbox) -> None:
    """People do what they do, and then half an hour passes."""
    for _ in range(ACTS):
        crowd.step()
    sandbox.settle(timeout=60)
    while Delivery.objects.filter(state="new").exists():
        drain()
    past = timedelta(minutes=30)
    Event.objects.update(occurred_at=F("occurred_at") - past, received_at=F("received_at") - past)
    PartnerAccount.objects.update(crossing_since=F("crossing_since") - past)


def told_by() -> set[tuple[str, ...]]:
    return {tuple(sorted(sources)) for sources in Event.objects.values_list("sources", flat=True)}

"""Crossing over while customers write: every message exactly once, whoever of X's two products told of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.twitter_integration.doorbell import Doorbell
from tickets.models import Message
from twitter_integration.choices import Product
from twitter_integration.crossing import SETTLING, begin_crossing, finish_crossing, report_crossing
from twitter_integration.drain import drain
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Event, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = ("ana_demo", "ben_demo")


def write(sandbox: ThreadedSandbox, account: PartnerAccount, round_: int) -> None:
    """Both write publicly and privately; what X posts is stored and worked."""
    Doorbell.rung.clear()
    for person in PEOPLE:
        sandbox.act("post", user=person, text=f"@acmehelp_demo Round {round_}: where is my order?")
        sandbox.act("dm", user=person, to="acmehelp_demo", text=f"Round {round_}: my number is made up.")
    assert sandbox.settle()
    now = timezone.now()
    store([Arrival(app_id=account.app_id, body=body, received_at=now) for body in Doorbell.rung])
    drain()


def test_nothing_is_lost_and_nothing_doubled(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("duplicates", 1)
    sandbox.world.switches.set("shuffle", True)
    subscribe(reachable, now=timezone.now())
    write(sandbox, reachable, 1)
    begin_crossing(reachable, now=timezone.now() - SETTLING)
    write(sandbox, reachable, 2)
    later = timezone.now() + timedelta(minutes=10)
    told = {row.kind: row for row in report_crossing(reachable, now=later).rows}
    assert (told["mention"].both, told["mention"].missed) == (2, 0)
    assert (told["message_received"].both, told["message_received"].missed) == (2, 0)
    finish_crossing(reachable, now=later)
    write(sandbox, reachable, 3)
    assert reachable.products == [Product.X_ACTIVITY]
    assert Message.objects.count() == 3 * 2 * len(PEOPLE)
    assert set(Event.objects.filter(kind="mention").values_list("key", flat=True).distinct()) == {
        f"post:{number}" for number in Message.objects.filter(kind="mention").values_list("external_id", flat=True)
    }

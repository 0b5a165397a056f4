"""Crossing over while customers write: every message exactly once, whoever of X's two products told of it."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from tests.twitter_integration.doorbell import Doorbell
from tickets.models import Happening, Message
from twitter_integration.choices import Product
from twitter_integration.deliveries.drain import drain
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Event, PartnerAccount
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.crossing import begin_crossing, finish_crossing
from twitter_integration.setup.crossing_report import SETTLING, report_crossing
from twitter_integration.subscriptions import subscribe

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = ("ana_demo", "ben_demo")
MEETING = ("mute", "unmute", "follow", "unfollow", "block", "unblock")
KINDS = ("follow_of_us", "like_by_us", "mention", "message_received", *(f"{deed}_by_us" for deed in MEETING))


def write(sandbox: ThreadedSandbox, account: PartnerAccount, round_: int) -> None:
    """Both write publicly and privately and follow Acme, which meets them; what X posts is stored and worked."""
    Doorbell.rung.clear()
    for person in PEOPLE:
        said = sandbox.act("post", user=person, text=f"@acmehelp_demo Round {round_}: where is my order?")
        sandbox.act("dm", user=person, to="acmehelp_demo", text=f"Round {round_}: my number is made up.")
        sandbox.act("follow", user=person, to="acmehelp_demo")
        sandbox.act("like", user="acmehelp_demo", post=said["id"])
        for deed in MEETING:
            sandbox.act(deed, user="acmehelp_demo", to=person)
    assert sandbox.settle()
    now = timezone.now()
    store([Arrival(app_id=account.app_id, body=body, received_at=now) for body in Doorbell.rung])
    drain()


def an_hour_passes() -> None:
    hour = timedelta(hours=1)
    Event.objects.update(occurred_at=F("occurred_at") - hour, received_at=F("received_at") - hour)


def test_nothing_is_lost_and_nothing_doubled(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("duplicates", 1)
    sandbox.world.switches.set("shuffle", True)
    subscribe(reachable, now=timezone.now())
    write(sandbox, reachable, 1)
    an_hour_passes()
    begin_crossing(reachable, now=timezone.now() - SETTLING)
    write(sandbox, reachable, 2)
    later = timezone.now() + timedelta(minutes=20)
    told = report_crossing(reachable, now=later).rows
    assert {row.kind: (row.both, row.missed) for row in told} == dict.fromkeys(KINDS, (len(PEOPLE), 0))
    assert not any(row.x_activity_only for row in told)
    finish_crossing(reachable, now=later)
    an_hour_passes()
    write(sandbox, reachable, 3)
    assert reachable.products == [Product.X_ACTIVITY]
    assert Message.objects.count() == 3 * 2 * len(PEOPLE)
    lines = Counter(Happening.objects.values_list("kind", flat=True))
    assert lines == dict.fromkeys(set(KINDS) - {"mention", "message_received"}, 3 * len(PEOPLE))
    assert set(Event.objects.filter(kind="mention").values_list("key", flat=True).distinct()) == {
        f"post:{number}" for number in Message.objects.filter(kind="mention").values_list("external_id", flat=True)
    }

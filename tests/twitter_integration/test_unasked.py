"""What X tells of an account that was unsubscribed or disconnected: nothing of it is kept, and it is counted."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from tests.twitter_integration.doorbell import Doorbell
from twitter_integration import subscriptions
from twitter_integration.deliveries.drain import drain
from twitter_integration.errors import XError
from twitter_integration.inbox import Arrival, store
from twitter_integration.models import Delivery, Event, PartnerAccount
from twitter_integration.monitoring.health import signs
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe


def a_moment_ago() -> datetime:
    """X tells times to the millisecond, without the rest: what comes in the same one would seem to be older."""
    return timezone.now() - timedelta(seconds=1)


@pytest.fixture
def still_told(reachable: PartnerAccount) -> PartnerAccount:
    """Unsubscribed, but X goes on."""
    subscribe(reachable, now=timezone.now())
    Doorbell.rung.clear()
    PartnerAccount.objects.update(products=[], unsubscribed_at=a_moment_ago())
    return reachable


def hear_from_ana(account: PartnerAccount, sandbox: ThreadedSandbox, *, signed: bool = True) -> None:
    sandbox.act("dm", user="ana_demo", to="acmehelp_demo", text="My number is 0700 900 100.")
    assert sandbox.settle() and Doorbell.rung
    now = timezone.now()
    store([Arrival(app_id=account.app_id, body=body, received_at=now, signed=signed) for body in Doorbell.rung])
    drain()


def filed() -> int:
    return int(apps.get_model("tickets", "Message")._default_manager.count())


def test_nothing_is_kept_of_it_and_the_card_counts(still_told: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    hear_from_ana(still_told, sandbox)
    assert (filed(), Delivery.objects.count(), Event.objects.count()) == (0, 0, 0)
    card = {sign.label: sign.trouble for sign in signs(PartnerAccount.objects.get(), now=timezone.now())}
    assert "1 event" in card["Told unasked"]


def test_nor_of_a_disconnected_one(still_told: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    PartnerAccount.objects.update(products=["account_activity"], disconnected_at=a_moment_ago())
    hear_from_ana(still_told, sandbox)
    assert filed() == 0 and PartnerAccount.objects.get().told_unasked == 1


def test_subscribed_again_it_is_kept_again(still_told: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    subscribe(still_told, now=timezone.now())
    hear_from_ana(still_told, sandbox)
    assert filed() == 1 and PartnerAccount.objects.get().told_unasked == 0


def test_what_comes_while_orders_are_still_being_placed_is_kept(
    still_told: PartnerAccount, sandbox: ThreadedSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = subscriptions.place_orders

    def place_and_hear(*arguments: Any, **options: Any) -> None:
        place(*arguments, **options)
        hear_from_ana(still_told, sandbox)

    monkeypatch.setattr(subscriptions, "place_orders", place_and_hear)
    subscribe(still_told, now=timezone.now())
    assert filed() == 1


def test_a_failed_subscription_leaves_it_unasked(still_told: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", status=503, count=9)
    with pytest.raises(XError):
        subscribe(still_told, now=timezone.now())
    assert PartnerAccount.objects.get().unsubscribed_at


def test_a_recording_and_what_was_never_subscribed_here_are_kept(
    still_told: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    hear_from_ana(still_told, sandbox, signed=False)
    assert filed() == 1
    PartnerAccount.objects.update(unsubscribed_at=None)
    hear_from_ana(still_told, sandbox)
    assert filed() == 2

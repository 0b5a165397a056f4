"""What X has and nobody wants any more is withdrawn, in whatever dialect it was ordered."""

import io
import json
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.twitter_integration.doorbell import Doorbell
from twitter_integration.doctor import findings
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.monitoring.health import signs
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.x_activity import EVENT_TYPES
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.auditing import audit_app, audit_due
from twitter_integration.setup.clearing import LINGERING, left_at_x
from twitter_integration.setup.connecting import disconnect
from twitter_integration.setup.crossing import begin_crossing, finish_crossing
from twitter_integration.setup.webhooks import delete_webhook, refresh_webhooks, validate_webhook
from twitter_integration.subscriptions import subscribe

OLD_ORDERS = "/2/account_activity/*"


@pytest.fixture
def moved(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> PartnerAccount:
    """Acme was subscribed by v2; its app registers by the premium API now."""
    subscribe(reachable, now=timezone.now())
    sandbox.world.switches.set("tier", "premium")
    app = reachable.app
    app.registration, app.environment, app.tier = Registration.PREMIUM, sandbox.credentials["environment"], "premium"
    app.save()
    return reachable


def at_x(sandbox: ThreadedSandbox) -> tuple[int, int, int]:
    """What the sandbox has: webhooks, orders for everything, orders of one event type."""
    tables = ("webhook", "account_subscription", "activity_subscription")
    webhooks, everything, single = (sandbox.world.store.number(f"SELECT count(*) FROM {table}") for table in tables)
    return webhooks, everything, single


def later() -> datetime:
    """When X has delivered what it had for a webhook that nothing leads by any more."""
    return timezone.now() + LINGERING


def run(*arguments: str) -> Any:
    output = io.StringIO()
    call_command(*arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_a_changed_registration_orders_the_new_and_withdraws_the_old(
    moved: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    told = run("x_webhook", "register")["accounts"][moved.page_id]
    assert told["added"] == told["withdrawn"] == ["account_activity"]
    assert at_x(sandbox) == (2, 1, 0)
    assert Subscription.objects.get().unwanted_since is None
    audit_app(moved.app_id, now=later())
    assert at_x(sandbox) == (1, 1, 0)
    assert [hook.registration for hook in Webhook.objects.all()] == [Registration.PREMIUM]


def test_the_old_webhook_stays_until_x_has_delivered_what_it_had_for_it(
    moved: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    Doorbell.rung.clear()
    sandbox.world.switches.set("hold", True)
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo Where is my order?")
    subscribe(moved, now=timezone.now())
    sandbox.world.switches.set("hold", False)
    sandbox.world.dispatcher.wake()
    assert sandbox.settle() and any(b"Where is my order?" in body for body in Doorbell.rung)


def test_the_audit_comes_when_an_empty_webhook_may_go(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    now = timezone.now()
    subscribe(moved, now=now)
    assert list(audit_due(clock=lambda: now)) == [moved.app_id] and at_x(sandbox)[0] == 2
    assert audit_due(clock=lambda: now + LINGERING / 2) == {}
    ripe = now + LINGERING
    assert list(audit_due(clock=lambda: ripe)) == [moved.app_id] and at_x(sandbox)[0] == 1
    assert audit_due(clock=lambda: ripe + LINGERING) == {}


def test_a_webhook_used_again_meanwhile_is_not_deleted(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    subscribe(moved, now=timezone.now())
    XApp.objects.update(registration=Registration.V2)
    subscribe(PartnerAccount.objects.select_related("app", "address").get(), now=timezone.now())
    audit_app(moved.app_id, now=later())
    audit_app(moved.app_id, now=later() + LINGERING)
    assert Webhook.objects.get().registration == Registration.V2 and at_x(sandbox) == (1, 1, 0)


def test_the_old_order_stays_until_the_new_one_stands(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", path="*/subscriptions.json", method="POST", status=503, count=9)
    with pytest.raises(XError):
        subscribe(moved, now=timezone.now())
    audit_app(moved.app_id, now=timezone.now())
    assert at_x(sandbox)[1] == 1
    sandbox.world.faults.clear()
    audit_app(moved.app_id, now=timezone.now())
    audit_app(moved.app_id, now=later())
    assert at_x(sandbox) == (1, 1, 0) and Webhook.objects.get().registration == Registration.PREMIUM


def test_what_could_not_be_withdrawn_is_told_and_tried_again(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", path=OLD_ORDERS, method="DELETE", status=503, count=9)
    subscribe(moved, now=timezone.now())
    (sentence,) = left_at_x(moved)
    assert sentence in {sign.trouble for sign in signs(moved, now=timezone.now())}
    assert sentence in {finding.sentence for finding in findings()}
    sandbox.world.faults.clear()
    assert audit_app(moved.app_id, now=timezone.now()).mended[0].startswith("1 subscription that nobody wants")
    assert left_at_x(moved) == [] and at_x(sandbox) == (2, 1, 0)


def test_the_audit_finds_what_our_books_forgot(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.faults.plan("status", path=OLD_ORDERS, method="DELETE", status=503, count=9)
    subscribe(moved, now=timezone.now())
    sandbox.world.faults.clear()
    Webhook.objects.filter(registration=Registration.V2).delete()  # and with it the row of the order
    first, then = (audit_app(moved.app_id, now=moment).mended for moment in (timezone.now(), later()))
    assert first == ["1 subscription that nobody wants withdrawn: Account Activity v2."]
    assert then == ["A webhook of ours that nothing needs was deleted: Account Activity v2."]
    assert at_x(sandbox) == (1, 1, 0) and audit_app(moved.app_id, now=later()).mended == []


def test_unsubscribing_withdraws_in_every_dialect(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    Subscription.objects.all().delete()
    PartnerAccount.objects.update(products=[])  # as a desk of before left it
    assert run("x_subscribe", "remove", moved.page_id)["withdrawn"] == ["account_activity"]
    assert at_x(sandbox)[1] == 0


def test_disconnecting_withdraws_in_every_dialect(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    assert disconnect(moved, now=timezone.now()) == []
    assert at_x(sandbox)[1] == 0


def test_finishing_drops_account_activity_in_every_dialect(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    begin_crossing(moved, now=timezone.now())
    finish_crossing(moved, now=timezone.now(), force=True)
    assert at_x(sandbox)[1:] == (0, len(EVENT_TYPES))
    XApp.objects.get(registration=Registration.X_ACTIVITY)
    for moment in (timezone.now(), later()):
        audit_app(moved.app_id, now=moment)
    assert at_x(sandbox) == (1, 0, len(EVENT_TYPES))


def test_what_is_unsubscribed_but_refused_by_the_old_dialect_stays_known(
    moved: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.world.faults.plan("status", path=OLD_ORDERS, method="DELETE", status=503, count=9)
    assert run("x_subscribe", "remove", moved.page_id)["left_at_x"]
    sandbox.world.faults.clear()
    audit_app(moved.app_id, now=timezone.now())
    assert at_x(sandbox)[1] == 0 and not Subscription.objects.exists()


def test_what_is_not_ours_is_left_alone(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    XApp.objects.update(webhook_token="another-installation")
    audit_app(moved.app_id, now=timezone.now())
    assert at_x(sandbox)[:2] == (2, 2)


def test_a_webhook_of_a_premium_environment_is_worked_though_the_app_has_no_name_of_it_now(
    moved: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    subscribe(moved, now=timezone.now())
    audit_app(moved.app_id, now=later())
    XApp.objects.update(registration=Registration.V2, environment="")
    app, hook = XApp.objects.get(), Webhook.objects.get()
    assert hook.x_id in [found.x_id for found in refresh_webhooks(app, now=timezone.now())]
    assert validate_webhook(app, hook.x_id, now=timezone.now())
    assert delete_webhook(app, hook.x_id) and at_x(sandbox)[0] == 0

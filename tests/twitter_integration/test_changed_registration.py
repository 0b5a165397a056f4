"""An app of the old premium API registers by another dialect from now on: what X has stays, and that one works it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.twitter_integration.doorbell import Doorbell
from tests.twitter_integration.test_clearing import at_x, run
from twitter_integration.models import PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.registering.choices import Registration
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.auditing import audit_app
from twitter_integration.setup.clearing import left_at_x
from twitter_integration.subscriptions import subscribe


@pytest.fixture
def moved(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> PartnerAccount:
    """Acme was subscribed by the premium API; its app registers by v2 now, and X knows the old one no more."""
    app = reachable.app
    sandbox.world.switches.set("tier", "premium")
    app.registration, app.environment, app.tier = Registration.PREMIUM, sandbox.credentials["environment"], "premium"
    app.save()
    subscribe(reachable, now=timezone.now())
    sandbox.world.switches.set("tier", "self-serve")
    app.registration, app.environment, app.tier = Registration.V2, "", "self-serve"
    app.save()
    return reachable


def replay() -> object:
    start = timezone.now() - timedelta(hours=2)
    gap = [f"{moment:%Y-%m-%dT%H:%M}" for moment in (start, start + timedelta(minutes=45))]
    return run("x_webhook", "replay", "--from", gap[0], "--to", gap[1])["job_id"]


def test_a_gap_is_sent_again_by_the_new_dialect(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    before = Webhook.objects.get().x_id, Subscription.objects.get().pk, at_x(sandbox)
    assert replay()
    hook = Webhook.objects.get()
    assert (hook.registration, hook.environment) == (Registration.V2, "")
    assert (hook.x_id, Subscription.objects.get().pk, at_x(sandbox)) == before


def test_the_audit_brings_the_books_in_line_and_orders_nothing(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    order = sandbox.world.store.rows("SELECT rowid, * FROM account_subscription")[0]
    audit = audit_app(moved.app_id, now=timezone.now())
    assert (audit.mended, audit.failed, left_at_x(moved)) == ([], [], [])
    assert Webhook.objects.get().registration == Registration.V2
    assert tuple(sandbox.world.store.rows("SELECT rowid, * FROM account_subscription")[0]) == tuple(order)
    Doorbell.rung.clear()
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo Where is my order?")
    assert sandbox.settle() and any(b"Where is my order?" in body for body in Doorbell.rung)


def test_deleting_it_lasts(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    told = run("x_webhook", "delete", "--id", Webhook.objects.get().x_id)
    assert told["only_polled"] == [moved.page_id]
    audit_app(moved.app_id, now=timezone.now())
    assert at_x(sandbox)[:2] == (0, 0)


def test_deleting_one_that_only_the_dialect_of_before_lists_lasts(
    moved: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    """What led to it is not ordered anew where the app's registration of now would lead it."""
    XApp.objects.update(tier="premium", environment=sandbox.credentials["environment"])
    sandbox.world.switches.set("tier", "premium")
    subscribe(moved, now=timezone.now(), products=["account_activity", "x_activity"])
    Webhook.objects.update(registration=Registration.PREMIUM, environment=sandbox.credentials["environment"])
    sandbox.world.faults.plan("status", path="/2/webhooks", method="GET", status=403, count=1)
    told = run("x_webhook", "delete", "--id", Webhook.objects.get().x_id)
    assert told["only_polled"] == [moved.page_id]
    audit_app(moved.app_id, now=timezone.now())
    assert at_x(sandbox) == (0, 0, 0)


def test_deleting_it_beside_another_of_its_kind_lasts_for_whom_it_alone_told(moved: PartnerAccount) -> None:
    """The other may tell of other accounts; nothing of these is ordered there."""
    hook = Webhook.objects.get()
    facts = {"app": moved.app, "url": hook.url, "checked_at": hook.checked_at, "registration": Registration.V2}
    Webhook.objects.create(x_id="1999999999999999999", **facts)
    told = run("x_webhook", "delete", "--id", hook.x_id)
    moved.refresh_from_db()
    assert (told["only_polled"], moved.products, moved.laid_aside) == ([moved.page_id], [], ["account_activity"])


def test_while_both_dialects_are_in_use_it_stays_of_its_own(moved: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    """Crossing over with the premium API: X Activity's list shows the webhook as well."""
    sandbox.world.switches.set("tier", "premium")
    XApp.objects.update(registration=Registration.PREMIUM, environment=sandbox.credentials["environment"])
    run("x_webhook", "register", "--product", "x_activity")
    assert Webhook.objects.get().registration == Registration.PREMIUM

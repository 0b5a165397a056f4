"""The audit: what X has is compared with what we want, and mended; what cannot be is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from twitter_integration import probes
from twitter_integration.accounts import keys_of_app
from twitter_integration.client import XClient
from twitter_integration.doctor import findings
from twitter_integration.models import AuditNote, PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.auditing import Audit, audit_app, audit_due
from twitter_integration.setup.webhooks import list_webhooks
from twitter_integration.subscriptions import subscribe


@pytest.fixture
def subscribed(reachable: PartnerAccount) -> PartnerAccount:
    subscribe(reachable, now=timezone.now())
    return reachable


def audit(account: PartnerAccount) -> Audit:
    return audit_app(account.app_id, now=timezone.now())


def at_x(account: PartnerAccount, method: str, path: str) -> None:
    """Somebody else changes something at X, behind our back."""
    with XClient(keys_of_app(account.app)) as client:
        client.request(method, path, auth="app")


def test_where_all_is_well_nothing_is_done(subscribed: PartnerAccount) -> None:
    found = audit(subscribed)
    assert (found.mended, found.failed) == ([], [])
    assert XApp.objects.get().audited_at and not AuditNote.objects.exists()


def test_a_webhook_that_was_deleted_is_made_again_with_its_orders(subscribed: PartnerAccount) -> None:
    at_x(subscribed, "DELETE", f"/2/webhooks/{Webhook.objects.get().x_id}")
    found = audit(subscribed)
    assert [sentence.split(";")[0] for sentence in found.mended] == [
        "X had no webhook of ours",
        "@acmehelp_demo: 1 missing subscription placed again.",
    ]
    assert [hook.ours for hook in list_webhooks(subscribed.app)] == [True]
    assert audit(subscribed).mended == []


def test_an_order_that_was_withdrawn_is_placed_again(subscribed: PartnerAccount) -> None:
    path = f"/2/account_activity/webhooks/{Webhook.objects.get().x_id}/subscriptions/{subscribed.page_id}/all"
    at_x(subscribed, "DELETE", path)
    assert audit(subscribed).mended == ["@acmehelp_demo: 1 missing subscription placed again."]


def test_an_invalid_webhook_is_challenged_and_enabled(subscribed: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.store.run("UPDATE webhook SET valid = 0")
    assert "challenged again and is valid" in audit(subscribed).mended[0]
    assert Webhook.objects.get().valid


def test_a_bearer_token_invalidated_elsewhere_is_fetched_anew(
    subscribed: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.world.store.run("UPDATE app SET bearer_token = ''")
    assert "a new one was fetched" in audit(subscribed).mended[0]
    assert XApp.objects.get().bearer_token == sandbox.credentials["bearer_token"] != ""


def test_what_cannot_be_mended_is_told_everywhere(
    subscribed: PartnerAccount, sandbox: ThreadedSandbox, settings: Any
) -> None:
    sandbox.world.store.run("UPDATE webhook SET valid = 0")
    XApp.objects.update(consumer_secret="wrong", bearer_token="wrong")
    assert audit(subscribed).failed
    assert any("could not mend" in finding.sentence for finding in findings())
    figures = {figure.name: figure.value for figure in probes.figures()}
    assert figures["kapture_x_audit_failures"] == 1


def test_an_unreachable_webhook_stays_invalid_in_our_books(
    subscribed: PartnerAccount, sandbox: ThreadedSandbox, settings: Any
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    assert audit(subscribed).failed and not Webhook.objects.get().valid
    figures = {figure.name: figure.value for figure in probes.figures()}
    assert figures["kapture_x_webhook_valid"] == 0


def test_nobody_who_wants_nothing_is_bothered(reachable: PartnerAccount) -> None:
    assert audit(reachable) == Audit() and not Subscription.objects.exists()


def test_an_app_is_looked_at_every_half_hour(subscribed: PartnerAccount) -> None:
    assert set(audit_due()) == {subscribed.app_id}
    assert audit_due() == {}
    assert set(audit_due(clock=lambda: timezone.now() + timedelta(minutes=31))) == {subscribed.app_id}


def test_the_figures_tell_token_challenge_and_last_event(subscribed: PartnerAccount) -> None:
    PartnerAccount.objects.update(last_event_at=timezone.now(), token_state="alive")
    told = {(figure.name, figure.labels.get("state", "")): figure.value for figure in probes.figures()}
    assert told["kapture_x_token_state", "alive"] == 1 and told["kapture_x_token_state", "dead"] == 0
    assert told["kapture_x_challenge_age_seconds", ""] < 60 and told["kapture_x_last_event_age_seconds", ""] < 60

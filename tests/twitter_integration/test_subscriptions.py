"""Our webhook and our standing orders at the sandbox, over real HTTP with a real challenge."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from twitter_integration.accounts import keys_of_app, webhook_url
from twitter_integration.choices import Product
from twitter_integration.client import XClient
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount, Subscription, Webhook
from twitter_integration.registering.x_activity import EVENT_TYPES
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.webhooks import delete_webhook, list_webhooks, refresh_webhooks, register_webhook
from twitter_integration.subscriptions import subscribe


def test_the_webhook_is_registered_after_a_challenge_and_kept(reachable: PartnerAccount) -> None:
    webhook = register_webhook(reachable.app, now=timezone.now())
    assert webhook.valid and webhook.url == webhook_url(reachable.app)
    again = register_webhook(reachable.app, now=timezone.now())
    assert again.pk == webhook.pk
    assert [known.ours for known in list_webhooks(reachable.app)] == [True]


def test_an_unreachable_address_is_refused_with_the_reason_of_x(acme: PartnerAccount, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    with pytest.raises(XError) as caught:
        register_webhook(acme.app, now=timezone.now())
    assert caught.value.code == "CrcValidationFailed"
    assert not Webhook.objects.exists()


def test_our_registration_under_an_earlier_address_is_replaced(reachable: PartnerAccount, settings: Any) -> None:
    first = register_webhook(reachable.app, now=timezone.now())
    settings.PUBLIC_URL = settings.PUBLIC_URL.replace("127.0.0.1", "localhost")
    second = register_webhook(reachable.app, now=timezone.now())
    assert [known.x_id for known in list_webhooks(reachable.app)] == [second.x_id]
    assert not Webhook.objects.filter(x_id=first.x_id).exists()


def test_a_registration_that_is_not_ours_is_never_removed(reachable: PartnerAccount, settings: Any) -> None:
    foreign = f"{settings.PUBLIC_URL}/somebody/else"
    with XClient(keys_of_app(reachable.app)) as client:
        client.request("POST", "/2/webhooks", body={"url": foreign}, auth="app")
    with pytest.raises(XError) as caught:
        register_webhook(reachable.app, now=timezone.now())
    assert caught.value.code == "WebhookLimitExceeded"
    assert [known.url for known in list_webhooks(reachable.app)] == [foreign]


def test_subscribing_twice_places_one_order(reachable: PartnerAccount) -> None:
    assert subscribe(reachable, now=timezone.now()).added == [Product.ACCOUNT_ACTIVITY]
    again = subscribe(reachable, now=timezone.now())
    assert (again.added, again.kept) == ([], [Product.ACCOUNT_ACTIVITY])
    assert Subscription.objects.count() == 1


def test_x_activity_is_ordered_type_by_type_and_once(reachable: PartnerAccount) -> None:
    ordered = subscribe(reachable, now=timezone.now(), products=[Product.X_ACTIVITY])
    assert not ordered.refused
    assert len(ordered.added) == len(EVENT_TYPES) == Subscription.objects.count()
    again = subscribe(reachable, now=timezone.now(), products=[Product.X_ACTIVITY])
    assert (again.added, len(again.kept)) == ([], len(EVENT_TYPES))
    assert all(Subscription.objects.values_list("x_id", flat=True))


def test_what_x_dropped_is_dropped_here_too(reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now())
    webhook = Webhook.objects.get()
    with XClient(keys_of_app(reachable.app)) as client:
        client.request("DELETE", f"/2/webhooks/{webhook.x_id}", auth="app")
    assert refresh_webhooks(reachable.app, now=timezone.now()) == []
    assert not Webhook.objects.exists() and not Subscription.objects.exists()


def test_deleting_twice_is_no_error(reachable: PartnerAccount) -> None:
    webhook = register_webhook(reachable.app, now=timezone.now())
    delete_webhook(reachable.app, webhook.x_id)
    delete_webhook(reachable.app, webhook.x_id)
    assert not Webhook.objects.exists()


def call(*arguments: str) -> Any:
    output = StringIO()
    call_command(*arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_one_command_registers_and_subscribes(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    told = call("x_subscribe", "add", "@acmehelp_demo")
    assert told["added"] == ["account_activity"]
    assert [row["product"] for row in call("x_subscribe", "list", reachable.page_id)] == ["account_activity"]
    assert call("x_webhook", "validate")["valid"]
    assert call("x_webhook", "list")[0]["ours"]


def test_an_unknown_account_is_answered_with_those_there_are(acme: PartnerAccount) -> None:
    with pytest.raises(CommandError, match="Known: @acmehelp_demo"):
        call("x_subscribe", "add", "@nobody")

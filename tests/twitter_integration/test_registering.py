"""The four dialects of registering and ordering, each over real HTTP with a real challenge."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.twitter_integration.doorbell import Doorbell
from twitter_integration.choices import Product
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.registering.table import DIALECTS, modes_of
from twitter_integration.registering.x_activity import EVENT_TYPES, read_orders
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.webhooks import (
    delete_webhook,
    list_webhooks,
    refresh_webhooks,
    register_webhook,
    replay_webhook,
    validate_webhook,
)
from twitter_integration.subscriptions import count_subscriptions, subscribe, unsubscribe

DIALECT_TIERS = {
    Registration.V2: "self-serve",
    Registration.X_ACTIVITY: "self-serve",
    Registration.ENTERPRISE: "enterprise",
    Registration.PREMIUM: "premium",
}


@pytest.fixture(params=DIALECT_TIERS, ids=str)
def brand(request: Any, reachable: PartnerAccount, sandbox: ThreadedSandbox) -> PartnerAccount:
    """Acme's account, once in every dialect."""
    use(reachable.app, request.param, sandbox)
    return reachable


def use(app: XApp, registration: str, sandbox: ThreadedSandbox) -> None:
    sandbox.world.switches.set("tier", DIALECT_TIERS[Registration(registration)])
    app.registration, app.environment = registration, f":{sandbox.credentials['environment']}"
    app.save()


def many(brand: PartnerAccount) -> int:
    return len(EVENT_TYPES) if brand.app.registration == Registration.X_ACTIVITY else 1


def test_a_webhook_is_registered_listed_challenged_and_deleted(brand: PartnerAccount) -> None:
    webhook = register_webhook(brand.app, now=timezone.now())
    assert [(hook.x_id, hook.ours, hook.valid) for hook in list_webhooks(brand.app)] == [(webhook.x_id, True, True)]
    assert validate_webhook(brand.app, webhook.x_id, now=timezone.now())
    delete_webhook(brand.app, webhook.x_id)
    assert list_webhooks(brand.app) == [] and not Webhook.objects.exists()


def test_an_account_is_subscribed_once_counted_and_withdrawn(brand: PartnerAccount) -> None:
    first = subscribe(brand, now=timezone.now())
    again = subscribe(brand, now=timezone.now())
    assert (len(first.added), len(again.added), len(again.kept)) == (many(brand), 0, many(brand))
    assert count_subscriptions(brand.app).used == many(brand) == Subscription.objects.count()
    assert len(unsubscribe(brand, now=timezone.now())) == many(brand)
    assert count_subscriptions(brand.app).used == 0 and brand.products == []


def test_what_the_customer_writes_arrives(brand: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    subscribe(brand, now=timezone.now())
    Doorbell.rung.clear()
    sandbox.act("post", user="ana_demo", text="@acmehelp_demo Where is my order?")
    assert sandbox.settle()
    assert any(b"Where is my order?" in body for body in Doorbell.rung)


def test_a_failed_challenge_is_told_with_the_reason_of_x(brand: PartnerAccount, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    with pytest.raises(XError, match="webhook") as caught:
        register_webhook(brand.app, now=timezone.now())
    assert "connect" in caught.value.sentence or "CRC" in caught.value.code


def test_a_new_address_of_ours_is_registered_and_everybody_subscribed_again(
    brand: PartnerAccount, settings: Any
) -> None:
    subscribe(brand, now=timezone.now())
    settings.PUBLIC_URL = settings.PUBLIC_URL.replace("127.0.0.1", "localhost")
    told = call("x_webhook", "register")
    assert len(told["accounts"][brand.page_id]["added"]) == many(brand)
    assert [hook.url for hook in list_webhooks(brand.app)] == [told["url"]]
    assert Subscription.objects.count() == many(brand)


@pytest.mark.parametrize("registration", [Registration.V2, Registration.ENTERPRISE])
def test_a_gap_is_asked_to_be_sent_again(
    reachable: PartnerAccount, sandbox: ThreadedSandbox, registration: Registration
) -> None:
    use(reachable.app, registration, sandbox)
    subscribe(reachable, now=timezone.now())
    start = datetime.now(UTC) - timedelta(hours=2)
    gap = [moment.strftime("%Y-%m-%dT%H:%M") for moment in (start, start + timedelta(minutes=45))]
    told = call("x_webhook", "replay", "--from", gap[0], "--to", gap[1])
    assert told["job_id"]


def test_the_premium_dialect_says_that_it_has_no_replay(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    use(reachable.app, Registration.PREMIUM, sandbox)
    webhook = register_webhook(reachable.app, now=timezone.now())
    with pytest.raises(NotOffered, match="no replay"):
        replay_webhook(reachable.app, webhook.x_id, start=timezone.now(), end=timezone.now())


def test_a_wrong_environment_is_told_in_a_sentence(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    use(reachable.app, Registration.PREMIUM, sandbox)
    XApp.objects.update(environment="elsewhere")
    with pytest.raises(CommandError, match=r"access level.*name it does not know: “elsewhere” was sent"):
        call("x_webhook", "register")


def test_what_is_not_ours_is_never_deleted(reachable: PartnerAccount, settings: Any) -> None:
    webhook = register_webhook(reachable.app, now=timezone.now())
    XApp.objects.update(webhook_token="another-installation")
    with pytest.raises(CommandError, match="does not lead to this installation"):
        call("x_webhook", "delete", "--id", webhook.x_id)
    assert refresh_webhooks(XApp.objects.get(), now=timezone.now())[0].ours is False


def test_the_three_shapes_of_an_answer_are_read_alike() -> None:
    row = {"subscription_id": "7", "event_type": "dm.sent", "filter": {"user_id": "1"}, "webhook_id": "9"}
    shapes: list[Any] = [{"subscription": row}, [row], row]
    assert len({next(read_orders({"data": shape})) for shape in shapes}) == 1


def test_lists_are_read_page_by_page(
    reachable: PartnerAccount, monkeypatch: pytest.MonkeyPatch, sandbox: ThreadedSandbox
) -> None:
    monkeypatch.setattr("twitter_integration.registering.x_activity.PAGE_SIZE", "7")
    subscribe(reachable, now=timezone.now(), products=[Product.X_ACTIVITY])
    again = subscribe(reachable, now=timezone.now(), products=[Product.X_ACTIVITY])
    assert (len(again.kept), again.added) == (len(EVENT_TYPES), [])


def test_who_signs_a_call_is_the_apps_to_say() -> None:
    assert modes_of("x_activity", {})["place"] == "user"
    assert modes_of("x_activity", {"x_activity.place": "oauth2", "v2.place": "app"})["place"] == "oauth2"
    assert all(set(dialect.AUTH.values()) <= {"user", "app", "owner"} for dialect in DIALECTS.values())


def test_another_signature_is_used_where_the_app_says_so(reachable: PartnerAccount) -> None:
    XApp.objects.update(auth_modes={"v2.place": "app"})
    account = PartnerAccount.objects.select_related("app").get()
    with pytest.raises(XError) as caught:
        subscribe(account, now=timezone.now())
    assert caught.value.status == 403


def test_an_event_type_beyond_the_tier_is_told_and_the_rest_ordered(
    reachable: PartnerAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    types = (*EVENT_TYPES, ("no.such.type", ""))
    monkeypatch.setattr("twitter_integration.registering.x_activity.EVENT_TYPES", types)
    ordered = subscribe(reachable, now=timezone.now(), products=[Product.X_ACTIVITY])
    assert list(ordered.refused) == ["no.such.type"] and len(ordered.added) == len(EVENT_TYPES)
    reachable.refresh_from_db()
    assert list(reachable.refused_orders) == ["no.such.type"]


def call(*arguments: str) -> Any:
    output = io.StringIO()
    call_command(*arguments, "--json", stdout=output)
    return json.loads(output.getvalue())

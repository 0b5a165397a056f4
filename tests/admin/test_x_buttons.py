"""The buttons and the health card on the pages of an account and of an X app."""

import html
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import NOW, PASSWORD
from twitter_integration.choices import TokenState
from twitter_integration.doctor import findings
from twitter_integration.facts.consequences import withdraw_consent
from twitter_integration.models import Cursor, Delivery, PartnerAccount, Subscription, Webhook, XApp
from twitter_integration.purge.purging import purge
from twitter_integration.registering.x_activity import EVENT_TYPES
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.subscriptions import subscribe

pytestmark = pytest.mark.django_db


def page_of(boss: Client, row: PartnerAccount | XApp) -> str:
    page = boss.get(reverse(f"admin:twitter_integration_{row._meta.model_name}_change", args=[row.pk])).content.decode()
    return " ".join(page.split())


def press(boss: Client, row: PartnerAccount | XApp, act: str) -> list[str]:
    """Press the button as the page offers it; returns what is said afterwards."""
    name = "x_account_do" if isinstance(row, PartnerAccount) else "x_app_do"
    address = reverse(name, args=[row.pk, act])
    assert f'formaction="{address}"' in page_of(boss, row)
    answer = boss.post(address)
    if answer.status_code == 200:
        assert "Really do it?" in answer.content.decode()
        answer = boss.post(address, {"sure": "yes"})
    assert answer.status_code == 302
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_app_registers_its_webhook_and_subscribes_everybody(boss: Client, reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now())
    told = press(boss, reachable.app, "register")
    assert "1 account subscribed" in told[0]
    assert press(boss, reachable.app, "validate") == ["X challenged the webhook, and it is valid."]
    assert "every subscription" in press(boss, reachable.app, "delete")[0]
    assert not Webhook.objects.exists()


def test_the_app_is_compared_with_x_and_mended(
    boss: Client, reachable: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    subscribe(reachable, now=timezone.now())
    sandbox.world.store.run("DELETE FROM webhook")
    assert "X had no webhook of ours; it was registered." in press(boss, reachable.app, "audit")
    assert "it was registered." in page_of(boss, reachable.app)


def test_who_deletes_the_webhook_has_its_accounts_only_polled_until_it_is_registered(
    boss: Client, reachable: PartnerAccount
) -> None:
    subscribe(reachable, now=timezone.now(), products=["account_activity", "x_activity"])
    asked = boss.post(reverse("x_app_do", args=[reachable.app_id, "delete"])).content.decode()
    assert "only polled from then on, until they are subscribed again" in html.unescape(asked)
    assert "1 account is only polled from now on" in press(boss, reachable.app, "delete")[1]
    assert press(boss, reachable.app, "audit") == ["X has exactly what we want; nothing was to be mended."]
    assert not Webhook.objects.exists()
    assert "orders as before: Account Activity, X Activity" in page_of(boss, reachable)
    assert [one.ok for one in findings() if one.subject.startswith("webhook")] == [True]
    press(boss, reachable.app, "register")
    assert {row.product for row in Subscription.objects.all()} == {"account_activity", "x_activity"}
    assert PartnerAccount.objects.get().laid_aside == []


def test_the_bearer_token_is_fetched_and_invalidated(boss: Client, acme: PartnerAccount) -> None:
    assert "is kept" in press(boss, acme.app, "fetch-bearer")[0]
    assert "X has forgotten" in press(boss, acme.app, "invalidate-bearer")[0]
    assert not XApp.objects.get().bearer_token


def test_an_account_subscribes_crosses_over_and_unsubscribes(boss: Client, reachable: PartnerAccount) -> None:
    assert "1 subscription placed, 0 were there" in press(boss, reachable, "subscribe")[0]
    told = press(boss, reachable, "cross")
    assert "side by side" in told[0] and "can be compared from" in told[1]
    assert Subscription.objects.count() == 1 + len(EVENT_TYPES)
    assert f'href="{reverse("x_crossing", args=[reachable.pk])}"' in page_of(boss, reachable)
    assert "withdrawn" in press(boss, reachable, "unsubscribe")[0]
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("act", ["unsubscribe", "disconnect", "revoke-oauth2"])
def test_what_ends_something_on_an_account_is_asked_first(boss: Client, acme: PartnerAccount, act: str) -> None:
    asked = boss.post(reverse("x_account_do", args=[acme.pk, act]))
    assert "Really do it?" in asked.content.decode() and "No, change nothing" in asked.content.decode()
    assert PartnerAccount.objects.get().is_connected


@pytest.mark.parametrize("act", ["delete", "invalidate-bearer"])
def test_what_ends_something_on_an_app_is_asked_first(boss: Client, acme: PartnerAccount, act: str) -> None:
    assert "Really do it?" in boss.post(reverse("x_app_do", args=[acme.app_id, act])).content.decode()
    assert XApp.objects.get().bearer_token


def test_an_account_that_nobody_subscribed_says_so(boss: Client, acme: PartnerAccount) -> None:
    assert "0: only what is read by polling comes in. Press “Subscribe”." in page_of(boss, acme)


def test_withdrawn_consent_is_called_the_same_everywhere(boss: Client, acme: PartnerAccount) -> None:
    withdraw_consent(acme, at=timezone.now())
    html = page_of(boss, acme)
    assert "Consent withdrawn on X" in html and "Refused by X" not in html
    assert html.count("withdrew its consent on X") == 1
    assert "Consent withdrawn on X" in boss.get(reverse("admin:index")).content.decode()


def test_the_first_page_speaks_to_people(boss: Client, acme: PartnerAccount) -> None:
    html = boss.get(reverse("admin:index")).content.decode()
    assert "What X delivers is worked in time." in html
    assert "1 for the state" not in html and "Seconds since" not in html


def test_the_first_page_judges_an_account_as_its_own_card_does(boss: Client, acme: PartnerAccount) -> None:
    assert "<b>Works</b>" in boss.get(reverse("admin:index")).content.decode()
    PartnerAccount.objects.update(products=["account_activity"])
    for page in (page_of(boss, acme), boss.get(reverse("admin:index")).content.decode()):
        assert "X has no webhook of ours, though this account wants one." in page and "To be mended" in page
    PartnerAccount.objects.update(products=[])
    Cursor.objects.create(account=acme, stream="mentions", polled_at=NOW, failures=2, result="X answered 503.")
    first = boss.get(reverse("admin:index")).content.decode()
    assert "<b>To be looked at</b>" in first and ">Reading mentions failed 2 times" in first


def test_a_disconnected_account_offers_only_to_connect(boss: Client, acme: PartnerAccount) -> None:
    assert "Its tickets and settings stay." in press(boss, acme, "disconnect")[-1]
    html = page_of(boss, acme)
    assert f'href="{reverse("x_connect", args=[acme.pk])}"' in html and "formaction=" not in html
    assert "@acmehelp_demo was disconnected from X." in html


def test_a_button_of_a_purged_account_says_that_it_must_be_connected_again(boss: Client, acme: PartnerAccount) -> None:
    purge(acme, now=timezone.now())
    answer = boss.post(reverse("x_account_do", args=[acme.pk, "subscribe"]))
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert "was purged, and nothing is kept of it. Connect it again" in told[0]


def test_a_refusal_of_x_is_one_sentence(boss: Client, acme: PartnerAccount, settings: Any) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    assert "X refused the webhook or subscription." in press(boss, acme, "subscribe")[0]


def test_the_card_tells_what_is_wrong_and_how_to_mend_it(boss: Client, acme: PartnerAccount) -> None:
    PartnerAccount.objects.update(token_state=TokenState.DEAD, products=["account_activity"])
    Delivery.objects.create(
        app=acme.app, digest=b"1" * 32, lane=acme.page_id, body=b"{}", state="dead", next_try_at=NOW, received_at=NOW
    )
    html = page_of(boss, acme)
    assert "X refuses its token." in html and "Could not be worked: 1 delivery." in html
    assert "X has no webhook of ours" not in html  # nothing can be ordered before it is connected again


def test_the_card_of_a_healthy_account_shows_no_trouble(boss: Client, reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now(), products=["x_activity"])
    html = page_of(boss, reachable)
    assert f"{len(EVENT_TYPES)} of {len(EVENT_TYPES)} subscriptions" in html
    assert "valid, looked at" in html and "●" not in html


def test_the_card_tells_several_webhooks_apart(boss: Client, reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now())
    old = {"registration": "premium", "url": "https://desk.example/", "valid": True, "checked_at": NOW}
    Webhook.objects.create(app=reachable.app, x_id="77", emptied_at=NOW, **old)
    html, hook = page_of(boss, reachable), Webhook.objects.get(registration="v2")
    assert f"Account Activity v2, {hook.x_id}: valid" in html
    assert "Account Activity v1.1, premium (environment name), 77: to be deleted, valid" in html


def test_only_who_may_change_configurations_presses(client: Client, acme: PartnerAccount) -> None:
    office = User.objects.create_user("olga", password=PASSWORD, is_staff=True)
    office.user_permissions.set(Permission.objects.filter(codename="view_partneraccount"))
    client.force_login(office)
    address = reverse("x_account_do", args=[acme.pk, "disconnect"])
    assert client.post(address).status_code == 404
    office.user_permissions.add(Permission.objects.get(codename="change_partneraccount"))
    assert client.get(address).status_code == 405 and client.post(address, {"sure": "yes"}).status_code == 302


def test_pages_forged_by_others_press_nothing(acme: PartnerAccount, admin_user: User) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(admin_user)
    assert careful.post(reverse("x_account_do", args=[acme.pk, "disconnect"])).status_code == 403
    assert PartnerAccount.objects.get().is_connected


def test_authentication_of_single_calls_is_checked_before_saving(boss: Client, acme: PartnerAccount) -> None:
    url = reverse("admin:twitter_integration_xapp_change", args=[acme.app_id])
    facts = {"name": "Acme app", "consumer_key": "k", "tier": "self-serve", "registration": "premium"}
    for modes, fault in (('{"v2.nothing": "app"}', "no call"), ('{"v2.place": "me"}', "Modes:")):
        page = boss.post(url, facts | {"auth_modes": modes}).content.decode()
        assert fault in page and "needs the environment name" in page


def test_what_x_offers_an_app_otherwise_is_checked_and_kept(boss: Client, acme: PartnerAccount) -> None:
    url = reverse("admin:twitter_integration_xapp_change", args=[acme.app_id])
    facts = {"name": "Acme app", "consumer_key": "k", "tier": "self-serve", "registration": "v2", "auth_modes": "{}"}
    for offers, fault in (('{"likes.all": ["v2"]}', "no operation"), ('{"likes.create": "v2"}', "Dialects, as a list")):
        assert fault in boss.post(url, facts | {"offers": offers}).content.decode()
    assert boss.post(url, facts | {"offers": '{"likes.create": ["v2"]}'}).status_code == 302
    assert XApp.objects.get().offers == {"likes.create": ["v2"]}


def test_a_button_is_told_when_x_is_out_of_reach(
    boss: Client, acme: PartnerAccount, sandbox: ThreadedSandbox, settings: Any
) -> None:
    settings.X_API_URL = "http://127.0.0.1:9"
    assert press(boss, acme.app, "register") == ["X could not be reached."]

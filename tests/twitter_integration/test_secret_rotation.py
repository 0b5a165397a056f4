"""A new consumer secret: what X signs with the old one and with the new one is believed, for a stated time."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.twitter_integration.door import ask
from tests.twitter_integration.doorbell import Doorbell
from tickets.models import Address
from twitter_integration.accounts import SECRET_OVERLAP, keys_of_app, replace_consumer_secret
from twitter_integration.client import XClient
from twitter_integration.deliveries.receiver import Receiver
from twitter_integration.doctor import findings
from twitter_integration.models import Cursor, Delivery, PartnerAccount, XApp
from twitter_integration.monitoring.health import signs
from twitter_integration.outgoing.sendable import may_send
from twitter_integration.polling import poll_due
from twitter_integration.sandbox import apps
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.signing import is_signed
from twitter_integration.subscriptions import subscribe

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "the-new-consumer-secret"


@pytest.fixture
def doors(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Receiver]]:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    opened: list[Receiver] = []
    yield opened
    for door in opened:
        door.keeper._thread.submit(lambda: connection.close()).result()


def rotate_here() -> None:
    app = XApp.objects.get()
    replace_consumer_secret(app, NEW, now=timezone.now())
    app.save()


def hear(sandbox: ThreadedSandbox, text: str) -> tuple[bytes, str]:
    """What X posts when Ana writes, with its signature."""
    Doorbell.rung.clear()
    sandbox.act("post", user="ana_demo", text=f"@acmehelp_demo {text}")
    assert sandbox.settle()
    return Doorbell.rung[-1], Doorbell.signatures[-1]


def bring(doors: list[Receiver], body: bytes, signature: str) -> int:
    """A web process that starts now takes it; returns its answer."""
    doors.append(Receiver())
    path = f"/webhooks/x/{XApp.objects.get().webhook_token}/"
    headers = {"x-twitter-webhooks-signature": signature}
    return asyncio.run(ask(doors[-1], "POST", path, headers=headers, body=body)).status


def test_both_secrets_are_believed_and_the_old_one_no_longer_than_said(
    reachable: PartnerAccount, sandbox: ThreadedSandbox, doors: list[Receiver]
) -> None:
    subscribe(reachable, now=timezone.now())
    early = hear(sandbox, "before X switched")
    rotate_here()
    assert bring(doors, *early) == 200
    sandbox.world.store.run("UPDATE app SET consumer_secret = ?", (NEW,))
    late = hear(sandbox, "after X switched")
    assert is_signed(late[0], late[1], secrets=[NEW]) and bring(doors, *late) == 200
    assert Delivery.objects.count() == 2
    XApp.objects.update(previous_secret_until=timezone.now() - timedelta(seconds=1))
    assert bring(doors, *early) == 403


def test_calls_go_out_with_the_new_secret(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    rotate_here()
    sandbox.world.store.run("UPDATE app SET consumer_secret = ?, bearer_token = ''", (NEW,))
    XApp.objects.update(bearer_token="")
    with XClient(keys_of_app(XApp.objects.get())) as client:
        assert client.request("GET", "/2/webhooks", auth="app").rows == []


def test_the_stated_time_is_a_day() -> None:
    assert timedelta(hours=24) == SECRET_OVERLAP


WRONG_KEYS = "X does not accept this app's consumer key or secret"


def rotate_at_x(sandbox: ThreadedSandbox) -> str:
    """X has a new secret, and the helpdesk has called with the old one meanwhile."""
    new = apps.rotate_secret(sandbox.world.store, apps.all_apps(sandbox.world.store)[0]).consumer_secret
    assert [done.outcome for done in poll_due()] == ["failed"] * 4
    return new


def stands(account: PartnerAccount) -> tuple[str, bool]:
    account.refresh_from_db()
    account.address.refresh_from_db()
    return account.token_state, account.address.sending_stopped


def test_wrong_app_keys_are_told_as_such_and_not_as_a_dead_token(
    acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    rotate_at_x(sandbox)
    assert stands(acme) == ("untried", True)
    told = may_send(acme.page_id, private=True, in_reply_to="", now=timezone.now())
    card = {sign.label: sign.trouble for sign in signs(acme, now=timezone.now())}
    doctor = [finding.sentence for finding in findings() if finding.subject == "@acmehelp_demo" and not finding.ok]
    assert told.reason.startswith(WRONG_KEYS) and card["Sending"].startswith(WRONG_KEYS) and not card["Token"]
    assert doctor[0].startswith(WRONG_KEYS) and not any("access token" in sentence for sentence in doctor)


def change_by_command(account: PartnerAccount, new: str, _client: Client) -> None:
    call_command("x_account", "add", app="Acme app", page_id=account.page_id, consumer_secret=new)


def change_by_page(account: PartnerAccount, new: str, client: Client) -> None:
    app = account.app
    page = {"name": app.name, "consumer_key": app.consumer_key, "tier": app.tier, "registration": app.registration}
    url = reverse("admin:twitter_integration_xapp_change", args=[app.pk])
    answer = client.post(url, page | {"auth_modes": "{}", "offers": "{}", "new_consumer_secret": new})
    assert answer.status_code == 302


@pytest.mark.parametrize("change", [change_by_command, change_by_page])
@pytest.mark.parametrize("state", ["untried", "dead"])
def test_a_new_secret_lifts_what_the_old_one_caused(
    change: Any, state: str, acme: PartnerAccount, sandbox: ThreadedSandbox, admin_client: Client
) -> None:
    new = rotate_at_x(sandbox)
    PartnerAccount.objects.update(token_state=state)
    change(acme, new, admin_client)
    assert stands(acme) == ("untried", False)
    assert not Cursor.objects.exclude(wait_until=None).exists()
    outcomes = [done.outcome for done in poll_due(clock=lambda: timezone.now() + timedelta(hours=1))]
    assert outcomes == ["read"] * 4 and stands(acme) == ("alive", False)


@pytest.mark.parametrize(("banner", "stays"), [("", False), ("No credits left.", True)])
def test_a_call_that_x_takes_lifts_the_stop_for_wrong_keys_and_no_other(
    banner: str, stays: bool, acme: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    rotate_at_x(sandbox)
    sandbox.world.store.run("UPDATE app SET consumer_secret = ?", (str(acme.app.consumer_secret),))
    if banner:
        Address.objects.update(banner=banner)
    Cursor.objects.update(wait_until=None, polled_at=None)
    assert poll_due()[0].outcome == "read"
    assert stands(acme) == ("alive", stays)

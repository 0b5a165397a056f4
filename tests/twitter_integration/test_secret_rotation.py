"""A new consumer secret: what X signs with the old one and with the new one is believed, for a stated time."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.twitter_integration.door import ask
from tests.twitter_integration.doorbell import Doorbell
from twitter_integration.accounts import SECRET_OVERLAP, keys_of_app, replace_consumer_secret
from twitter_integration.client import XClient
from twitter_integration.models import Delivery, PartnerAccount, XApp
from twitter_integration.receiver import Receiver
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

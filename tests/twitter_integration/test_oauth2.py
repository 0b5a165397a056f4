"""OAuth 2.0 with PKCE: granted from the admin, refreshed by one worker at a time, revoked."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from twitter_integration.client import XClient
from twitter_integration.errors import XError
from twitter_integration.models import OAuth2Grant, PartnerAccount
from twitter_integration.oauth import Keys
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup import oauth2
from twitter_integration.setup.oauth2 import CannotRefresh, challenge_of, fresh_token

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def brand(acme: PartnerAccount, sandbox: ThreadedSandbox) -> PartnerAccount:
    """Acme's account; its app has an OAuth 2.0 client at X."""
    told = sandbox.credentials
    acme.app.client_id, acme.app.client_secret = told["client_id"], told["client_secret"]
    acme.app.save()
    return acme


@pytest.fixture
def boss(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def approve(boss: Client, account: PartnerAccount, *, as_: str = "acmehelp_demo", decision: str = "approve") -> Any:
    """Press the button, decide at X, come back."""
    start = boss.post(reverse("x_connect", args=[account.pk]), {"oauth2": "1"})
    address = urlsplit(start["Location"])
    form = dict(parse_qsl(address.query)) | {"user": as_, "decision": decision}
    site = f"{address.scheme}://{address.netloc}{address.path}"
    returned = requests.post(site, data=form, allow_redirects=False, timeout=5).headers["Location"]
    return boss.get("/" + returned.partition("://")[2].partition("/")[2], follow=True)


def age() -> None:
    """Let the access token be so old that it has run out."""
    OAuth2Grant.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def test_the_challenge_is_that_of_the_rfc() -> None:
    verifier = "kapture-demo-code-verifier-0123456789-0123456789"
    assert challenge_of(verifier) == "NwGPPFfVEABv5NVdMdqEdoR1nb_qnKP_ApIb9mrcGcM"


def test_an_account_is_connected_and_its_tokens_lie_sealed(boss: Client, brand: PartnerAccount) -> None:
    approve(boss, brand)
    token = fresh_token(brand)
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token || refresh_token FROM twitter_integration_oauth2grant")
        assert token not in cursor.fetchone()[0]
    with XClient(Keys(consumer_key="", consumer_secret="", oauth2_token=token)) as client:
        assert client.me(auth="oauth2").data["id"] == brand.page_id


def test_the_wrong_page_and_a_cancellation_save_nothing(boss: Client, brand: PartnerAccount) -> None:
    assert "that of @acmehelp_demo" in approve(boss, brand, as_="ben_demo").content.decode()
    assert "You cancelled at X" in approve(boss, brand, decision="cancel").content.decode()
    assert not OAuth2Grant.objects.exists()


def living_tokens(sandbox: ThreadedSandbox) -> int:
    return len(sandbox.world.store.rows("SELECT 1 FROM user_bearer WHERE NOT dead"))


def test_what_was_granted_for_the_wrong_page_is_revoked(
    boss: Client, brand: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    page = approve(boss, brand, as_="ben_demo")
    assert page.status_code == 409 and "were given up again" in page.content.decode()
    assert sandbox.world.store.rows("SELECT 1 FROM user_bearer") and not living_tokens(sandbox)


def test_what_x_does_not_take_back_is_told_and_logged_without_a_secret(
    boss: Client, brand: PartnerAccount, sandbox: ThreadedSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    sandbox.world.faults.plan("status", path="/2/oauth2/revoke", status=503, count=2)
    words = approve(boss, brand, as_="ben_demo").content.decode()
    assert "that of @acmehelp_demo" in words
    assert "could not be given up: X has" in words, words
    row = sandbox.world.store.row("SELECT access, refresh FROM user_bearer WHERE NOT dead")
    assert row is not None and "could not be revoked" in caplog.text
    assert row["access"] not in caplog.text + words and row["refresh"] not in caplog.text + words


def test_tokens_whose_owner_x_does_not_name_are_revoked_too(
    boss: Client, brand: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    sandbox.world.faults.plan("status", path="/2/users/me", status=503)
    page = approve(boss, brand)
    assert page.status_code == 502 and not OAuth2Grant.objects.exists() and not living_tokens(sandbox)


def test_a_token_is_refreshed_and_the_refresh_token_rotates(boss: Client, brand: PartnerAccount) -> None:
    approve(boss, brand)
    before = OAuth2Grant.objects.get()
    assert fresh_token(brand) == before.access_token
    age()
    after = fresh_token(brand)
    assert after != before.access_token
    assert OAuth2Grant.objects.get().refresh_token != before.refresh_token


@pytest.fixture
def crowd() -> Iterator[list[threading.Thread]]:
    threads: list[threading.Thread] = []
    yield threads
    for thread in threads:
        thread.join(10)


def test_several_workers_refresh_once(boss: Client, brand: PartnerAccount, crowd: list[threading.Thread]) -> None:
    approve(boss, brand)
    age()
    told: list[str] = []

    def ask() -> None:
        try:
            told.append(fresh_token(brand))
        finally:
            connection.close()

    crowd += [threading.Thread(target=ask) for _ in range(4)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join(10)
    assert len(told) == 4 and len(set(told)) == 1
    assert not OAuth2Grant.objects.get().broken


def test_a_refresh_that_x_refuses_is_kept_and_told(boss: Client, brand: PartnerAccount) -> None:
    approve(boss, brand)
    OAuth2Grant.objects.update(refresh_token="used-by-somebody-else")
    age()
    for _ in range(2):
        with pytest.raises(CannotRefresh, match=r"no longer accepts.*Connect it with OAuth 2\.0 again"):
            fresh_token(brand)
    assert OAuth2Grant.objects.get().broken


def test_revoking_gives_the_tokens_up(boss: Client, brand: PartnerAccount) -> None:
    approve(boss, brand)
    token = fresh_token(brand)
    oauth2.revoke(brand)
    with pytest.raises(CannotRefresh, match="connect it with OAuth"):
        fresh_token(brand)
    lost = Keys(consumer_key="", consumer_secret="", oauth2_token=token)
    with XClient(lost) as client, pytest.raises(XError, match="dead_token"):
        client.me(auth="oauth2")


def test_private_orders_can_be_placed_with_it(boss: Client, brand: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    approve(boss, brand)
    with XClient(Keys(consumer_key="", consumer_secret="", oauth2_token=fresh_token(brand))) as client:
        body = {"event_type": "dm.received", "filter": {"user_id": brand.page_id}}
        assert client.request("POST", "/2/activity/subscriptions", body=body, auth="oauth2").status == 200


def test_a_request_token_is_no_state(boss: Client, brand: PartnerAccount) -> None:
    start = boss.post(reverse("x_connect", args=[brand.pk]), {})
    token = dict(parse_qsl(urlsplit(start["Location"]).query))["oauth_token"]
    answer = boss.get(reverse("x_callback_oauth2"), {"state": token, "code": "abc"})
    assert answer.status_code == 410 and not OAuth2Grant.objects.exists()


def test_a_life_no_token_has_overflows_nothing() -> None:
    told = {"access_token": "a", "token_type": "bearer", "expires_in": "9" * 20}
    now = timezone.now()
    assert oauth2._granted(told, now=now).expires_at == now + timedelta(days=366)

"""Partner accounts set up and changed: both halves together, secrets sealed, names checked."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.factories import NOW, make_folder, make_policy, make_queue
from twitter_integration.accounts import SECRET_OVERLAP, CannotResume, keys_of, resume_sending, webhook_path
from twitter_integration.choices import TokenState
from twitter_integration.models import Cursor, PartnerAccount, XApp
from twitter_integration.setup.provisioning import AccountFacts, AppFacts, CannotProvision, provision

pytestmark = pytest.mark.django_db
APP: dict[str, Any] = {"name": "Acme app", "consumer_key": "demoKey", "consumer_secret": "demo-consumer-secret"}
ACCOUNT: dict[str, Any] = {
    "page_id": "900000000000000001",
    "page_name": "@acmehelp_demo",
    "access_token": "900000000000000001-demo",
    "access_token_secret": "demo-token-secret",
}


def set_up(app: dict[str, Any] | None = None, *, now: Any = NOW, **account: Any) -> PartnerAccount:
    return provision(AppFacts(**(APP | (app or {}))), AccountFacts(**(ACCOUNT | account)), now=now)


def test_both_halves_are_made_and_joined() -> None:
    queue, folder, policy = make_queue("Support"), make_folder("Orders"), make_policy("Standard")
    account = set_up(queue="support", folder="Orders", sla_policy="Standard")
    address = account.address
    assert (address.channel, address.key, address.handle) == ("twitter", ACCOUNT["page_id"], "acmehelp_demo")
    assert (address.queue, address.folder, address.sla_policy) == (queue, folder, policy)
    assert webhook_path(account.app).startswith("/webhooks/x/")


def test_doing_it_again_updates_and_leaves_what_is_not_named() -> None:
    make_queue("Support")
    first = set_up(queue="Support", app={"tier": "enterprise"})
    again = provision(
        AppFacts(name="Acme app"), AccountFacts(page_id=ACCOUNT["page_id"], page_name="acme_new"), now=NOW
    )
    assert (again.pk, again.address.pk) == (first.pk, first.address.pk)
    again.address.refresh_from_db()
    assert again.address.handle == "acme_new" and again.address.queue is not None
    assert again.app.tier == "enterprise"
    assert keys_of(PartnerAccount.objects.get()).access_token_secret == "demo-token-secret"


def test_secrets_lie_sealed_in_the_tables() -> None:
    set_up()
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_token || access_token_secret FROM twitter_integration_partneraccount")
        (stored,) = cursor.fetchone()
        cursor.execute("SELECT consumer_secret FROM twitter_integration_xapp")
        (sealed,) = cursor.fetchone()
    assert "demo" not in stored and "demo" not in sealed


def test_a_changed_consumer_secret_leaves_the_old_one_good_for_a_day() -> None:
    set_up()
    set_up({"consumer_secret": "second-consumer-secret"}, now=NOW + timedelta(hours=1))
    app = XApp.objects.get()
    assert (app.consumer_secret, app.previous_consumer_secret) == ("second-consumer-secret", "demo-consumer-secret")
    assert app.previous_secret_until == NOW + timedelta(hours=1) + SECRET_OVERLAP


def test_the_same_consumer_secret_again_is_no_change() -> None:
    set_up()
    set_up()
    assert XApp.objects.get().previous_secret_until is None


def test_a_new_token_lifts_what_the_dead_one_was_stopped_for() -> None:
    account = set_up()
    PartnerAccount.objects.update(token_state=TokenState.DEAD)
    type(account.address).objects.update(sending_stopped=True, banner="The token died.")
    renewed = set_up(access_token="900000000000000001-fresh")
    renewed.address.refresh_from_db()
    assert renewed.token_state == TokenState.UNTRIED
    assert not renewed.address.sending_stopped and renewed.address.banner == ""


def test_a_new_token_reads_at_once_what_the_old_one_was_refused() -> None:
    account = set_up()
    Cursor.objects.create(account=account, stream="messages", wait_until=NOW + timedelta(hours=6), failures=3)
    set_up(access_token="900000000000000001-new")
    assert Cursor.objects.values_list("wait_until", "failures").get() == (None, 0)


def test_sending_is_resumed_by_hand() -> None:
    account = set_up()
    type(account.address).objects.update(sending_stopped=True, banner="No credits.")
    resume_sending(account)
    account.address.refresh_from_db()
    assert not account.address.sending_stopped


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"disconnected_at": NOW}, "is disconnected"),
        ({"purged_at": NOW, "purge_ended_at": NOW}, "was purged"),
        ({"paused": True}, "is paused"),
        ({"enabled": False}, "is switched off"),
    ],
)
def test_what_was_ended_is_not_resumed(state: dict[str, Any], words: str) -> None:
    account = set_up()
    type(account.address).objects.update(sending_stopped=True, banner="Ended.")
    PartnerAccount.objects.update(**state)
    with pytest.raises(CannotResume, match=words):
        resume_sending(account)
    account.address.refresh_from_db()
    assert account.address.sending_stopped and account.address.banner == "Ended."


@pytest.mark.parametrize(
    ("account", "app", "sentence"),
    [
        ({"page_id": "@acme"}, {}, "numeric user id"),
        ({"page_name": "Acme Help!"}, {}, "handle on X"),
        ({"queue": "Nowhere"}, {}, "There is no queue 'Nowhere'. Known: General."),
        ({"sla_policy": "Gold"}, {}, "There is no SLA policy 'Gold'. There is none yet"),
        ({"folder": "A/B"}, {}, "There is no folder 'A/B'"),
        ({"access_token": ""}, {}, "Missing: access token."),
        ({}, {"tier": "gold"}, "Tiers: self-serve, enterprise, premium"),
        ({}, {"consumer_secret": None}, "Missing: consumer secret."),
    ],
)
def test_what_makes_no_account_is_refused_in_a_sentence_and_leaves_nothing(
    account: dict[str, Any], app: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(CannotProvision, match=sentence.replace("(", r"\(")):
        set_up(app, **account)
    assert not XApp.objects.exists() and not PartnerAccount.objects.exists()


def test_a_folder_inside_another_is_named_by_its_path() -> None:
    orders, payments = make_folder("Orders"), make_folder("Payments")
    make_folder("Late", parent=orders)
    late = make_folder("Late", parent=payments)
    assert set_up(folder="Payments/Late").address.folder == late
    with pytest.raises(CannotProvision, match="2 folders"):
        set_up(folder="Late")

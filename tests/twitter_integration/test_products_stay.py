"""A registration says how what an account has is ordered, and what new ones get. It moves nobody to the other product,
and every way to press it says so."""

import pytest
from django.utils import timezone

from tests.twitter_integration.test_clearing import at_x, run
from twitter_integration.models import PartnerAccount, Webhook, XApp
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.x_activity import EVENT_TYPES
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.operating import ACCOUNT_ACTS, APP_ACTS
from twitter_integration.subscriptions import subscribe

ADD = "stays with X Activity: a registration moves nobody. To order Account Activity as well: manage.py x_subscribe add"
CROSS = "stays with Account Activity: a registration moves nobody. Cross it over on its page"


@pytest.fixture
def crossed(reachable: PartnerAccount, sandbox: ThreadedSandbox) -> PartnerAccount:
    """Acme is on X Activity; its app registers by the premium API from now on."""
    subscribe(reachable, now=timezone.now(), products=["x_activity"])
    sandbox.world.switches.set("tier", "premium")
    environment = sandbox.credentials["environment"]
    XApp.objects.update(registration=Registration.PREMIUM, environment=environment, tier="premium")
    return PartnerAccount.objects.select_related("app", "address").get()


def test_the_button_registers_no_empty_webhook_and_says_who_stays(
    crossed: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    told = APP_ACTS["register"].run(crossed.app, timezone.now())
    assert "Account Activity v2); 1 account subscribed" in told[0] and ADD in told[1]
    assert at_x(sandbox) == (1, 0, len(EVENT_TYPES))


def test_the_commands_and_the_button_of_one_account_say_the_same(crossed: PartnerAccount) -> None:
    told = run("x_webhook", "register")
    assert (told["dialect"], ADD in told["stay"][0]) == ("x_activity", True)
    assert ADD in run("x_subscribe", "add", crossed.page_id)["stays"]
    assert ADD in ACCOUNT_ACTS["subscribe"].run(crossed, timezone.now())[-1]


def test_who_names_the_product_gets_it_and_is_told_nothing_of_staying(
    crossed: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    told = run("x_subscribe", "add", crossed.page_id, "--product", "account_activity")
    assert ("stays" in told, at_x(sandbox)[1:]) == (False, (1, len(EVENT_TYPES)))
    assert Webhook.objects.exists()


def test_from_account_activity_one_crosses_over(reachable: PartnerAccount) -> None:
    subscribe(reachable, now=timezone.now())
    XApp.objects.update(registration=Registration.X_ACTIVITY)
    told = run("x_webhook", "register")
    assert (told["dialect"], CROSS in told["stay"][0]) == ("v2", True)
    assert told["accounts"][reachable.page_id]["kept"] == ["account_activity"]


def test_an_account_with_both_stays_with_nothing(crossed: PartnerAccount) -> None:
    subscribe(crossed, now=timezone.now(), products=["account_activity", "x_activity"])
    assert "stay" not in run("x_webhook", "register")

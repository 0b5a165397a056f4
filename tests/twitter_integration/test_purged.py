"""A purged account afterwards: what every command says of it, and X, which is told again until it has heard."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import make_address
from twitter_integration.doctor import findings
from twitter_integration.models import PartnerAccount, Subscription
from twitter_integration.monitoring.health import signs
from twitter_integration.purge.purging import purge
from twitter_integration.sandbox.server import ThreadedSandbox
from twitter_integration.setup.auditing import audit_app
from twitter_integration.subscriptions import count_subscriptions, subscribe

NOW = timezone.now


@pytest.mark.parametrize(
    "words",
    [
        "x_subscribe add",
        "x_subscribe migrate",
        "x_poll",
        "x_reconcile",
        "x_search run",
        "x_search preview",
        "x_account resume",
        "x_account disconnect",
        "x_account profile",
    ],
)
def test_every_command_says_alike_that_it_was_purged(acme: PartnerAccount, settings: Any, words: str) -> None:
    purge(acme, now=NOW())
    settings.X_API_URL = "http://127.0.0.1:9"  # nothing is asked of X
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command(*words.split(), acme.page_id, stdout=out, stderr=out)
    assert "was purged, and nothing is kept of it. Connect it again" in out.getvalue() + str(refused.value)
    acme.refresh_from_db()
    assert acme.products == [] and acme.address.banner == ""


def test_a_purge_that_x_did_not_hear_is_tried_again_until_it_has(reachable: PartnerAccount, settings: Any) -> None:
    subscribe(reachable, now=NOW())
    there, settings.X_API_URL = settings.X_API_URL, "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="the audit tries every half hour to withdraw it"):
        call_command("x_account", "purge", "@acmehelp_demo", "--yes", stdout=StringIO(), stderr=StringIO())
    account = PartnerAccount.objects.select_related("app", "address").get()
    assert "X could not be told to stop" in signs(account, now=NOW())[0].trouble
    assert any("X could not be told to stop" in one.sentence and not one.ok for one in findings())
    assert audit_app(account.app_id, now=NOW()).failed
    settings.X_API_URL = there
    assert "tells nothing more of it" in " ".join(audit_app(account.app_id, now=NOW()).mended)
    assert count_subscriptions(account.app).used == 0 and not signs(account, now=NOW())[0].trouble


@pytest.fixture
def unheard(reachable: PartnerAccount, settings: Any) -> PartnerAccount:
    """Purged while X could not be reached."""
    subscribe(reachable, now=NOW())
    there, settings.X_API_URL = settings.X_API_URL, "http://127.0.0.1:9"
    purge(reachable, now=NOW())
    settings.X_API_URL = there
    return PartnerAccount.objects.select_related("app", "address").get()


def test_what_x_forgot_by_itself_ends_it_too(unheard: PartnerAccount, sandbox: ThreadedSandbox) -> None:
    sandbox.world.store.run("DELETE FROM account_subscription")
    assert "tells nothing more of it" in " ".join(audit_app(unheard.app_id, now=NOW()).mended)
    assert not Subscription.objects.exists() and not signs(unheard, now=NOW())[0].trouble


def test_it_is_withdrawn_once_and_told_by_the_audit_in_two_lines(
    unheard: PartnerAccount, sandbox: ThreadedSandbox
) -> None:
    audit = audit_app(unheard.app_id, now=NOW())
    assert [len(audit.mended), audit.failed] == [2, []]
    assert sum(row["times"] for row in sandbox.world.calls.counts() if row["method"] == "DELETE") == 1


def test_a_webhook_that_cannot_be_mended_does_not_keep_it_from_being_told(
    unheard: PartnerAccount, sandbox: ThreadedSandbox, settings: Any
) -> None:
    """Another account of the same app waits for it."""
    PartnerAccount.objects.create(
        app=unheard.app,
        address=make_address(key="900000000000000004"),
        page_id="900000000000000004",
        access_token="cargo",
        access_token_secret="cargo",
        products=["account_activity"],
    )
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    sandbox.world.store.run("UPDATE webhook SET valid = 0")
    audit = audit_app(unheard.app_id, now=NOW())
    assert audit.failed and "tells nothing more of it" in " ".join(audit.mended)

"""What an administrator can have done to an account or app at X with one press, and the sentences that tell it.

The pages show these as buttons and the views run them; the commands call the same actions underneath.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from kapture.figures import counted
from twitter_integration.choices import Product
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.setup import oauth2
from twitter_integration.setup.auditing import audit_app
from twitter_integration.setup.bearer import fetch_bearer, invalidate_bearer
from twitter_integration.setup.clearing import left_at_x
from twitter_integration.setup.connecting import disconnect
from twitter_integration.setup.crossing import begin_crossing
from twitter_integration.setup.stopping import POLLED_FROM_NOW, stop_all
from twitter_integration.setup.webhooks import own_webhook, register_webhook, validate_webhook
from twitter_integration.subscriptions import (
    Ordered,
    product_to_register,
    resubscribe_all,
    subscribe,
    unsubscribe,
    why_it_stays,
    willing_accounts,
)

T = TypeVar("T")
NONE_OF_OURS = "There is no webhook of ours."


@dataclass(frozen=True, slots=True)
class Act(Generic[T]):
    """`warning`: where something ends by it, shown with the button and asked before it is done."""

    label: str
    run: Callable[[T, datetime], list[str]]
    warning: str = ""


def _subscribe(account: PartnerAccount, now: datetime) -> list[str]:
    return _ordered(account, subscribe(account, now=now, products=account.products))


def _unsubscribe(account: PartnerAccount, now: datetime) -> list[str]:
    told = counted(len(unsubscribe(account, now=now)), "subscription")
    if left := left_at_x(account):
        return [f"{told} of @{account.page_name} withdrawn.", *left, "The audit tries that again."]
    return [f"{told} of @{account.page_name} withdrawn; X tells us of it no more."]


def _begin_crossing(account: PartnerAccount, now: datetime) -> list[str]:
    return ["Both products now tell of this account, side by side.", begin_crossing(account, now=now).obstacle]


def _revoke(account: PartnerAccount, now: datetime) -> list[str]:
    oauth2.revoke(account)
    return ["The OAuth 2.0 tokens are given up."]


def _disconnect(account: PartnerAccount, now: datetime) -> list[str]:
    told = [f"X was not told everything: {trouble}" for trouble in disconnect(account, now=now)]
    return [*told, f"@{account.page_name} is disconnected. Its tickets and settings stay."]


def _register(app: XApp, now: datetime) -> list[str]:
    webhook = register_webhook(app, now=now, product=product_to_register(app))
    done = resubscribe_all(app, now=now)
    failed = [f"{page_id}: {told}" for page_id, told in done.items() if isinstance(told, str)]
    told = counted(len(done) - len(failed), "account")
    how = webhook.get_registration_display()
    stay = [sentence for account in willing_accounts(app) if (sentence := why_it_stays(account))]
    return [f"The webhook is registered ({webhook.x_id}, {how}); {told} subscribed.", *failed, *stay]


def _validate(app: XApp, now: datetime) -> list[str]:
    webhook = own_webhook(app)
    if webhook is None:
        return ["There is no webhook yet: register it first."]
    valid = validate_webhook(app, webhook.x_id, now=now)
    return ["X challenged the webhook, and it is valid." if valid else "X holds the webhook invalid."]


def _delete(app: XApp, now: datetime) -> list[str]:
    there = own_webhook(app) is not None
    stopped = counted(len(stop_all(app)), "account is", "accounts are")
    until = f"{stopped} only polled from now on, until the webhook is registered or they are subscribed again."
    return ["The webhook is deleted, and with it every subscription of this app." if there else NONE_OF_OURS, until]


def _audit(app: XApp, now: datetime) -> list[str]:
    audit = audit_app(app.pk, now=now)
    return [*audit.mended, *audit.failed] or ["X has exactly what we want; nothing was to be mended."]


def _fetch_bearer(app: XApp, now: datetime) -> list[str]:
    fetch_bearer(app)
    return ["The bearer token was fetched from X and is kept."]


def _invalidate_bearer(app: XApp, now: datetime) -> list[str]:
    invalidate_bearer(app)
    return ["X has forgotten the bearer token, and so have we; the next call fetches another."]


ACCOUNT_ACTS: Mapping[str, Act[PartnerAccount]] = {
    "subscribe": Act("Subscribe", _subscribe),
    "unsubscribe": Act("Unsubscribe", _unsubscribe, "X will tell nothing more of this account."),
    "cross": Act("Cross over to X Activity", _begin_crossing),
    "revoke-oauth2": Act(
        "Give up the OAuth 2.0 tokens", _revoke, "What X takes by OAuth 2.0 alone stops until they are given anew."
    ),
    "disconnect": Act("Disconnect from X", _disconnect, "Its tokens are deleted; tickets and settings stay."),
}
APP_ACTS: Mapping[str, Act[XApp]] = {
    "register": Act("Register the webhook and subscribe all accounts", _register),
    "validate": Act("Have X challenge the webhook", _validate),
    "delete": Act("Delete the webhook", _delete, f"Every subscription of this app ends with it: {POLLED_FROM_NOW}."),
    "audit": Act("Compare with X and mend", _audit),
    "fetch-bearer": Act("Fetch the bearer token", _fetch_bearer),
    "invalidate-bearer": Act(
        "Invalidate the bearer token", _invalidate_bearer, "Whatever else uses this token stops working with it."
    ),
}


def offered(account: PartnerAccount) -> list[str]:
    """Which of ACCOUNT_ACTS make sense now."""
    if not account.is_connected:
        return []
    names = ["subscribe", "unsubscribe"] if account.products else ["subscribe"]
    if account.crossing_since is None and account.products == [Product.ACCOUNT_ACTIVITY]:
        names.append("cross")
    if oauth2.has_grant(account):
        names.append("revoke-oauth2")
    return [*names, "disconnect"]


def _ordered(account: PartnerAccount, ordered: Ordered) -> list[str]:
    placed, there = counted(len(ordered.added), "subscription"), counted(len(ordered.kept), "was", "were")
    refused = [f"Refused: {name}. {why}" for name, why in ordered.refused.items()]
    stays = [why_it_stays(account)] if why_it_stays(account) else []
    return [f"X tells us what concerns @{account.page_name}: {placed} placed, {there} there.", *refused, *stays]

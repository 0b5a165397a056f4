"""What an administrator can have done to an account or app at X with one press, and the sentences that tell it.

The pages show these as buttons and the views run them; the commands call the same actions underneath.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from twitter_integration import amounts
from twitter_integration.choices import Product
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.setup import oauth2
from twitter_integration.setup.auditing import audit_app
from twitter_integration.setup.bearer import fetch_bearer, invalidate_bearer
from twitter_integration.setup.clearing import left_at_x
from twitter_integration.setup.connecting import disconnect
from twitter_integration.setup.crossing import begin_crossing
from twitter_integration.setup.stopping import stop_all
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
NONE_OF_OURS = gettext_noop("There is no webhook of ours.")


@dataclass(frozen=True, slots=True)
class Act(Generic[T]):
    """`warning`: where something ends by it, shown with the button and asked before it is done."""

    label: str
    run: Callable[[T, datetime], list[str]]
    warning: str = ""

    @property
    def words(self) -> str:
        return _(self.label)

    @property
    def told(self) -> str:
        """The warning, in the language of whoever reads it."""
        return _(self.warning) if self.warning else ""


def _subscribe(account: PartnerAccount, now: datetime) -> list[str]:
    return _ordered(account, subscribe(account, now=now, products=account.products))


def _unsubscribe(account: PartnerAccount, now: datetime) -> list[str]:
    told = amounts.subscriptions(len(unsubscribe(account, now=now)))
    if left := left_at_x(account):
        return [
            _("{told} of @{name} withdrawn.").format(told=told, name=account.page_name),
            *left,
            _("The audit tries that again."),
        ]
    return [_("{told} of @{name} withdrawn; X tells us of it no more.").format(told=told, name=account.page_name)]


def _begin_crossing(account: PartnerAccount, now: datetime) -> list[str]:
    return [_("Both products now tell of this account, side by side."), begin_crossing(account, now=now).obstacle]


def _revoke(account: PartnerAccount, now: datetime) -> list[str]:
    oauth2.revoke(account)
    return [_("The OAuth 2.0 tokens are given up.")]


def _disconnect(account: PartnerAccount, now: datetime) -> list[str]:
    told = [
        _("X was not told everything: {trouble}").format(trouble=trouble) for trouble in disconnect(account, now=now)
    ]
    return [*told, _("@{name} is disconnected. Its tickets and settings stay.").format(name=account.page_name)]


def _register(app: XApp, now: datetime) -> list[str]:
    webhook = register_webhook(app, now=now, product=product_to_register(app))
    done = resubscribe_all(app, now=now)
    failed = [f"{page_id}: {told}" for page_id, told in done.items() if isinstance(told, str)]
    told = amounts.accounts(len(done) - len(failed))
    how = webhook.get_registration_display()
    stay = [sentence for account in willing_accounts(app) if (sentence := why_it_stays(account))]
    return [
        _("The webhook is registered ({x_id}, {how}); {told} subscribed.").format(
            x_id=webhook.x_id, how=how, told=told
        ),
        *failed,
        *stay,
    ]


def _validate(app: XApp, now: datetime) -> list[str]:
    webhook = own_webhook(app)
    if webhook is None:
        return [_("There is no webhook yet: register it first.")]
    valid = validate_webhook(app, webhook.x_id, now=now)
    return [_("X challenged the webhook, and it is valid.") if valid else _("X holds the webhook invalid.")]


def _delete(app: XApp, now: datetime) -> list[str]:
    there = own_webhook(app) is not None
    stopped = len(stop_all(app))
    until = ngettext(
        "{n} account is only polled from now on, until the webhook is registered or they are subscribed again.",
        "{n} accounts are only polled from now on, until the webhook is registered or they are subscribed again.",
        stopped,
    ).format(n=stopped)
    return [
        _("The webhook is deleted, and with it every subscription of this app.") if there else _(NONE_OF_OURS),
        until,
    ]


def _audit(app: XApp, now: datetime) -> list[str]:
    audit = audit_app(app.pk, now=now)
    return [*audit.mended, *audit.failed] or [_("X has exactly what we want; nothing was to be mended.")]


def _fetch_bearer(app: XApp, now: datetime) -> list[str]:
    fetch_bearer(app)
    return [_("The bearer token was fetched from X and is kept.")]


def _invalidate_bearer(app: XApp, now: datetime) -> list[str]:
    invalidate_bearer(app)
    return [_("X has forgotten the bearer token, and so have we; the next call fetches another.")]


ACCOUNT_ACTS: Mapping[str, Act[PartnerAccount]] = {
    "subscribe": Act(gettext_noop("Subscribe"), _subscribe),
    "unsubscribe": Act(
        gettext_noop("Unsubscribe"), _unsubscribe, gettext_noop("X will tell nothing more of this account.")
    ),
    "cross": Act(gettext_noop("Cross over to X Activity"), _begin_crossing),
    "revoke-oauth2": Act(
        gettext_noop("Give up the OAuth 2.0 tokens"),
        _revoke,
        gettext_noop("What X takes by OAuth 2.0 alone stops until they are given anew."),
    ),
    "disconnect": Act(
        gettext_noop("Disconnect from X"),
        _disconnect,
        gettext_noop("Its tokens are deleted; tickets and settings stay."),
    ),
}
APP_ACTS: Mapping[str, Act[XApp]] = {
    "register": Act(gettext_noop("Register the webhook and subscribe all accounts"), _register),
    "validate": Act(gettext_noop("Have X challenge the webhook"), _validate),
    "delete": Act(
        gettext_noop("Delete the webhook"),
        _delete,
        gettext_noop(
            "Every subscription of this app ends with it: its accounts are only polled from then on, until they "
            "are subscribed again."
        ),
    ),
    "audit": Act(gettext_noop("Compare with X and mend"), _audit),
    "fetch-bearer": Act(gettext_noop("Fetch the bearer token"), _fetch_bearer),
    "invalidate-bearer": Act(
        gettext_noop("Invalidate the bearer token"),
        _invalidate_bearer,
        gettext_noop("Whatever else uses this token stops working with it."),
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
    refused = [_("Refused: {name}. {why}").format(name=name, why=why) for name, why in ordered.refused.items()]
    told = ngettext(
        "X tells us what concerns @{name}: {placed} placed, {n} was there.",
        "X tells us what concerns @{name}: {placed} placed, {n} were there.",
        len(ordered.kept),
    ).format(name=account.page_name, placed=amounts.subscriptions(len(ordered.added)), n=len(ordered.kept))
    stays = [why_it_stays(account)] if why_it_stays(account) else []
    return [told, *refused, *stays]

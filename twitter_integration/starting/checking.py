"""What a step does when its button is pressed: asks X, keeps what came of it, and tells it or explains it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapture.sealing import CannotOpen
from twitter_integration.accounts import NotConnected, webhook_url
from twitter_integration.checks import is_on_this_machine
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount, Webhook, XApp
from twitter_integration.monitoring.x_clock import by_x
from twitter_integration.reading.waking import read_soon
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.setup import connecting
from twitter_integration.setup.auditing import audit_app
from twitter_integration.setup.bearer import fetch_bearer
from twitter_integration.setup.connecting import CannotConnect
from twitter_integration.setup.oauth2 import CannotRefresh
from twitter_integration.setup.webhooks import list_webhooks, register_webhook, validate_webhook
from twitter_integration.starting.asking import look_at_ourselves
from twitter_integration.starting.places import fault_of
from twitter_integration.starting.troubles import Trouble, is_challenge, of_address, of_challenge, of_clock, of_error
from twitter_integration.subscriptions import product_to_register, subscribe

# X refuses from five minutes on; a clock that is half a minute off runs on.
CLOCK_TOLERANCE_SECONDS = 30.0


@dataclass(slots=True)
class Told:
    """What was done, or the one thing that stood in the way. `seen`: what was found out besides."""

    good: list[str] = field(default_factory=list)
    trouble: Trouble | None = None
    seen: str = ""


def check_keys(app: XApp, *, now: datetime) -> Told:
    """Whether X takes the keys, whether our clock is right, and whether the access level has webhooks at all."""

    def ask() -> Told:
        fetch_bearer(app)
        apart = abs((by_x(now) - now).total_seconds())
        if apart > CLOCK_TOLERANCE_SECONDS:
            return Told(trouble=of_clock(apart))
        list_webhooks(app, product=product_to_register(app))
        return Told(good=[_("X accepts the keys.")])

    return _explained(ask, of_app=True)


def check_callback(app: XApp, callback: str) -> Told:
    """Whether X would send a browser back to us: a sign-in is begun, and left to run out."""
    try:
        connecting.begin(app, callback=callback)
    except CannotConnect as error:
        return refused(error)
    return Told(good=[_("X knows our callback address.")])


def refused(error: CannotConnect) -> Told:
    """Its text says what mends it."""
    return Told(trouble=Trouble(str(error), ""))


def register(app: XApp, *, now: datetime) -> Told:
    """Our webhook at X: made, or challenged again where it stands. What X cannot see, is not tried."""
    url = webhook_url(app)
    fault = fault_of(url)
    if fault is not None and not is_on_this_machine(settings.X_API_URL):
        return Told(trouble=of_address(fault))

    def ask() -> Told:
        known = Webhook.objects.filter(app=app, url=url, valid=True, emptied_at=None).first()
        if known is None:
            register_webhook(app, now=now, product=product_to_register(app))
        elif not validate_webhook(app, known.x_id, now=now):
            return Told(trouble=of_challenge(), seen=look_at_ourselves(url, app))
        return Told(good=[_("X called our address, and was content: the webhook is registered.")])

    return _explained(ask, look=lambda: look_at_ourselves(url, app))


def order(account: PartnerAccount, *, now: datetime) -> Told:
    """X is asked to tell what concerns the account."""

    def ask() -> Told:
        ordered = subscribe(account, now=now)
        told = [_("X now tells us what concerns @%(handle)s.") % {"handle": account.page_name}]
        if ordered.refused:
            named = {"count": len(ordered.refused), "names": ", ".join(list(ordered.refused)[:8])}
            words = "Its access level leaves out %(count)d kind of activity: %(names)s."
            many = "Its access level leaves out %(count)d kinds of activity: %(names)s."
            told.append(ngettext(words, many, len(ordered.refused)) % named)
        return Told(good=told)

    return _explained(ask, look=lambda: look_at_ourselves(webhook_url(account.app), account.app))


def look_for_more(account: PartnerAccount, *, now: datetime) -> Told:
    """While nothing arrives: what X has is compared with what we want and mended, and the account is read at once."""
    audit = audit_app(account.app_id, now=now)
    read_soon(account, now=now)
    if audit.failed:
        return Told(trouble=Trouble(audit.failed[0], _("Go back to the step it speaks of and press its button again.")))
    fine = [_("X has the webhook as valid, and the subscription in place. Its mentions and messages are read as well.")]
    return Told(good=audit.mended or fine)


def _explained(ask: Callable[[], Told], *, of_app: bool = False, look: Callable[[], str] | None = None) -> Told:
    """`look`: what is found out besides, where X's challenge failed."""
    try:
        return ask()
    except XError as error:
        seen = look() if look is not None and is_challenge(error) else ""
        return Told(trouble=of_error(error, of_app=of_app), seen=seen)
    except (CannotOpen, CannotRefresh, NotConnected, NotOffered) as error:
        return Told(trouble=Trouble(str(error), ""))

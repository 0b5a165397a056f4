"""Partner accounts: written, stopped and resumed, and the keys to act as them. Setting one up from names is
`provisioning`; the admin, the commands and the demo all come through here.

An account is two rows, the helpdesk's address and X's side of it; they are always written together. Secrets
come in and go to the sealed columns, nowhere else.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kapture.sealing import CannotOpen
from tickets import intake
from twitter_integration.choices import Tier, TokenState
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.metering.counting import Payer
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.monitoring.x_clock import by_x
from twitter_integration.oauth import Keys

CHANNEL = "twitter"
# How long deliveries signed with the secret before the last change are still believed.
SECRET_OVERLAP = timedelta(hours=24)
PURGE_AGAIN = "manage.py x_account purge {} --yes"
MOST_REPLACED = 10  # each costs every forged delivery one more HMAC
# The banners of a stop that is over as soon as X takes a call with the same keys and token again.
_REFUSED_KEYS = tuple(XError(kind).sentence for kind in (ErrorKind.WRONG_KEYS, ErrorKind.DEAD_TOKEN))


class NotConnected(Exception):
    """There is no token to ask X with; the text says why, and what gives it one."""


class PurgeUnfinished(Exception):
    """Its purge comes to its end first; the text says how."""


class CannotResume(Exception):
    """Something else comes before the account may send again; the text says what."""


def save_account(
    account: PartnerAccount,
    *,
    address: Mapping[str, Any],
    renewed: bool = False,
    connected_at: datetime | None = None,
) -> None:
    """Write both halves of an account. `address` holds columns of tickets.Address; `renewed`: the token is a new one,
    so whatever the old one was stopped for is over. `connected_at`: when that token was given, so that a withdrawal
    of the consent before, told late, stops nothing; what was purged is kept again from then on. Raises
    PurgeUnfinished: what is connected meanwhile the purge would remove as well."""
    addresses = apps.get_model("tickets", "Address")
    if connected_at is not None:
        account.connected_at = by_x(connected_at)
        account.enabled = account.enabled or account.purged_at is not None  # the purge had switched it off
        account.kept_since = account.connected_at if account.purged_at is not None else account.kept_since
        account.purged_at = None
    if renewed:
        account.token_state, account.disconnected_at = TokenState.UNTRIED, None
        address = {**address, "sending_stopped": False, "banner": ""}
    with transaction.atomic():
        if connected_at is not None:
            _refuse_while_purged(account)
        if not renewed:
            address = {**address, **_switched(account)}
        row, _ = addresses._default_manager.select_for_update().get_or_create(
            channel=CHANNEL, key=account.page_id, defaults={"name": account.page_name}
        )
        for name, value in address.items():
            setattr(row, name, value)
        row.handle = account.page_name
        row.save()
        if "banner" in address:
            intake.refresh_pages()
        account.address = row
        written = _ours_to_write(account, renewed=renewed) + (_OF_CONNECTING if connected_at else [])
        account.save(update_fields=None if account._state.adding else written)
        if renewed:  # a refusal of the old token holds up no reading with the new one
            account.cursors.exclude(wait_until=None).update(wait_until=None, failures=0)


def _refuse_while_purged(account: PartnerAccount) -> None:
    """Locks the row, so that a purge that begins at this moment comes before or after."""
    rows = PartnerAccount.objects.select_for_update(of=("self",)).filter(pk=account.pk, purged_at__isnull=False)
    if rows.filter(purge_ended_at=None).values_list("pk").first():
        raise PurgeUnfinished(purge_first(account))


def told_disconnected(account: PartnerAccount) -> str:
    """The banner of an account that somebody here disconnected."""
    return _("@{name} was disconnected from X. Connect it again in its partner configuration.").format(
        name=account.page_name
    )


def _switched(account: PartnerAccount) -> dict[str, Any]:
    """What pausing and switching off do to a stop: whoever is switched off is meant to send nothing, and nobody need be
    told; what is set going again is tried again."""
    rows = PartnerAccount.objects.filter(pk=account.pk)
    paused, enabled, without = rows.values_list("paused", "enabled", "disconnected_at").first() or (False, True, None)
    if not account.enabled:
        return {"banner": ""}
    if without is None:
        lifted = not enabled or (paused and not account.paused)
        return {"sending_stopped": False, "banner": ""} if lifted else {}
    return {} if enabled else {"banner": told_disconnected(account)}


_OF_CONNECTING = ["connected_at", "purged_at", "kept_since"]
# Kept up to date by the drain, the sender and the audit while a page stands open.
_WRITTEN_ELSEWHERE = frozenset(
    {"id", "last_event_at", "products", "refused_orders", "crossing_since", "connected_at", "purged_at", "access_level"}
    | {"laid_aside", "purge_ended_at", "kept_since"}
    | {"unsubscribed_at", "told_unasked", "told_unasked_at", "reading_wanted_at"}
)


def _ours_to_write(account: PartnerAccount, *, renewed: bool) -> list[str]:
    """The columns people set."""
    state = set() if renewed else {"token_state", "disconnected_at"}
    kept = _WRITTEN_ELSEWHERE | state | account.get_deferred_fields()
    return [field.name for field in account._meta.concrete_fields if field.name not in kept]


def replace_consumer_secret(app: XApp, secret: str, *, now: datetime) -> None:
    """Put a new consumer secret in (unsaved). Each one before stays good for deliveries for a day: X may switch later,
    and a slip that is corrected must not push out the one X still signs with.
    """
    try:
        before, replaced = (str(app.consumer_secret), app.replaced_secrets) if app.pk else ("", [])
    except CannotOpen:
        before, replaced = "", []
    if before and before != secret:
        good = [(until, one) for one, until in replaced if until > now and one not in (before, secret)]
        older = [f"{until.isoformat()} {one}" for until, one in good[: MOST_REPLACED - 1]]
        app.previous_consumer_secret = "\n".join([before, *older])
        app.previous_secret_until = now + SECRET_OVERLAP
    app.consumer_secret = secret


def lift_refusals(app: XApp) -> None:
    """The app's keys were entered anew (and saved): of each of its accounts that X refused with the old ones, as after
    a new token. A token that died on its own shows that again at its first call."""
    refused = Q(token_state=TokenState.DEAD) | Q(address__sending_stopped=True, address__banner=_REFUSED_KEYS[0])
    with transaction.atomic():
        rows = PartnerAccount.objects.select_for_update(of=("self",)).defer(*PartnerAccount.SEALED)
        living = rows.filter(refused, app=app, disconnected_at=None, purged_at=None)
        for row in living.select_related("address").order_by("pk"):
            save_account(row, address={}, renewed=True)


def why_not_tried(account: PartnerAccount) -> str:
    """Why there is no token to ask X with, and what gives it one; empty when there is one."""
    if account.is_connected and account.purged_at is None:
        return ""
    if account.is_purge_unfinished:
        return purge_first(account)
    command = f"manage.py x_account connect {account.page_id}"
    if account.purged_at is None:
        told = _("@{name} is disconnected from X. Connect it again on its page in the admin, or: {command}")
    else:
        told = _(
            "@{name} was purged, and nothing is kept of it. Connect it again on its page in the admin, or: {command}"
        )
    return told.format(name=account.page_name, command=command)


def purge_first(account: PartnerAccount) -> str:
    return _(
        "The purge of @{name} has not ended. If none is running, run it again, then connect the account: {command}"
    ).format(name=account.page_name, command=PURGE_AGAIN.format(account.page_id))


def require_token(account: PartnerAccount) -> None:
    """Nothing is asked of X, nor wanted of it, for an account without a token. Raises NotConnected."""
    if reason := why_not_tried(account):
        raise NotConnected(reason)


def why_not_resumed(account: PartnerAccount) -> str:
    """What must be done before it may send again; empty when nothing. A withdrawn consent is given anew on X alone."""
    name = f"@{account.page_name}"
    if reason := why_not_tried(account):
        return reason
    if account.paused or not account.enabled:
        if account.enabled:
            told = _("{name} is paused by an administrator; that is changed on its page in the admin.")
        else:
            told = _("{name} is switched off by an administrator; that is changed on its page in the admin.")
        return told.format(name=name)
    return ""


def resume_sending(account: PartnerAccount) -> None:
    """Lift a stop after its cause was mended: credits bought, account unlocked. Raises CannotResume. The row is locked
    and read anew, for a consent may be withdrawn at this moment."""
    with transaction.atomic():
        rows = PartnerAccount.objects.select_for_update(of=("self",)).defer(*PartnerAccount.SEALED)
        row = rows.select_related("address").get(pk=account.pk)
        if reason := why_not_resumed(row):
            raise CannotResume(reason)
        save_account(row, address={}, renewed=True)


def mark_token(page_id: str, state: TokenState) -> None:
    """Keep what the last call showed of an account's token; writes only a change, and nothing of an account without
    one: why it was disconnected stays what it is."""
    rows = PartnerAccount.objects.filter(page_id=page_id, disconnected_at=None)
    rows.exclude(token_state=state).update(token_state=state)


def note_accepted(account: PartnerAccount) -> None:
    """X took a call of the account's: its token lives, and a stop because keys or token were refused is over. One for
    another reason stays."""
    mark_token(account.page_id, TokenState.ALIVE)
    addresses = apps.get_model("tickets", "Address")._default_manager
    stopped = addresses.filter(pk=account.address_id, sending_stopped=True, banner__in=_REFUSED_KEYS)
    if stopped.filter(partner_account__disconnected_at=None).update(sending_stopped=False, banner=""):
        intake.refresh_pages()


def keys_of(account: PartnerAccount) -> Keys:
    """Everything to act as the account. Raises CannotOpen."""
    return replace(
        keys_of_app(account.app),
        access_token=str(account.access_token),
        access_token_secret=str(account.access_token_secret),
        payer=payer_of(account.app, account_key=account.page_id),
    )


def payer_of(app: XApp, *, account_key: str = "") -> Payer:
    """Whom a call is counted for. Only self-serve pays by use: the others have a contract, or a fixed price a month."""
    return Payer(
        app_id=app.pk or 0,
        account_key=account_key,
        priced=app.tier == Tier.SELF_SERVE,
        owns_app=bool(account_key) and app.owner_id == account_key,
    )


def keys_of_app(app: XApp) -> Keys:
    """Everything to act as the app itself, or as its owner where that token is known. Raises CannotOpen."""
    return Keys(
        consumer_key=app.consumer_key,
        consumer_secret=str(app.consumer_secret),
        bearer_token=str(app.bearer_token),
        owner_token=str(app.owner_token),
        owner_token_secret=str(app.owner_token_secret),
        payer=payer_of(app),
    )


def webhook_path(app: XApp) -> str:
    return f"{settings.WEBHOOK_PREFIX}{app.webhook_token}/"


def webhook_url(app: XApp) -> str:
    return f"{settings.PUBLIC_URL}{webhook_path(app)}"

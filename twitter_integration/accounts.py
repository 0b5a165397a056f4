"""Partner accounts: set up, changed, given new keys. The admin, the command and the demo all come through
here.

An account is two rows, the helpdesk's address and X's side of it; they are always written together. Secrets
come in and go to the sealed columns, nowhere else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model

from tickets import intake
from twitter_integration.choices import Tier, TokenState
from twitter_integration.credentials import is_credential
from twitter_integration.metering.counting import Payer
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.oauth import Keys
from twitter_integration.sealing import CannotOpen

CHANNEL = "twitter"
# How long deliveries signed with the secret before the last change are still believed.
SECRET_OVERLAP = timedelta(hours=24)
MOST_REPLACED = 10  # each costs every forged delivery one more HMAC
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,50}")  # 15 today; older accounts are longer
_PROFILE = re.compile(r"(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/@?([^/?#]+)(?:[/?#].*)?", re.IGNORECASE)
_PAGE_ID = re.compile(r"[1-9][0-9]{0,19}")


class CannotProvision(Exception):
    """What was given does not make an account; the text says what is wrong and what would be right."""


class CannotResume(Exception):
    """Something else comes before the account may send again; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppFacts:
    """An X app as somebody names it. None leaves a known app's value as it is."""

    name: str
    consumer_key: str | None = None
    consumer_secret: str | None = None
    bearer_token: str | None = None
    environment: str | None = None
    registration: str | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """A brand's account as somebody names it. None leaves a known account's value as it is."""

    page_id: str
    page_name: str | None = None
    display_name: str | None = None
    access_token: str | None = None
    access_token_secret: str | None = None
    queue: str | None = None
    folder: str | None = None
    sla_policy: str | None = None


def provision(app: AppFacts, account: AccountFacts, *, now: datetime, may_move: bool = False) -> PartnerAccount:
    """Create or update an app and one account of it, in one transaction. Raises CannotProvision.

    `may_move`: an account of another app goes over to this one; what that means is said when it may not.
    """
    _demand_credentials(app, "consumer_key", "consumer_secret", "bearer_token")
    _demand_credentials(account, "access_token", "access_token_secret")
    with transaction.atomic():
        row = _find_account(account.page_id)
        if row.pk and row.app.name != app.name and not may_move:
            raise CannotProvision(_what_moving_means(row, to=app.name))
        _apply(
            row,
            page_name=None if account.page_name is None else read_handle(account.page_name),
            access_token=account.access_token,
            access_token_secret=account.access_token_secret,
        )
        _demand(row, "page_name", "access_token", "access_token_secret")
        row.app = _save_app(app, now=now)
        renewed = account.access_token is not None or account.access_token_secret is not None
        save_account(row, address=_address_values(account), renewed=renewed, connected_at=now if renewed else None)
    return row


def save_account(
    account: PartnerAccount,
    *,
    address: Mapping[str, Any],
    renewed: bool = False,
    connected_at: datetime | None = None,
) -> None:
    """Write both halves of an account. `address` holds columns of tickets.Address; `renewed`: the token is a new one,
    so whatever the old one was stopped for is over. `connected_at`: when that token was given, so that a withdrawal
    of the consent before, told late, stops nothing; what was purged is kept again from then on."""
    addresses = apps.get_model("tickets", "Address")
    if connected_at is not None:
        account.connected_at = connected_at
        account.enabled = account.enabled or account.purged_at is not None  # the purge had switched it off
        account.purged_at = None
    if renewed:
        account.token_state, account.disconnected_at = TokenState.UNTRIED, None
        address = {**address, "sending_stopped": False, "banner": ""}
    with transaction.atomic():
        if (
            not account.paused
            and PartnerAccount.objects.filter(pk=account.pk, paused=True, disconnected_at=None).exists()
        ):
            address = {**address, "sending_stopped": False, "banner": ""}
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
        written = _ours_to_write(account, renewed=renewed) + (["connected_at", "purged_at"] if connected_at else [])
        account.save(update_fields=None if account._state.adding else written)
        if renewed:  # a refusal of the old token holds up no reading with the new one
            account.cursors.exclude(wait_until=None).update(wait_until=None, failures=0)


# Kept up to date by the drain, the sender and the audit while a page stands open.
_WRITTEN_ELSEWHERE = frozenset(
    {"id", "last_event_at", "products", "refused_orders", "crossing_since", "connected_at", "purged_at", "access_level"}
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


def why_not_resumed(account: PartnerAccount) -> str:
    """What must be done before it may send again; empty when nothing. A withdrawn consent is given anew on X alone."""
    name = f"@{account.page_name}"
    if not account.is_connected or account.purged_at is not None:
        return (
            f"{name} is disconnected from X. Connect it again on its page in the admin, or: "
            f"manage.py x_account connect {account.page_id}"
        )
    if account.paused or not account.enabled:
        state = "paused" if account.enabled else "switched off"
        return f"{name} is {state} by an administrator; that is changed on its page in the admin."
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
    """Keep what the last call showed of an account's token; writes only a change."""
    PartnerAccount.objects.filter(page_id=page_id).exclude(token_state=state).update(token_state=state)


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


def _find_account(page_id: str) -> PartnerAccount:
    if not _PAGE_ID.fullmatch(page_id):
        raise CannotProvision(f"The Page ID is X's numeric user id, not {page_id!r}.")
    found = PartnerAccount.objects.select_for_update(of=("self",)).filter(page_id=page_id).first()
    return found or PartnerAccount(page_id=page_id)


def _what_moving_means(account: PartnerAccount, *, to: str) -> str:
    before = account.app.name
    known = "" if XApp.objects.filter(name=to).exists() else " (which there is not yet)"
    return (
        f"@{account.page_name} belongs to the X app {before!r}, not {to!r}{known}. Moved there, what X delivers "
        f"for {before!r} becomes a dead letter, the webhook must be registered anew, and nothing is sent until the "
        "account has an access token of the new app. With --move-app it is moved all the same."
    )


def _save_app(facts: AppFacts, *, now: datetime) -> XApp:
    app = XApp.objects.select_for_update().filter(name=facts.name).first() or XApp(name=facts.name)
    if facts.tier is not None and facts.tier not in Tier.values:
        raise CannotProvision(f"There is no tier {facts.tier!r}. Tiers: {', '.join(Tier.values)}.")
    _apply(
        app,
        consumer_key=facts.consumer_key,
        bearer_token=facts.bearer_token,
        environment=None if facts.environment is None else facts.environment.lstrip(":"),
        registration=facts.registration,
        tier=facts.tier,
    )
    if facts.consumer_secret is not None:
        replace_consumer_secret(app, facts.consumer_secret, now=now)
    _demand(app, "name", "consumer_key", "consumer_secret")
    app.save()
    return app


def _address_values(account: AccountFacts) -> dict[str, Any]:
    values = {
        "name": account.display_name,
        "queue": _named("Queue", account.queue),
        "folder": _find_folder(account.folder),
        "sla_policy": _named("SlaPolicy", account.sla_policy),
    }
    return {name: value for name, value in values.items() if value is not None}


def _apply(row: Model, **values: str | None) -> None:
    for name, value in values.items():
        if value is not None:
            setattr(row, name, value.strip())


def _demand(row: Model, *names: str) -> None:
    missing = [name.replace("_", " ") for name in names if not getattr(row, name)]
    if missing:
        raise CannotProvision(f"Missing: {', '.join(missing)}.")


def _demand_credentials(facts: AppFacts | AccountFacts, *names: str) -> None:
    for name in names:
        value = getattr(facts, name)
        if value and not is_credential(value.strip()):
            words = name.replace("_", " ")
            raise CannotProvision(f"The {words} holds a blank, an accent or an invisible character; none of X's does.")


def read_handle(name: str) -> str:
    """The handle as people give it: foo, @foo, or the address of its page on X. Raises CannotProvision."""
    address = _PROFILE.fullmatch(name.strip())
    handle = address[1] if address else name.strip().lstrip("@")
    if not _HANDLE.fullmatch(handle):
        raise CannotProvision(f"The page name is the account's handle on X (letters, digits, _), not {name!r}.")
    return handle


def _named(model: str, name: str | None) -> Model | None:
    if name is None:
        return None
    rows = apps.get_model("tickets", model)._default_manager
    found: Model | None = rows.filter(name__iexact=name.strip()).first()
    if found is None:
        raise CannotProvision(_unknown(model, name, sorted(rows.values_list("name", flat=True))))
    return found


def _find_folder(path: str | None) -> Model | None:
    """A folder by its name, or by its path (`Orders/Returns`) where the name alone is not enough."""
    if path is None:
        return None
    rows = apps.get_model("tickets", "Folder")._default_manager
    *outer, name = [part.strip() for part in path.split("/")]
    candidates: list[Any] = list(rows.select_related("parent").filter(name__iexact=name))
    if outer:
        candidates = [row for row in candidates if row.parent and row.parent.name.casefold() == outer[-1].casefold()]
    if len(candidates) == 1:
        folder: Model = candidates[0]
        return folder
    if candidates:
        raise CannotProvision(f"There are {len(candidates)} folders {name!r}; name the one meant as outer/inner.")
    raise CannotProvision(_unknown("Folder", path, sorted(rows.values_list("name", flat=True))))


def _unknown(model: str, name: str, known: list[str]) -> str:
    word = {"SlaPolicy": "SLA policy"}.get(model, model.lower())
    there = f"Known: {', '.join(known)}." if known else "There is none yet; make one in the admin."
    return f"There is no {word} {name!r}. {there}"

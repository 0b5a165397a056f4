"""Sets up an X app and an account of it from what people name: queue, folder and policy by name, the page by its handle
or address. Nothing is written before all of it makes sense.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from twitter_integration.accounts import PurgeUnfinished, lift_refusals, replace_consumer_secret, save_account
from twitter_integration.choices import Tier
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.monitoring.x_clock import by_x
from twitter_integration.reading.waking import read_soon
from twitter_integration.setup.credentials import is_credential

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,50}")  # 15 today; older accounts are longer
_PROFILE = re.compile(r"(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/@?([^/?#]+)(?:[/?#].*)?", re.IGNORECASE)
_PAGE_ID = re.compile(r"[1-9][0-9]{0,19}")


class CannotProvision(Exception):
    """What was given does not make an account; the text says what is wrong and what would be right."""


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
    _demand_credentials(account, "access_token", "access_token_secret")
    with transaction.atomic():
        row = _find_account(account.page_id)
        was_there = row.pk is not None
        if row.pk and row.app.name != app.name and not may_move:
            raise CannotProvision(_what_moving_means(row, to=app.name))
        _apply(
            row,
            page_name=None if account.page_name is None else read_handle(account.page_name),
            access_token=account.access_token,
            access_token_secret=account.access_token_secret,
        )
        _demand(row, "page_name", "access_token", "access_token_secret")
        row.app = save_app(app, now=now)
        if row.pk:
            row.refresh_from_db(fields=["token_state"])  # new keys of the app may have lifted it
        if account.page_name is not None:  # the handle of today: what X tells late of an older one changes nothing
            row.handle_as_of = by_x(now)
        renewed = account.access_token is not None or account.access_token_secret is not None
        try:
            save_account(row, address=_address_values(account), renewed=renewed, connected_at=now if renewed else None)
        except PurgeUnfinished as error:
            raise CannotProvision(str(error)) from None
        if renewed and was_there:  # a new one is read at its first turn, within a minute
            read_soon(row, now=now)
    return row


def _find_account(page_id: str) -> PartnerAccount:
    if not _PAGE_ID.fullmatch(page_id):
        raise CannotProvision(_("The Page ID is X's numeric user id, not %(page_id)s.") % {"page_id": repr(page_id)})
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


def save_app(facts: AppFacts, *, now: datetime) -> XApp:
    """Create or update the app of that name alone. Raises CannotProvision."""
    _demand_credentials(facts, "consumer_key", "consumer_secret", "bearer_token")
    if facts.tier is not None and facts.tier not in Tier.values:
        raise CannotProvision(
            _("There is no tier %(tier)s. Tiers: %(names)s.")
            % {"tier": repr(facts.tier), "names": ", ".join(Tier.values)}
        )
    with transaction.atomic():
        return _write_app(facts, now=now)


def _write_app(facts: AppFacts, *, now: datetime) -> XApp:
    app = XApp.objects.select_for_update().filter(name=facts.name).first() or XApp(name=facts.name)
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
    if facts.consumer_key is not None or facts.consumer_secret is not None:
        lift_refusals(app)
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
        raise CannotProvision(_("Missing: %(names)s.") % {"names": ", ".join(missing)})


def _demand_credentials(facts: AppFacts | AccountFacts, *names: str) -> None:
    for name in names:
        value = getattr(facts, name)
        if value and not is_credential(value.strip()):
            words = name.replace("_", " ")
            raise CannotProvision(
                _("The %(words)s holds a blank, an accent or an invisible character; none of X's does.")
                % {"words": words}
            )


def read_handle(name: str) -> str:
    """The handle as people give it: foo, @foo, or the address of its page on X. Raises CannotProvision."""
    address = _PROFILE.fullmatch(name.strip())
    handle = address[1] if address else name.strip().lstrip("@")
    if not _HANDLE.fullmatch(handle):
        raise CannotProvision(
            _("The page name is the account's handle on X (letters, digits, _), not %(name)s.") % {"name": repr(name)}
        )
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
        raise CannotProvision(
            _("There are %(count)s folders %(name)s; name the one meant as outer/inner.")
            % {"count": len(candidates), "name": repr(name)}
        )
    raise CannotProvision(_unknown("Folder", path, sorted(rows.values_list("name", flat=True))))


def _unknown(model: str, name: str, known: list[str]) -> str:
    word = {"SlaPolicy": "SLA policy"}.get(model, model.lower())
    there = f"Known: {', '.join(known)}." if known else "There is none yet; make one in the admin."
    return f"There is no {word} {name!r}. {there}"

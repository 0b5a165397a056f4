"""Signing in to X from a terminal: an address to open, a PIN to type (x-api 1.1, PIN flow); and undoing it.

Sentences on the way go to standard error, so that a pipe reads only the outcome.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Q
from django.utils import timezone

from twitter_integration.accounts import require_token
from twitter_integration.management.naming import find_account, find_app, refusals_told
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.setup import connecting
from twitter_integration.setup.bearer import fetch_bearer, invalidate_bearer
from twitter_integration.setup.connecting import Candidate, CannotConnect, Connected

Say = Callable[[str], None]
_NOTHING_SAVED = "Nothing was saved."


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome for people and for programs. `failure`: it is to be told, and the command has failed all the same."""

    sentence: str
    facts: dict[str, Any]
    failure: str = ""


def connect_by_pin(options: dict[str, Any], *, say: Say) -> Told:
    """Ask X, show the address, take the PIN from standard input, save. Raises CommandError."""
    app, account = _page_or_app(options["who"])
    try:
        begun = connecting.begin(app, callback=connecting.OUT_OF_BAND, screen_name=account.page_name if account else "")
        whom = f"@{account.page_name}" if account else "the account to add"
        say(f"Open this address, signed in to X as {whom}, and approve:\n{begun.address}")
        say("The PIN that X shows: ")
        pin = sys.stdin.readline().strip()
        if not pin:
            raise CommandError("No PIN was given; nothing was changed.")
        candidate = connecting.finish(app, token=begun.token, secret=begun.secret, verifier=pin, typed=True)
        connecting.check_page(candidate, app, account)
        if account is None:
            _ask_whether_right(candidate, options, say=say)
        connected = connecting.connect(candidate, app, account, now=timezone.now())
    except CannotConnect as error:
        raise CommandError(str(error)) from None
    return _connected(connected, say)


def _ask_whether_right(candidate: Candidate, options: dict[str, Any], *, say: Say) -> None:
    """Who is added to an app may be somebody else than was meant: X takes whoever is signed in there."""
    who = f"@{candidate.handle} ({candidate.name}, {candidate.page_id})"
    if options["expect"]:
        expected = options["expect"].strip().lstrip("@")
        if candidate.handle.casefold() != expected.casefold():
            raise CommandError(f"You approved as {who}, not as @{expected}. {_NOTHING_SAVED}")
    elif not options["yes"]:
        say(f"You approved as {who}. Is this the right page? [yes/no] ")
        if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
            raise CommandError(f"You approved as {who}. {_NOTHING_SAVED} Answer yes, or run it with --expect or --yes.")


def disconnect_account(options: dict[str, Any], *, say: Say) -> Told:
    account = find_account(options["who"])
    with refusals_told():
        if account.purged_at is not None:
            require_token(account)  # it was disconnected with that
        troubles = connecting.disconnect(account, now=timezone.now())
    for trouble in troubles:
        say(f"X was not told everything: {trouble}")
    sentence = f"@{account.page_name} is disconnected. Its tickets and settings stay."
    return Told(sentence, {"account": account.page_id, "connected": False, "troubles": troubles})


def handle_bearer(options: dict[str, Any], *, say: Say) -> Told:
    """The token itself is never printed; its end is, to recognise it by."""
    app = find_app(options["who"])
    with refusals_told():
        (invalidate_bearer if options["invalidate"] else fetch_bearer)(app)
    app.refresh_from_db()
    facts = {"app": app.name, "kept": bool(app.bearer_token), "ending": app.bearer_token[-4:]}
    if options["invalidate"]:
        return Told(f"X has forgotten the bearer token of “{app.name}”, and so have we.", facts)
    return Told(f"The bearer token of “{app.name}” is kept; it ends in {facts['ending']}.", facts)


def _page_or_app(name: str) -> tuple[XApp, PartnerAccount | None]:
    with refusals_told():
        rows = PartnerAccount.objects.select_related("app", "address")
        account = rows.filter(Q(page_id=name) | Q(page_name__iexact=name.lstrip("@"))).first()
        if account is not None:
            return account.app, account
        app = XApp.objects.filter(name__iexact=name).first()
    if app is not None:
        return app, None
    apps = ", ".join(XApp.objects.values_list("name", flat=True)) or "none yet (x_account add --help)"
    raise CommandError(f"There is no account and no X app {name!r}. Apps: {apps}.")


def _connected(connected: Connected, say: Say) -> Told:
    account = connected.account
    lacking = connecting.shortfall(account.access_level)
    trouble = f"Its subscriptions could not be placed again: {connected.trouble}" if connected.trouble else ""
    for sentence in filter(None, (lacking, trouble)):
        say(sentence)
    facts = {
        "account": account.page_id,
        "page_name": account.page_name,
        "app": account.app.name,
        "connected": True,
        "new": connected.is_new,
        "permission": account.access_level,
        "products": account.products,
        "trouble": connected.trouble or lacking,
    }
    sentence = f"@{account.page_name} ({account.page_id}) is connected."
    if not account.products:
        facts["next"] = f"manage.py x_subscribe add {account.page_id}"
        sentence += f" Nothing is subscribed yet: X tells us of it only after {facts['next']}"
    return Told(sentence, facts)

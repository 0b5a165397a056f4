"""Connecting an X account: the three steps of OAuth 1.0a (x-api 1.1), whose page it is, what the token may do; and
giving it up again.

Nothing is saved before `connect`. Not here: the session or terminal that carries a sign-in from step to step.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kapture.sealing import CannotOpen
from twitter_integration.accounts import (
    PurgeUnfinished,
    keys_of,
    keys_of_app,
    purge_first,
    save_account,
    told_disconnected,
)
from twitter_integration.choices import TokenState
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import OAuth2Grant, PartnerAccount, XApp
from twitter_integration.monitoring.x_clock import by_x
from twitter_integration.oauth import Keys, sign_in_auth
from twitter_integration.reading.waking import read_soon
from twitter_integration.registering.choices import AccessLevel
from twitter_integration.setup import oauth2
from twitter_integration.subscriptions import Ordered, resubscribe, unsubscribe

OUT_OF_BAND = "oob"  # X shows a PIN where there is no address to come back to
_OVER = gettext_noop("This sign-in has run out or was used already. Start again.")
_WRONG_PIN = gettext_noop(
    "X did not take this PIN: it was mistyped, or access was cancelled at X, or the sign-in has run out or was "
    "used already. Start again, and type the digits X shows after you approved."
)
_SHORTFALLS: Mapping[str, str] = {
    AccessLevel.READ: gettext_noop("With this token the desk can read, but neither answer nor use direct messages."),
    AccessLevel.WRITE: gettext_noop("With this token the desk can read and answer posts, but not use direct messages."),
}
_MEND_LEVEL = gettext_noop(
    "In the app's settings at X choose “Read and write and Direct message”, then connect the account again: a "
    "token keeps the permission it was granted with."
)


class CannotConnect(Exception):
    """Why the account was not connected, and what to do, for the person who tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where to send the browser; the request token comes back with it, its secret is kept by us."""

    address: str
    token: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Who approved, and what was granted. Not saved yet."""

    page_id: str
    handle: str
    name: str
    avatar_url: str
    level: str
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    account: PartnerAccount
    is_new: bool
    ordered: Ordered | None
    trouble: str = ""


def begin(app: XApp, *, callback: str, screen_name: str = "", force_login: bool = False) -> Begun:
    """Step 1: a request token. `callback` must stand in the app's settings at X, letter by letter. Raises
    CannotConnect."""
    keys = _keys(app)
    try:
        with XClient(keys) as client:
            told = client.exchange("/oauth/request_token", auth=sign_in_auth(keys, callback=callback))
    except XError as error:
        raise CannotConnect(_why_not_begun(error, callback)) from None
    token, secret = told.get("oauth_token", ""), told.get("oauth_token_secret", "")
    if not token or not secret or told.get("oauth_callback_confirmed") != "true":
        raise CannotConnect(_("X's answer could not be read. Try again in a minute."))
    query = {"oauth_token": token} | ({"screen_name": screen_name} if screen_name else {})
    query |= {"force_login": "true"} if force_login else {}
    return Begun(address=f"{settings.X_API_URL}/oauth/authorize?{urlencode(query)}", token=token, secret=secret)


def finish(app: XApp, *, token: str, secret: str, verifier: str, typed: bool = False) -> Candidate:
    """Step 3: the account's token for the verifier, and whose it is. `typed`: it is a PIN. Raises CannotConnect."""
    keys = _keys(app)
    auth = sign_in_auth(keys, token=token, secret=secret, verifier=verifier)
    try:
        with XClient(keys) as client:
            told = client.exchange("/oauth/access_token", auth=auth)
    except XError as error:
        raise CannotConnect(_why_not_finished(error, typed=typed)) from None
    granted = replace(
        keys, access_token=told.get("oauth_token", ""), access_token_secret=told.get("oauth_token_secret", "")
    )
    if not granted.access_token or not granted.access_token_secret:
        raise CannotConnect(_("X's answer could not be read. Try again in a minute."))
    return _look(granted, page_id=told.get("user_id", ""), handle=told.get("screen_name", ""))


def check_page(candidate: Candidate, app: XApp, account: PartnerAccount | None) -> PartnerAccount | None:
    """The configuration the candidate belongs to, None for a new one. Raises CannotConnect for the wrong page."""
    if account is not None and candidate.page_id != account.page_id:
        raise CannotConnect(
            _(
                "You approved as @%(handle)s (%(page_id)s), but this configuration is that of @%(page_name)s "
                "(%(other_id)s). Nothing was changed. Sign in to X as @%(page_name)s and connect again."
            )
            % {
                "handle": candidate.handle,
                "page_id": candidate.page_id,
                "page_name": account.page_name,
                "other_id": account.page_id,
            }
        )
    rows = PartnerAccount.objects.select_related("app", "address")
    found = account or rows.filter(page_id=candidate.page_id).first()
    if found is not None and found.is_purge_unfinished:
        raise CannotConnect(purge_first(found))
    if found is not None and found.app_id != app.pk:
        raise CannotConnect(
            _(
                "@%(handle)s is set up with the X app “%(name)s”, not with “%(queue)s”. Choose the app in its "
                "partner configuration first, then connect it there."
            )
            % {"handle": candidate.handle, "name": found.app.name, "queue": app.name}
        )
    return found


def connect(candidate: Candidate, app: XApp, account: PartnerAccount | None, *, now: datetime) -> Connected:
    """Save the token; of an account that is there, everything else stays, and what it was subscribed to is ordered
    again. Raises CannotConnect."""
    with transaction.atomic():
        # Two people may connect at once; the app's row is what they meet at.
        app = XApp.objects.select_for_update().get(pk=app.pk)
        found = check_page(candidate, app, account)
        row = found or PartnerAccount(page_id=candidate.page_id, app=app)
        row.app, row.page_name, row.handle_as_of = app, candidate.handle, by_x(now)
        row.access_token, row.access_token_secret = candidate.access_token, candidate.access_token_secret
        try:
            save_account(row, address={} if found else {"name": candidate.name}, renewed=True, connected_at=now)
        except PurgeUnfinished as error:
            raise CannotConnect(str(error)) from None
        # X has just granted it, and said whose it is.
        row.access_level, row.token_state = candidate.level, TokenState.ALIVE
        rows = PartnerAccount.objects.filter(pk=row.pk)
        rows.update(access_level=row.access_level, token_state=row.token_state)
    try:
        ordered = resubscribe(row, now=now)
    except XError as error:
        return Connected(account=row, is_new=found is None, ordered=None, trouble=error.said)
    finally:
        read_soon(row, now=now)
    return Connected(account=row, is_new=found is None, ordered=ordered)


def disconnect(account: PartnerAccount, *, now: datetime) -> list[str]:
    """Withdraw its orders, give its tokens up at X, delete them here; history and settings stay. What X did not hear is
    told in sentences: here the account is disconnected all the same."""
    steps: tuple[Callable[[], object], ...] = (
        lambda: unsubscribe(account, now=now, for_now=True),
        lambda: oauth2.revoke(account),
        lambda: _invalidate(account),
    )
    troubles = [trouble for trouble in (_try(step) for step in steps) if trouble]
    OAuth2Grant.objects.filter(account=account).delete()
    account.access_token = account.access_token_secret = ""
    banner = told_disconnected(account)
    with transaction.atomic():
        save_account(account, address={"sending_stopped": True, "banner": banner})
        account.disconnected_at, account.access_level = by_x(now), AccessLevel.UNKNOWN
        rows = PartnerAccount.objects.filter(pk=account.pk)
        rows.update(disconnected_at=account.disconnected_at, access_level=account.access_level)
    return troubles


def shortfall(level: str) -> str:
    """What a token of this permission level cannot do and how to mend it; empty when it can do all."""
    return " ".join((_(_SHORTFALLS[level]), _(_MEND_LEVEL))) if level in _SHORTFALLS else ""


def _keys(app: XApp) -> Keys:
    try:
        return replace(keys_of_app(app), owner_token="", owner_token_secret="")
    except CannotOpen as error:
        raise CannotConnect(str(error)) from None


def _look(keys: Keys, *, page_id: str, handle: str) -> Candidate:
    """Whose token it is, as X shows them. Some tiers may not ask; then the sign-in itself has told enough."""
    name = avatar = level = ""
    try:
        with XClient(keys) as client:
            answer = client.me()
            level = answer.access_level or _level_by_trying(client)
        data = answer.data
        page_id, handle = str(data.get("id") or page_id), str(data.get("username") or handle)
        name, avatar = str(data.get("name") or ""), str(data.get("profile_image_url") or "")
    except XError as error:
        if error.kind not in (ErrorKind.NO_ACCESS, ErrorKind.CREDITS, ErrorKind.RATE):
            raise CannotConnect(_("X granted a token, but: %(sentence)s") % {"sentence": error.said}) from None
    if not page_id.isdigit() or not handle:
        raise CannotConnect(_("X did not say whose token this is. Try again in a minute."))
    return Candidate(
        page_id=page_id,
        handle=handle,
        name=name or handle,
        avatar_url=avatar if avatar.startswith(("https://", "http://127.0.0.1")) else "",
        level=level if level in AccessLevel.values else AccessLevel.UNKNOWN,
        access_token=keys.access_token,
        access_token_secret=keys.access_token_secret,
    )


def _level_by_trying(client: XClient) -> str:
    """X names a token's permission in a header it does not always send. Direct messages can be asked for without harm;
    writing cannot be tried so."""
    try:
        client.request("GET", "/2/dm_events", query={"max_results": "1"})
    except XError as error:
        return AccessLevel.WRITE if error.kind == ErrorKind.PERMISSION else AccessLevel.UNKNOWN
    return AccessLevel.MESSAGES


def _why_not_begun(error: XError, callback: str) -> str:
    if error.code in ("415", "417"):
        return _(
            "X does not know our callback address. Add exactly {callback} to the callback addresses in the "
            "app's settings at developer.x.com, then try again."
        ).format(callback=callback)
    if error.kind in (ErrorKind.WRONG_KEYS, ErrorKind.DEAD_TOKEN):
        return _(
            "X does not recognise the app's consumer key and secret. Correct them on the app's page, then try again."
        )
    return _in_general(error)


def _why_not_finished(error: XError, *, typed: bool) -> str:
    """X has one refusal for a wrong PIN, a sign-in that was cancelled and one that is over."""
    if error.kind in (ErrorKind.WRONG_KEYS, ErrorKind.DEAD_TOKEN, ErrorKind.REFUSED, ErrorKind.GONE):
        return _(_WRONG_PIN if typed else _OVER)
    return _in_general(error)


def _in_general(error: XError) -> str:
    if error.kind == ErrorKind.CLOCK:
        return _("{why} Let this machine follow network time (NTP), then try again.").format(why=error.said)
    return error.said if error.permanent else _("{why} Try again in a minute.").format(why=error.said)


def _invalidate(account: PartnerAccount) -> None:
    """X forgets the token, for this app only."""
    if account.access_token:
        with XClient(keys_of(account)) as client:
            client.request("POST", "/1.1/oauth/invalidate_token.json")


def _try(step: Callable[[], object]) -> str:
    try:
        step()
    except XError as error:
        # A token that is dead already has nothing to give up.
        return "" if error.kind in (ErrorKind.DEAD_TOKEN, ErrorKind.GONE) else error.said
    except (CannotOpen, oauth2.CannotRefresh) as error:
        return str(error)
    return ""

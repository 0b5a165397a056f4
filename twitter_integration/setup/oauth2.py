"""OAuth 2.0 with PKCE, for the calls where X asks for it (x-api 1.4): granted, kept sealed, refreshed, revoked.

X's refresh tokens rotate: a second refresh with the same token kills the first. So a refresh happens under a lock on
the grant's own row, and the new pair is committed with it.
"""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from requests.auth import AuthBase, HTTPBasicAuth

from twitter_integration.accounts import keys_of_app
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import OAuth2Grant, PartnerAccount, XApp

# What a helpdesk does (x-api 1.4); `offline.access` is what brings a refresh token.
SCOPES: Sequence[str] = (
    *("tweet.read", "tweet.write", "tweet.moderate.write", "users.read", "dm.read", "dm.write", "media.write"),
    *("offline.access", "like.read", "like.write", "follows.read", "follows.write", "mute.read", "mute.write"),
    *("block.read", "block.write", "list.read", "list.write"),
)
EARLY = timedelta(seconds=60)
_LONGEST, _DIGITS = 366 * 86_400, 12  # X names two hours; what is beyond a year is a slip, and may overflow
_TOKEN_PATH, _REVOKE_PATH = "/2/oauth2/token", "/2/oauth2/revoke"


class CannotRefresh(Exception):
    """There is no OAuth 2.0 token to act with; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in under way: where to send the browser, and what must come back or be sent along later."""

    address: str
    state: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: datetime
    scopes: str


def challenge_of(verifier: str) -> str:
    """S256 (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def begin(app: XApp, *, callback: str) -> Begun:
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    query = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": callback,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    return Begun(address=f"{settings.X_WEB_URL}/i/oauth2/authorize?{urlencode(query)}", state=state, verifier=verifier)


def finish(app: XApp, *, code: str, verifier: str, callback: str, now: datetime) -> Granted:
    """Exchange the code, which lives for 30 seconds. Raises XError."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback,
        "code_verifier": verifier,
    }
    return _granted(_call(app, _TOKEN_PATH, form), now=now)


def keep(account: PartnerAccount, granted: Granted, *, now: datetime) -> OAuth2Grant:
    values = {
        "access_token": granted.access_token,
        "refresh_token": granted.refresh_token,
        "expires_at": granted.expires_at,
        "scopes": granted.scopes[:600],
        "obtained_at": now,
        "broken": "",
    }
    row, _ = OAuth2Grant.objects.update_or_create(account=account, defaults=values)
    return row


def fresh_token(account: PartnerAccount, *, now: datetime | None = None) -> str:
    """An access token good for at least another minute. Whoever comes while another refreshes waits and takes the new
    one. Raises CannotRefresh, or XError when X could not be asked."""
    refusal = ""
    with transaction.atomic():
        # The app's keys are read outside of the lock's row: FOR UPDATE OF this table only.
        rows = OAuth2Grant.objects.select_for_update(of=("self",)).select_related("account__app")
        grant = rows.filter(account_id=account.pk).first()
        if grant is None:
            raise CannotRefresh(
                _("@%(page_name)s has no OAuth 2.0 token: connect it with OAuth 2.0 first.")
                % {"page_name": account.page_name}
            )
        now = now or timezone.now()
        if grant.expires_at > now + EARLY:
            return str(grant.access_token)
        refusal = grant.broken or _refresh(grant, now=now)
    if refusal:  # told after the commit, so that it is kept
        raise CannotRefresh(
            _("@%(page_name)s: %(refusal)s Connect it with OAuth 2.0 again.")
            % {"page_name": account.page_name, "refusal": refusal}
        )
    return str(grant.access_token)


def has_grant(account: PartnerAccount) -> bool:
    return OAuth2Grant.objects.filter(account_id=account.pk).exists()


def revoke(account: PartnerAccount) -> None:
    """Give the tokens up at X, then here. What X no longer knows is no error; what it did not hear is (XError)."""
    grant = OAuth2Grant.objects.filter(account=account).select_related("account__app").first()
    if grant is None:
        return
    try:
        give_up(grant.account.app, str(grant.refresh_token), str(grant.access_token))
    except XError as error:
        if not error.permanent or error.stops:
            raise
    grant.delete()


def give_up(app: XApp, *tokens: str) -> None:
    """Revoke at X whichever of them there are, each tried (x-api 1.4). Raises XError for what X did not take back; not
    for a second one it no longer knows, for those of one sign-in may die together."""
    taken, untaken = False, None
    for token in filter(None, tokens):
        try:
            _call(app, _REVOKE_PATH, {"token": token})
        except XError as error:
            gone_already = taken and error.permanent and not error.stops
            untaken = untaken or (None if gone_already else error)
        else:
            taken = True
    if untaken is not None:
        raise untaken


def _refresh(grant: OAuth2Grant, *, now: datetime) -> str:
    """Put the new pair into the row; returns X's refusal as a sentence, which is kept there too."""
    if not grant.refresh_token:
        grant.broken = _("its OAuth 2.0 token ran out, and X gave none to refresh it with.")
    else:
        form = {"grant_type": "refresh_token", "refresh_token": str(grant.refresh_token)}
        try:
            granted = _granted(_call(grant.account.app, _TOKEN_PATH, form), now=now)
        except XError as error:
            if not error.permanent or error.stops:
                raise
            grant.broken = _("X no longer accepts its OAuth 2.0 token.")
        else:
            grant.access_token, grant.expires_at = granted.access_token, granted.expires_at
            # Should X ever not rotate, the old one goes on.
            grant.refresh_token = granted.refresh_token or grant.refresh_token
    grant.save()
    return grant.broken


def _call(app: XApp, path: str, form: dict[str, str]) -> dict[str, str]:
    """A confidential client proves itself by its secret, a public one by its id alone."""
    secret = str(app.client_secret)
    auth: AuthBase | None = HTTPBasicAuth(app.client_id, secret) if secret else None
    fields = form if secret else {**form, "client_id": app.client_id}
    with XClient(keys_of_app(app)) as client:
        try:
            return client.exchange(path, auth=auth, form=fields)
        except XError as error:
            if error.status == 401:  # it is the client that X does not know, whatever the token
                raise XError(ErrorKind.WRONG_KEYS, status=401) from None
            raise


def _granted(fields: dict[str, str], *, now: datetime) -> Granted:
    seconds, token = fields.get("expires_in", ""), fields.get("access_token", "")
    counted = seconds.isascii() and seconds.isdigit()
    if not token or fields.get("token_type", "").casefold() != "bearer" or not counted:
        raise XError(ErrorKind.UNREADABLE)
    return Granted(
        access_token=token,
        refresh_token=fields.get("refresh_token", ""),
        expires_at=now + timedelta(seconds=min(int(seconds[:_DIGITS]), _LONGEST)),
        scopes=fields.get("scope", ""),
    )

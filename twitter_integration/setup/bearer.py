"""The app's own token (x-api 1.3): fetched from X, kept sealed, invalidated. X hands out the same until then."""

from dataclasses import replace
from urllib.parse import quote, unquote

from requests.auth import AuthBase, HTTPBasicAuth

from twitter_integration.accounts import keys_of, keys_of_app
from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.models import XApp
from twitter_integration.oauth import Keys, owner_auth

_PATH = "/oauth2/invalidate_token"


def fetch_bearer(app: XApp) -> None:
    """Keep the token X has for the app. Raises XError."""
    with XClient(replace(keys_of_app(app), bearer_token="")) as client:
        _keep(app, client.bearer())


def invalidate_bearer(app: XApp) -> None:
    """Have X forget the token, and forget it here. One that X no longer knows is no error. Raises XError."""
    keys = keys_of_app(app)
    if keys.bearer_token:
        _give_up(app, keys)
    _keep(app, "")


def _give_up(app: XApp, keys: Keys) -> None:
    """By the app's keys, else signed by its owner: X's pages disagree on which it takes."""
    form = {"access_token": unquote(keys.bearer_token)}
    with XClient(keys) as client:
        try:
            basic = HTTPBasicAuth(quote(keys.consumer_key, safe=""), quote(keys.consumer_secret, safe=""))
            client.exchange(_PATH, auth=basic, form=form)
        except XError as error:
            if error.code == "89":
                return
            signer = _owner(app, keys) if error.kind in (ErrorKind.WRONG_KEYS, ErrorKind.DEAD_TOKEN) else None
            if signer is None:
                raise
            client.exchange(_PATH, auth=signer, form=form)


def _owner(app: XApp, keys: Keys) -> AuthBase | None:
    if keys.owner_token:
        return owner_auth(keys)
    account = app.accounts.filter(disconnected_at=None).select_related("app").order_by("pk").first()
    return owner_auth(keys_of(account)) if account else None


def _keep(app: XApp, token: str) -> None:
    app.bearer_token = token
    XApp.objects.filter(pk=app.pk).update(bearer_token=token)

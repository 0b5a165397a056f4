"""Who we are when we call X: an account (OAuth 1.0a, or OAuth 2.0 with scopes), the app itself (bearer token), or
nobody yet (the steps of a sign-in).

Signing, and whom a call is counted for. Secrets live in these objects and in the Authorization header, and nowhere
else.
"""

from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase
from requests_oauthlib import OAuth1

from twitter_integration.metering.counting import Payer


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The app's keys and, for user context, one account's token. Nothing of them is printed by accident."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    access_token_secret: str = field(default="", repr=False)
    bearer_token: str = field(default="", repr=False)
    owner_token: str = field(default="", repr=False)  # the account that owns the app; v1.1 registers as it
    owner_token_secret: str = field(default="", repr=False)
    oauth2_token: str = field(default="", repr=False)  # of the account, with scopes; lives two hours
    payer: Payer = field(default_factory=Payer)  # whom the calls are counted for


class Bearer(AuthBase):
    """App context. An auth object and no plain header, so that requests never puts a ~/.netrc entry in its
    place.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def user_auth(keys: Keys) -> AuthBase:
    """Sign as the account. JSON bodies stay out of the signature, as X wants it (docs.x.com, "Creating a
    signature").
    """
    auth: AuthBase = OAuth1(
        keys.consumer_key,
        client_secret=keys.consumer_secret,
        resource_owner_key=keys.access_token,
        resource_owner_secret=keys.access_token_secret,
    )
    return auth


def owner_auth(keys: Keys) -> AuthBase:
    """Sign as the account that owns the app; as the account at hand where the owner's token is not known."""
    if not keys.owner_token:
        return user_auth(keys)
    return sign_in_auth(keys, token=keys.owner_token, secret=keys.owner_token_secret)


def sign_in_auth(
    keys: Keys, *, token: str = "", secret: str = "", callback: str | None = None, verifier: str | None = None
) -> AuthBase:
    """Sign as the app alone, or with a token on its way to becoming an account's (x-api 1.1, steps 1 and 4)."""
    auth: AuthBase = OAuth1(
        keys.consumer_key,
        client_secret=keys.consumer_secret,
        resource_owner_key=token or None,
        resource_owner_secret=secret or None,
        callback_uri=callback,
        verifier=verifier,
    )
    return auth

"""Who we are when we call X: an account (OAuth 1.0a user context) or the app itself (bearer token).

Signing only. Secrets live in these objects and in the Authorization header, and nowhere else.
"""

from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase
from requests_oauthlib import OAuth1


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The app's keys and, for user context, one account's token. Nothing of them is printed by accident."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(default="", repr=False)
    access_token_secret: str = field(default="", repr=False)
    bearer_token: str = field(default="", repr=False)


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

"""OAuth 1.0a as a server: calls are verified with oauthlib, with X's error codes and X's leniency."""

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from oauthlib.oauth1 import RequestValidator, ResourceEndpoint, SignatureOnlyEndpoint
from oauthlib.oauth1.rfc5849 import utils
from werkzeug.wrappers import Request

from twitter_integration.sandbox import apps
from twitter_integration.sandbox.apps import App
from twitter_integration.sandbox.errors import unauthorized
from twitter_integration.sandbox.store import Store

CLOCK_TOLERANCE = 300
"""Seconds a request's timestamp may differ from ours before X answers code 135."""

X_HOSTS = frozenset(f"{name}.{domain}" for name in ("api", "upload", "ton") for domain in ("x.com", "twitter.com"))
"""Hosts that exist behind TLS only: a request naming one was signed for https."""

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCall:
    """A request taken apart for checking: `oauth` are its protocol parameters, wherever they stood."""

    method: str
    url: str
    body: str
    oauth: dict[str, str]


class Keyring(RequestValidator):
    """oauthlib's questions, answered from the store. The checks X words differently are made before."""

    timestamp_lifetime = CLOCK_TOLERANCE * 2
    enforce_ssl = False
    dummy_client = "no-such-app"
    dummy_access_token = "no-such-token"  # noqa: S105 - the value oauthlib compares against for nobody

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store
        self._seen: OrderedDict[tuple[str, str, str, str], float] = OrderedDict()

    def check_client_key(self, client_key: str) -> bool:
        return bool(client_key)

    def check_access_token(self, request_token: str) -> bool:
        return bool(request_token)

    def check_nonce(self, nonce: str) -> bool:
        return bool(nonce) and nonce.isascii()

    def validate_client_key(self, client_key: str, request: Any) -> bool:
        return apps.app_by_key(self._store, client_key) is not None

    def validate_access_token(self, client_key: str, token: str, request: Any) -> bool:
        return bool(self.get_access_token_secret(client_key, token, request))

    def get_client_secret(self, client_key: str, request: Any) -> str:
        app = apps.app_by_key(self._store, client_key)
        return app.consumer_secret if app else "none"

    def get_access_token_secret(self, client_key: str, token: str, request: Any) -> str:
        """Of an access token, or of a request token on its way to becoming one."""
        app = apps.app_by_key(self._store, client_key)
        found = apps.find_token(self._store, token) or apps.find_request_token(self._store, token)
        return found.secret if app and found and found.app_id == app.id else ""

    def validate_realms(
        self, client_key: str, token: str, request: Any, uri: str | None = None, realms: Any = None
    ) -> bool:
        return True

    def validate_timestamp_and_nonce(
        self,
        client_key: str,
        timestamp: str,
        nonce: str,
        request: Any,
        request_token: str | None = None,
        access_token: str | None = None,
    ) -> bool:
        """Each nonce once per app, token and second; what is too old to pass the clock is forgotten."""
        key = (client_key, access_token or request_token or "", timestamp, nonce)
        horizon = time.monotonic() - 2 * CLOCK_TOLERANCE
        while self._seen and next(iter(self._seen.values())) < horizon:
            self._seen.popitem(last=False)
        if key in self._seen:
            return False
        self._seen[key] = time.monotonic()
        return True


def public_url(request: Request) -> str:
    """The address as the client saw it, which is what it signed."""
    host = request.headers.get("X-Forwarded-Host") or request.host
    scheme = request.headers.get("X-Forwarded-Proto") or request.scheme
    if host.partition(":")[0].lower() in X_HOSTS:
        scheme = "https"
    return f"{scheme}://{host}{quote(request.path, safe='/~')}"


def take_apart(request: Request) -> SignedCall:
    """Collect the oauth_* parameters from header, query and form; one repeated alike counts once."""
    header = request.headers.get("Authorization", "")
    found: list[tuple[str, str]] = []
    if header.lower().startswith("oauth "):
        try:
            found += utils.parse_authorization_header(header)
        except ValueError as error:
            raise unauthorized(215, "Bad Authentication data.", status=400) from error
        found = [(key, _decode(value)) for key, value in found if key != "realm"]
    query = parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True)
    form: list[tuple[str, str]] = []
    if request.headers.get("Content-Type", "").startswith(FORM):
        form = parse_qsl(request.get_data(as_text=True), keep_blank_values=True)
    found += [pair for pair in query + form if pair[0].startswith("oauth_")]
    oauth: dict[str, str] = {}
    for key, value in found:
        if oauth.setdefault(key, value) != value:
            raise unauthorized(215, "Bad Authentication data.", status=400)
    plain_query = [pair for pair in query if not pair[0].startswith("oauth_")]
    plain_form = [pair for pair in form if not pair[0].startswith("oauth_")]
    url = public_url(request) + ("?" + urlencode(plain_query) if plain_query else "")
    return SignedCall(method=request.method, url=url, body=urlencode(plain_form), oauth=oauth)


def _decode(value: str) -> str:
    return str(utils.unescape(value))


class Verifier:
    """Checks signed calls against the store; remembers nonces."""

    def __init__(self, store: Store) -> None:
        self._store = store
        keyring = Keyring(store)
        self._resource = ResourceEndpoint(keyring)
        self._client_only = SignatureOnlyEndpoint(keyring)

    def check_user(self, call: SignedCall) -> tuple[App, apps.Token]:
        """The app and the living access token behind a call; raises ApiError with X's code."""
        self._check_clock(call)
        token = apps.find_token(self._store, call.oauth.get("oauth_token", ""))
        if token is None or token.dead:
            raise unauthorized(89, "Invalid or expired token.")
        self._check(call)
        app = apps.app_by_key(self._store, call.oauth["oauth_consumer_key"])
        assert app is not None
        return app, token

    def check_request_token(self, call: SignedCall) -> tuple[App, apps.RequestToken]:
        """The third step of a sign-in: signed with the request token."""
        self._check_clock(call)
        token = apps.find_request_token(self._store, call.oauth.get("oauth_token", ""))
        if token is None:
            raise unauthorized(32, "Could not authenticate you.")
        self._check(call)
        return apps.app_by_id(self._store, token.app_id), token

    def check_app(self, call: SignedCall) -> App:
        """The first step of a sign-in: signed by the app alone."""
        self._check_clock(call)
        url, method, body, headers = _as_arguments(call)
        passed, _ = self._client_only.validate_request(url, method, body, headers)
        app = apps.app_by_key(self._store, call.oauth.get("oauth_consumer_key", ""))
        if not passed or app is None:
            raise unauthorized(32, "Could not authenticate you.")
        return app

    def _check(self, call: SignedCall) -> None:
        url, method, body, headers = _as_arguments(call)
        passed, _ = self._resource.validate_protected_resource_request(url, method, body, headers)
        if not passed:
            raise unauthorized(32, "Could not authenticate you.")

    def _check_clock(self, call: SignedCall) -> None:
        needed = ("oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_timestamp")
        if not all(call.oauth.get(name) for name in needed):
            raise unauthorized(215, "Bad Authentication data.", status=400)
        stamp = call.oauth["oauth_timestamp"]
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > CLOCK_TOLERANCE:
            raise unauthorized(135, "Timestamp out of bounds.")


def _as_arguments(call: SignedCall) -> tuple[str, str, str, dict[str, str]]:
    header = "OAuth " + ", ".join(f'{key}="{quote(value, safe="~")}"' for key, value in call.oauth.items())
    return call.url, call.method, call.body, {"Authorization": header, "Content-Type": FORM}

"""Webhook registrations and the challenge (CRC) X makes before it trusts an address."""

import ipaddress
import secrets
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import requests

from twitter_integration.sandbox.apps import App, app_by_id
from twitter_integration.sandbox.ids import Snowflakes, as_id, now_ms
from twitter_integration.sandbox.store import Row, Store
from twitter_integration.sandbox.wire import SIGNATURE_HEADER, sign

BARE_HEADERS = {"User-Agent": "@@@SKIP_HEADER@@@", "Accept-Encoding": "@@@SKIP_HEADER@@@"}
"""urllib3's way of leaving a header out: X sends no User-Agent and no Accept to a webhook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    id: int
    app_id: int
    url: str
    environment: str
    valid: bool
    created_ms: int
    checked_ms: int


class ChallengeError(Exception):
    """Why the address did not pass, in the words of v1.1's code 214.

    `lasting`: a wrong answer. Errors 4xx and 5xx, timeouts and closed connections may pass: X waits 28 hours then.
    """

    def __init__(self, words: str, *, lasting: bool = False) -> None:
        super().__init__(words)
        self.lasting = lasting


def _webhook(row: Row) -> Webhook:
    return Webhook(**{**dict(row), "valid": bool(row["valid"])})


def owned(store: Store, app: App, *, environment: str | None = None) -> list[Webhook]:
    sql = "SELECT * FROM webhook WHERE app_id = ? AND (? IS NULL OR environment = ?) ORDER BY id"
    return [_webhook(row) for row in store.rows(sql, (app.id, environment, environment))]


def find(store: Store, webhook_id: int | str, *, app: App | None = None) -> Webhook | None:
    row = store.row("SELECT * FROM webhook WHERE id = ?", (as_id(webhook_id),))
    found = _webhook(row) if row else None
    return found if found and (app is None or found.app_id == app.id) else None


def url_problem(url: str, *, strict: bool) -> str:
    """X's rules for the address (https, no port, at most 200 characters); empty when it is fine."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "the URL cannot be read"
    if not 1 <= len(url) <= 200 or not parts.hostname or parts.username:
        return "the URL must have a host, no user name, and 1 to 200 characters"
    if not strict and is_loopback(parts.hostname) and parts.scheme in ("http", "https"):
        return ""
    if parts.scheme != "https":
        return "the URL must use https"
    return "the URL must not name a port" if port is not None else ""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms X challenges: seconds the receiver has, and whether it can be reached at all."""

    timeout: float
    reachable: bool = True


def challenge(app: App, url: str, terms: Terms) -> None:
    """Call the address with a fresh token; raises ChallengeError unless it answers as X demands."""
    if not terms.reachable:
        raise ChallengeError("Unable to connect during CRC GET request.")
    token = secrets.token_urlsafe(30)
    query = urlencode({"crc_token": token, "nonce": secrets.token_urlsafe(24)})
    separator = "&" if urlsplit(url).query else "?"
    headers = {**BARE_HEADERS, SIGNATURE_HEADER: sign(app.consumer_secret, query.encode())}
    with requests.Session() as session:
        session.headers.clear()
        session.trust_env = False
        try:
            answer = session.get(url + separator + query, headers=headers, timeout=terms.timeout, allow_redirects=False)
        except requests.Timeout as error:
            raise ChallengeError(
                f"High latency on CRC GET request. Your webhook should respond in less than {terms.timeout:g} seconds."
            ) from error
        except requests.RequestException as error:
            raise ChallengeError("Unable to connect during CRC GET request.") from error
    if answer.status_code != 200:
        passing = answer.status_code >= 400
        words = "Non-200 response code during CRC GET request (i.e. 404, 500, etc)."
        raise ChallengeError(words, lasting=not passing)
    _check_answer(app, token, answer)


def _check_answer(app: App, token: str, answer: requests.Response) -> None:
    try:
        document = answer.json()
    except ValueError:
        document = None
    given = document.get("response_token") if isinstance(document, dict) else None
    plain = answer.headers.get("Content-Type", "").startswith("application/json")
    if not plain or not isinstance(given, str):
        raise ChallengeError("Invalid CRC token or json response format.", lasting=True)
    if not secrets.compare_digest(given.encode(), sign(app.consumer_secret, token.encode()).encode()):
        raise ChallengeError("Invalid CRC token or json response format.", lasting=True)


def register(store: Store, ids: Snowflakes, *, app: App, url: str, environment: str = "") -> Webhook:
    webhook_id = ids.draw()
    at = now_ms()
    store.add(
        "webhook",
        id=webhook_id,
        app_id=app.id,
        url=url,
        environment=environment,
        valid=1,
        created_ms=at,
        checked_ms=at,
    )
    found = find(store, webhook_id)
    assert found is not None
    return found


def recheck(store: Store, webhook: Webhook, terms: Terms, *, grace: float = 0.0) -> str:
    """Challenge again and keep the outcome; returns X's reason for a failure, empty for success.

    `grace`: seconds since the last success within which a failure that may pass does not invalidate.
    """
    try:
        challenge(app_by_id(store, webhook.app_id), webhook.url, terms)
    except ChallengeError as error:
        if error.lasting or now_ms() - webhook.checked_ms >= grace * 1000:
            store.run("UPDATE webhook SET valid = 0 WHERE id = ?", (webhook.id,))
        return str(error)
    store.run("UPDATE webhook SET valid = 1, checked_ms = ? WHERE id = ?", (now_ms(), webhook.id))
    return ""


def remove(store: Store, webhook: Webhook) -> None:
    """Gone with its subscriptions: whoever registers anew must subscribe anew."""
    with store.transaction():
        store.run("DELETE FROM webhook WHERE id = ?", (webhook.id,))
        store.run("DELETE FROM account_subscription WHERE webhook_id = ?", (webhook.id,))
        store.run("DELETE FROM activity_subscription WHERE webhook_id = ?", (webhook.id,))

"""A running sandbox, its people as signed clients, and a webhook receiver that checks what it gets."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth1Session

from twitter_integration.sandbox.server import ThreadedSandbox, start_in_thread

ACME = "900000000000000001"
ANA = "900000000000000002"
BEN = "900000000000000003"
ULLA = "900000000000000022"
"""Protected."""
HELPDESK_EVENTS = (
    "post.create",
    "post.delete",
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "post.repost.create",
    "like.create",
    "follow.follow",
    "dm.received",
    "dm.sent",
    "dm.read",
)


def signature(secret: str, message: bytes) -> str:
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode()


class Client(OAuth1Session):  # type: ignore[misc]  # requests-oauthlib carries no types
    """A user of the sandbox: signs with `requests-oauthlib`, takes paths instead of URLs."""

    base_url = ""

    def request(self, method: str, url: str, *args: Any, **more: Any) -> Any:
        return super().request(method, self.base_url + url if url.startswith("/") else url, *args, **more)


class Receiver:
    """A webhook: answers challenges, keeps every body, answers what `status` says after `delay` seconds."""

    def __init__(self, secret: str) -> None:
        self.secret, self.status, self.delay = secret, 200, 0.0
        self.crc_answer: tuple[int, str, bytes] | None = None
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.challenges: list[tuple[dict[str, str], str]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                query = urlsplit(self.path).query
                receiver.challenges.append((dict(self.headers), query))
                time.sleep(receiver.delay)
                token = parse_qs(query)["crc_token"][0]
                body = json.dumps({"response_token": signature(receiver.secret, token.encode())}).encode()
                self._answer(*(receiver.crc_answer or (200, "application/json", body)))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(receiver.delay)
                receiver.received.append((dict(self.headers), body))
                self._answer(receiver.status, "text/plain", b"")

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/x"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.received]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def sandbox() -> Iterator[ThreadedSandbox]:
    running = start_in_thread(retry_delays=[0.05, 0.05, 0.05])
    yield running
    running.stop()


def client_for(sandbox: ThreadedSandbox, user_id: str) -> Client:
    client = Client(*keys_of(sandbox, user_id))
    client.base_url = sandbox.base_url
    return client


class Detour(HTTPAdapter):
    """Calls for X's hosts go to the sandbox, with the Host header and the signature X would see."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self._base_url = base_url

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        request.headers["Host"] = parts.netloc
        request.url = self._base_url + str(request.url)[len(f"{parts.scheme}://{parts.netloc}") :]
        return super().send(request, *args, **more)


def detoured(session: Any, sandbox: ThreadedSandbox) -> Any:
    for host in ("https://api.twitter.com", "https://upload.twitter.com", "https://twitter.com"):
        session.mount(host, Detour(sandbox.base_url))
    return session


def keys_of(sandbox: ThreadedSandbox, user_id: str) -> list[str]:
    """Consumer key and secret, token and secret, in the order every client takes them."""
    keys = sandbox.credentials
    person = next(item for item in keys["accounts"] + keys["customers"] if item["user_id"] == user_id)
    words = (keys["consumer_key"], keys["consumer_secret"], person["access_token"], person["access_token_secret"])
    return list(words)


def tweepy_of(sandbox: ThreadedSandbox, user_id: str) -> Any:
    """tweepy's client of API v2, unmodified but for the host."""
    tweepy = pytest.importorskip("tweepy")
    made = tweepy.Client(sandbox.credentials["bearer_token"], *keys_of(sandbox, user_id))
    detoured(made.session, sandbox)
    return made


def old_tweepy_of(sandbox: ThreadedSandbox, user_id: str) -> Any:
    """tweepy's client of v1.1."""
    tweepy = pytest.importorskip("tweepy")
    made = tweepy.API(tweepy.OAuth1UserHandler(*keys_of(sandbox, user_id)))
    detoured(made.session, sandbox)
    return made


@pytest.fixture
def client(sandbox: ThreadedSandbox) -> Any:
    """Acme by tweepy, under API v2."""
    return tweepy_of(sandbox, ACME)


@pytest.fixture
def classic(sandbox: ThreadedSandbox) -> Any:
    """Acme by tweepy, under v1.1, for an app whose tier has it."""
    sandbox.world.switches.set("tier", "enterprise")
    return old_tweepy_of(sandbox, ACME)


@pytest.fixture
def acme(sandbox: ThreadedSandbox) -> Client:
    return client_for(sandbox, ACME)


@pytest.fixture
def ana(sandbox: ThreadedSandbox) -> Client:
    return client_for(sandbox, ANA)


@pytest.fixture
def bearer(sandbox: ThreadedSandbox) -> dict[str, str]:
    return {"Authorization": f"Bearer {sandbox.credentials['bearer_token']}"}


@pytest.fixture
def receiver(sandbox: ThreadedSandbox) -> Iterator[Receiver]:
    made = Receiver(sandbox.credentials["consumer_secret"])
    yield made
    made.close()


@pytest.fixture
def webhook(acme: Client, receiver: Receiver) -> str:
    """Acme's webhook, without any subscription; its id."""
    return str(acme.post("/2/webhooks", json={"url": receiver.url}).json()["data"]["id"])


@pytest.fixture
def subscribed(acme: Client, webhook: str) -> str:
    """Acme subscribed to Account Activity; the webhook's id."""
    answer = acme.post(f"/2/account_activity/webhooks/{webhook}/subscriptions/all", json={})
    assert answer.json() == {"data": {"subscribed": True}}
    return webhook


@pytest.fixture
def x_subscribed(acme: Client, webhook: str) -> str:
    """Acme subscribed to what a helpdesk needs of X Activity; the webhook's id."""
    for name in HELPDESK_EVENTS:
        row = {"event_type": name, "filter": {"user_id": ACME}, "tag": "acme", "webhook_id": webhook}
        assert acme.post("/2/activity/subscriptions", json=row).status_code == 200
    return webhook

"""An installation that the sandbox can reach: its challenges are answered, what it delivers is kept."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.serving import serving
from twitter_integration.models import PartnerAccount
from twitter_integration.signing import challenge_answer


class Doorbell(BaseHTTPRequestHandler):
    """Answers challenges as our receiver does, from a thread of the test."""

    secret = ""
    rung: ClassVar[list[bytes]] = []
    signatures: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        (token,) = parse_qs(urlsplit(self.path).query)["crc_token"]
        body = json.dumps({"response_token": challenge_answer(token, secret=self.secret)}).encode()
        self._answer(body)

    def do_POST(self) -> None:
        self.signatures.append(self.headers["x-twitter-webhooks-signature"])
        self.rung.append(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def reachable(acme: PartnerAccount, settings: Any) -> Iterator[PartnerAccount]:
    """Acme's account on an installation that the sandbox can reach."""
    handler = type("DoorbellNow", (Doorbell,), {"secret": str(acme.app.consumer_secret)})
    with serving(handler) as settings.PUBLIC_URL:
        yield acme

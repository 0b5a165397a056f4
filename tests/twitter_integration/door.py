"""The webhook's receiver as X meets it, without a server around it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.db import connection

from tests.twitter_integration.installed import SECRET, install
from twitter_integration.deliveries import receiver
from twitter_integration.deliveries.receiver import Receiver
from twitter_integration.models import PartnerAccount
from twitter_integration.signing import sign_body

TOKEN = "kapture-crc-token-0001"
ANSWER = "sha256=Wcj5AD+IckZbWzlt6sN+2CYtAol/v5phCE8HlZqtp6o="


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes


_doors: list[Receiver] = []


def new_door() -> Receiver:
    _doors.append(Receiver())
    return _doors[-1]


@pytest.fixture(autouse=True)
def close_the_doors(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections end as in the web process, and a keeper's, which lives as long as its thread, with the test."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    yield
    for door in [*_doors, receiver.application]:
        door.keeper._thread.submit(lambda: connection.close()).result()
    _doors.clear()


@pytest.fixture
def acme() -> PartnerAccount:
    return install()


def path_of(account: PartnerAccount) -> str:
    return f"/webhooks/x/{account.app.webhook_token}/"


async def ask(
    app: Any, method: str, path: str, *, query: str = "", headers: dict[str, str] | None = None, body: Any = b""
) -> Reply:
    """One request as a server would hand it over; a list of bodies comes in as many chunks."""
    pairs = [(k.lower().encode(), v.encode("latin-1")) for k, v in (headers or {}).items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": pairs}
    talk: Any = ApplicationCommunicator(app, scope)  # type: ignore[no-untyped-call]  # asgiref types its servers only
    chunks = body if isinstance(body, list) else [body]
    for at, chunk in enumerate(chunks, start=1):
        await talk.send_input({"type": "http.request", "body": chunk, "more_body": at < len(chunks)})
    start = await talk.receive_output(10)
    rest = await talk.receive_output(10)
    await talk.wait(10)
    return Reply(start["status"], rest["body"])


def get(account: PartnerAccount, query: str, *, signature: str = "") -> Reply:
    headers = {"x-twitter-webhooks-signature": signature} if signature else {}
    return asyncio.run(ask(new_door(), "GET", path_of(account), query=query, headers=headers))


def signed(body: bytes, *, secret: str = SECRET) -> dict[str, str]:
    return {"x-twitter-webhooks-signature": sign_body(body, secret=secret)}


def give(account: PartnerAccount, body: bytes, headers: dict[str, str] | None = None, **more: Any) -> Reply:
    told = signed(body) if headers is None else headers
    return asyncio.run(ask(new_door(), "POST", path_of(account), headers=told, body=more.get("chunks", body)))


def in_thread(work: Any) -> Any:
    try:
        return work()
    finally:
        connection.close()

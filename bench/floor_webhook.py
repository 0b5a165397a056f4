"""The barest honest receiver: checks the HMAC, does one INSERT per request, answers. No framework, no batch."""

import hashlib
import hmac
import os
from base64 import b64encode
from collections.abc import Awaitable, Callable
from typing import Any

from psycopg_pool import AsyncConnectionPool

SECRET = os.environ["FLOOR_SECRET"].encode()
pool = AsyncConnectionPool(
    os.environ["FLOOR_DATABASE"], min_size=4, max_size=16, open=False, kwargs={"autocommit": True}
)
INSERT = "INSERT INTO floor_delivery (digest, body) VALUES (%s, %s) ON CONFLICT DO NOTHING"


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await pool.open()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = b"".join(parts)
    given = dict(scope["headers"]).get(b"x-twitter-webhooks-signature", b"")
    wanted = b"sha256=" + b64encode(hmac.digest(SECRET, body, hashlib.sha256))
    status = 403
    if hmac.compare_digest(given, wanted):
        async with pool.connection() as connection:
            await connection.execute(INSERT, (hashlib.sha256(body).digest(), body))
        status = 200
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})

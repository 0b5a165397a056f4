"""The webhook: an ASGI application of its own, answered before Django so that nothing can make it slow.

GET answers X's challenge from memory. POST checks the signature over the raw bytes, waits until the body is durable,
answers 200. No parsing, no look-up that can block. Why not a Django view: docs/decisions/0003.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.utils import timezone

from twitter_integration.deliveries.challenges import ChallengeBook
from twitter_integration.deliveries.doorkeeper import Doorkeeper, Keys
from twitter_integration.deliveries.keeping import Keeper, NotKept
from twitter_integration.inbox import Arrival
from twitter_integration.signing import challenge_answer, is_challenge_token, is_signed

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

READ_SECONDS = 10  # for the whole body; X gives up on us after as many
MAX_BODY = 1_000_000  # bytes; X's own deliveries stay under 100 kB
MOST_BARE_WORDS = 20  # an hour and app
_SIGNATURE = b"x-twitter-webhooks-signature"
_LENGTH = b"content-length"
_LATER = (503, b'{"error":"try again"}')


class TooLarge(Exception):
    """The body is longer than MAX_BODY."""


class BareWords:
    """Bodies that prove nothing: a challenge of ours signs any word of X's alphabet for whoever knows the address.

    No event can be forged of one. A few are kept as dead letters, for whoever tries an installation by hand; more would
    fill the inbox.
    """

    def __init__(self) -> None:
        self._kept: dict[int, list[float]] = {}

    def may_be_kept(self, body: bytes, *, app: int) -> bool:
        if not is_challenge_token(body[:200].decode("latin-1")):
            return True
        now = time.monotonic()
        lately = [at for at in self._kept.get(app, []) if now - at < 3600]
        self._kept[app] = lately if len(lately) >= MOST_BARE_WORDS else [*lately, now]
        return len(lately) < MOST_BARE_WORDS


class Receiver:
    def __init__(self) -> None:
        self.doorkeeper = Doorkeeper()
        self.keeper = Keeper()
        self.challenges = ChallengeBook()
        self.bare_words = BareWords()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, body = await self._answer(scope, receive)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        token = scope["path"].removeprefix(settings.WEBHOOK_PREFIX).removesuffix("/")
        keys = await self.doorkeeper.keys(token)
        if keys is None:
            return (404, b'{"error":"not found"}') if self.doorkeeper.has_read else _LATER
        if scope["method"] == "GET":
            answer = _challenge(scope, await self.doorkeeper.fresh_keys_soon(token) or keys)
            if answer[0] == 200:
                self.challenges.note(keys.app_id)
            return answer
        if scope["method"] == "POST":
            return await self._take(scope, receive, keys, token)
        return 405, b'{"error":"GET or POST"}'

    async def _take(self, scope: Scope, receive: Receive, keys: Keys, token: str) -> tuple[int, bytes]:
        headers = dict(scope["headers"])
        try:
            async with asyncio.timeout(READ_SECONDS):
                body = await _read(headers, receive)
        except TooLarge:
            return 413, b'{"error":"too large"}'
        except TimeoutError:
            return 408, b'{"error":"too slow"}'
        signature = headers.get(_SIGNATURE, b"").decode("latin-1")
        if not await self._is_genuine(body, signature, keys, token):
            log.warning("A webhook POST for app %d was not signed by X.", keys.app_id)
            return 403, b'{"error":"signature"}'
        if not self.bare_words.may_be_kept(body, app=keys.app_id):
            return 403, b'{"error":"signature"}'
        try:
            await self.keeper.keep(Arrival(app_id=keys.app_id, body=body, received_at=timezone.now()))
        except NotKept:
            # X tries again; until then the delivery is in X's hands, not lost in ours.
            return _LATER
        return 200, b"{}"

    async def _is_genuine(self, body: bytes, signature: str, keys: Keys, token: str) -> bool:
        """By the keys we know, or else by those of this moment: on a quiet webhook ours may be old."""
        if is_signed(body, signature, secrets=keys.secrets(timezone.now())):
            return True
        fresh = await self.doorkeeper.fresh_keys(token)
        if fresh is None or fresh == keys:
            return False
        return is_signed(body, signature, secrets=fresh.secrets(timezone.now()))


def _challenge(scope: Scope, keys: Keys) -> tuple[int, bytes]:
    """x-api 2.4. Exactly one token, of X's alphabet: an endpoint that signs anything else is a signing oracle."""
    query = scope["query_string"]
    pairs = [part.partition("=") for part in query.decode("latin-1").split("&")]
    tokens = [unquote(value, errors="replace") for name, _, value in pairs if unquote(name) == "crc_token"]
    if len(tokens) != 1 or not is_challenge_token(tokens[0]):
        return 400, b'{"error":"crc_token"}'
    signature = dict(scope["headers"]).get(_SIGNATURE)
    secrets = keys.secrets(timezone.now())
    if signature is not None and not is_signed(query, signature.decode("latin-1"), secrets=secrets):
        return 403, b'{"error":"signature"}'
    return 200, b'{"response_token":"%s"}' % challenge_answer(tokens[0], secret=secrets[0]).encode()


async def _read(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    declared = headers.get(_LENGTH, b"0")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise TooLarge
    parts, size = [], 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            raise TooLarge
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


application = Receiver()

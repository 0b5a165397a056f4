"""The one way out to X: signed requests with limits on time and size, and every failure as one XError.

Knows API v2's conventions and a few calls that more than one caller needs. Every call that ends is told to the meter,
whoever makes it and whatever came of it. Nothing here reads the database or logs: bodies, tokens and headers never
leave this module but as results.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, BinaryIO, Literal, Self
from urllib.parse import parse_qsl

import requests
from django.conf import settings
from requests.auth import AuthBase, HTTPBasicAuth
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from twitter_integration.checks import LONGEST_TIMEOUT
from twitter_integration.errors import ErrorKind, XError
from twitter_integration.metering.meter import meter
from twitter_integration.monitoring import x_clock
from twitter_integration.oauth import Bearer, Keys, owner_auth, user_auth
from twitter_integration.outgoing.punctual import Punctual, TooLateError
from twitter_integration.outgoing.rates import Rates, read_rates
from twitter_integration.payloads import Unreadable, needs_taming, tame
from twitter_integration.refusals import explain

# As the account, as the app, as the account that owns the app (v1.1), as the account by OAuth 2.0.
Auth = Literal["user", "app", "owner", "oauth2"]
USER_AGENT = "Kapture"
# The largest honest answer, 100 posts with all their expansions, is under a megabyte.
LARGEST_ANSWER = 4 * 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A success: the JSON object (empty for 204), the limits, and X's clock as its Date header gave it.

    A bare list, as v1.1 answers some, stands under `data`. `access_level`: what the token may do, where X tells.
    """

    status: int
    document: dict[str, Any]
    rates: Rates
    date: str = ""
    access_level: str = ""

    @property
    def moment(self) -> datetime | None:
        """When X answered, by its own clock and to the second; None where it named no time."""
        return x_clock.read_date(self.date)

    @property
    def data(self) -> dict[str, Any]:
        """v2's `data` where it is one object, else empty."""
        found = self.document.get("data")
        return found if isinstance(found, dict) else {}

    @property
    def rows(self) -> list[dict[str, Any]]:
        """v2's `data` where it is a list, else empty; what is not an object in it is left out."""
        found = self.document.get("data")
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []

    @property
    def next_token(self) -> str:
        meta = self.document.get("meta")
        return str(meta.get("next_token") or "") if isinstance(meta, dict) else ""


class XClient:
    """One conversation with X under one set of keys. Not for use by several threads at once; close it after
    use. `query_id`: the search query the calls are made for. `outbox`: what it says is priced by who settles it.
    """

    def __init__(self, keys: Keys, *, base_url: str = "", timeout: float = 0, outbox: bool = False) -> None:
        self.query_id = 0
        self._outbox = outbox
        self._keys = keys
        self._base_url = (base_url or settings.X_API_URL).rstrip("/")
        self._timeout = min(timeout or settings.X_TIMEOUT_SECONDS, LONGEST_TIMEOUT)
        self._bearer_token = keys.bearer_token
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        # Proxies and certificates as the environment names them, looked up once and not at every call.
        given = self._session.merge_environment_settings(self._base_url, {}, None, None, None)
        self._session.proxies, self._session.verify = given["proxies"], given["verify"]
        self._session.trust_env = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()
        meter.settle()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        piece: bytes | None = None,
        auth: Auth = "user",
        not_after: datetime | None = None,
    ) -> Answer:
        """Call X as `auth` says, with a JSON body or a form (v1.1); with a `piece` of a file the form is multipart.
        Raises XError, also for a network that failed us.

        A write that got no readable answer raises with `unsettled`: it may have worked. TooLateError when its body
        would be written after a moment.
        """
        parts: dict[str, Any] = {"params": query, "json": body, "data": form}
        if piece is not None:
            parts["files"] = {"media": ("media", piece, "application/octet-stream")}
        signer = self._signer(auth)
        signed = signer if not_after is None else Punctual(signer, not_after)
        return self._call(method, path, signed, app=auth == "app", **parts)

    def exchange(self, path: str, *, auth: AuthBase | None, form: Mapping[str, str] | None = None) -> dict[str, str]:
        """A step of a sign-in: the fields X answers, form-encoded (OAuth 1.0a) or JSON (OAuth 2.0). Raises XError."""
        response, content = self._send("POST", path, auth, writes=False, data=dict(form or {}))
        if response.status_code >= 300:
            raise explain(response.status_code, content, writes=False)
        text = content.decode("utf-8", "replace")
        if text.lstrip().startswith("{"):
            document = _conclude(response, content, writes=False, app=False).document
            return {name: str(value) for name, value in document.items() if value is not None}
        return dict(parse_qsl(text.strip()))

    def download(self, path: str, *, into: BinaryIO, most: int, seconds: float) -> None:
        """A file as the account, into an open one. Raises XError: TOO_LONG beyond `most` bytes, REDIRECTED for a way
        elsewhere, which is not followed."""
        deadline, status, size = time.monotonic() + seconds, 0, 0
        try:
            with self._session.request(
                "GET",
                self._base_url + path,
                auth=self._signer("user"),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                status = response.status_code
                if status >= 300:
                    raise explain(status, _read(response, deadline=deadline), writes=False)
                for piece in response.iter_content(_CHUNK):
                    size += len(piece)
                    if size > most:
                        raise XError(ErrorKind.TOO_LONG, status=status)
                    if time.monotonic() > deadline:
                        raise _TooLongError
                    into.write(piece)
        except (requests.RequestException, HTTPError, _TooLongError) as error:
            raise _failure(error, writes=False) from None
        finally:
            meter.note(
                self._keys.payer, "GET", path.partition("?")[0], status=status, content=b"", sent=None, query_id=0
            )

    def me(self, *, auth: Auth = "user") -> Answer:
        """Who the token belongs to: `data.id`, `.username`, `.name`, `.profile_image_url`."""
        return self.request("GET", "/2/users/me", query={"user.fields": "username,name,profile_image_url"}, auth=auth)

    def post(
        self,
        text: str,
        *,
        in_reply_to: str = "",
        spares: Sequence[str] = (),
        quote_of: str = "",
        media_ids: Sequence[str] = (),
        deep_link: str = "",
        circle: str = "",
        not_after: datetime | None = None,
    ) -> Answer:
        """Publish, with X's "send a private message" button where there is a `deep_link`; `data.id` is the post's id.
        `circle`: who may reply, in X's own word. `spares`: whom a reply does not mention by itself, by id.

        Unescaped text: X escapes. Files need no text.
        """
        body: dict[str, Any] = {"text": text} if text else {}
        if media_ids:
            body["media"] = {"media_ids": list(media_ids)}
        if in_reply_to:
            body["reply"] = {"in_reply_to_tweet_id": in_reply_to}
            if spares:
                body["reply"]["exclude_reply_user_ids"] = list(spares)
        if quote_of:
            body["quote_tweet_id"] = quote_of
        if deep_link:
            body["direct_message_deep_link"] = deep_link
        if circle:
            body["reply_settings"] = circle
        return self.request("POST", "/2/tweets", body=body, not_after=not_after)

    def send_message(
        self, recipient_id: str, text: str, *, media_ids: Sequence[str] = (), not_after: datetime | None = None
    ) -> Answer:
        """Send a direct message; `data.dm_event_id` and `data.dm_conversation_id` name it. A file needs no text."""
        body: dict[str, Any] = {"text": text} if text else {}
        if media_ids:
            body["attachments"] = [{"media_id": media_id} for media_id in media_ids]
        path = f"/2/dm_conversations/with/{recipient_id}/messages"
        return self.request("POST", path, body=body, not_after=not_after)

    def posts(self, ids: list[str]) -> Answer:
        """Up to 100 posts by id. Those that are gone are missing from `data` and named in the document's
        `errors`.
        """
        return self.request("GET", "/2/tweets", query={"ids": ",".join(ids), "tweet.fields": POST_FIELDS})

    def posts_by(self, user_id: str, *, since: str, page: str = "") -> Answer:
        """A page of somebody's posts since a moment (ISO 8601, UTC), newest first."""
        query = {"max_results": "100", "start_time": since, "tweet.fields": POST_FIELDS}
        return self.request("GET", f"/2/users/{user_id}/tweets", query=_paged(query, page))

    def messages_with(self, participant_id: str, *, page: str = "") -> Answer:
        """A page of the direct messages exchanged with somebody, newest first (X keeps 30 days; 15 calls in
        15 minutes).
        """
        query = {"max_results": "100", "event_types": "MessageCreate", "dm_event.fields": MESSAGE_FIELDS}
        path = f"/2/dm_conversations/with/{participant_id}/dm_events"
        return self.request("GET", path, query=_paged(query, page))

    def bearer(self) -> str:
        """The app's token; X hands out the same one until it is invalidated (docs.x.com, "App only")."""
        if not self._bearer_token:
            basic = HTTPBasicAuth(self._keys.consumer_key, self._keys.consumer_secret)
            form = {"grant_type": "client_credentials"}
            answer = self._call("POST", "/oauth2/token", basic, app=True, reads=True, data=form)
            token = answer.document.get("access_token")
            if answer.document.get("token_type") != "bearer" or not isinstance(token, str):
                raise XError(ErrorKind.UNREADABLE, status=answer.status)
            self._bearer_token = token
        return self._bearer_token

    def _signer(self, auth: Auth) -> AuthBase:
        if auth == "user":
            return user_auth(self._keys)
        if auth == "owner":
            return owner_auth(self._keys)
        return Bearer(self._keys.oauth2_token if auth == "oauth2" else self.bearer())

    def _call(self, method: str, path: str, auth: AuthBase, *, app: bool, reads: bool = False, **parts: Any) -> Answer:
        writes = method != "GET" and not reads
        response, content = self._send(method, path, auth, writes=writes, **parts)
        return _conclude(response, content, writes=writes, app=app)

    def _send(
        self, method: str, path: str, auth: AuthBase | None, *, writes: bool, **parts: Any
    ) -> tuple[requests.Response, bytes]:
        """The only place where a call is made, and so where it is counted."""
        deadline = time.monotonic() + 2 * self._timeout
        status, content, begun = 0, b"", True
        try:
            with self._session.request(
                method,
                self._base_url + path,
                auth=auth or _unsigned,
                timeout=self._timeout,
                allow_redirects=False,  # our signature is for nobody else
                stream=True,
                **parts,
            ) as response:
                content = _read(response, deadline=deadline)
                status = response.status_code
                x_clock.note(str(response.headers.get("Date", "")))
                return response, content
        except TooLateError:
            begun = False
            raise
        except (requests.RequestException, HTTPError, _TooLongError) as error:
            raise _failure(error, writes=writes) from None
        finally:
            if begun:
                told = {"query_id": self.query_id, "outbox": self._outbox}
                sent, payer = parts.get("json") or parts.get("data"), self._keys.payer
                meter.note(payer, method, path, status=status, content=content, sent=sent, **told)


POST_FIELDS = "author_id,created_at,in_reply_to_user_id,referenced_tweets,entities,note_tweet"
MESSAGE_FIELDS = "id,text,event_type,sender_id,created_at,dm_conversation_id,entities"


class _TooLongError(Exception):
    """The answer was larger or slower than any honest one."""


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No credentials; an auth object all the same, so that no ~/.netrc entry is put in their place."""
    return request


def _paged(query: dict[str, str], page: str) -> dict[str, str]:
    return {**query, "pagination_token": page} if page else query


def _read(response: requests.Response, *, deadline: float) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(_CHUNK):
        size += len(part)
        if size > LARGEST_ANSWER or time.monotonic() > deadline:
            raise _TooLongError
        parts.append(part)
    return b"".join(parts)


def _failure(error: Exception, *, writes: bool) -> XError:
    """What a network failure means; only where no connection was made is it certain that X heard nothing."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return XError(ErrorKind.UNREACHABLE)
    kind = ErrorKind.UNREADABLE if isinstance(error, _TooLongError) else ErrorKind.NO_ANSWER
    return XError(kind, unsettled=writes)


def _conclude(response: requests.Response, content: bytes, *, writes: bool, app: bool) -> Answer:
    now = time.time()
    rates = read_rates(response.headers, now=now)
    status = response.status_code
    if status >= 300:
        retry_after = rates.seconds_to_wait(now) if status in (420, 429) else None
        raise explain(status, content, writes=writes, app=app, retry_after=retry_after, rates=rates)
    document: Any = {}
    if content.strip():
        try:
            document = tame(json.loads(content)) if needs_taming(content) else json.loads(content)
        except (ValueError, RecursionError, Unreadable):
            document = None
    if isinstance(document, list):
        document = {"data": document}
    if not isinstance(document, dict):
        raise XError(ErrorKind.UNREADABLE, status=status, unsettled=writes)
    return Answer(
        status=status,
        document=document,
        rates=rates,
        date=str(response.headers.get("Date", "")),
        access_level=str(response.headers.get("x-access-level", "")),
    )

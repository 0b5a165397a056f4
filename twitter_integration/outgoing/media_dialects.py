"""X's two ways to take a file in pieces: /2/media/upload, and upload.twitter.com/1.1/media. What is said, not when.

docs.x.com "Media upload"; developer.x.com "POST media/upload (INIT, APPEND, FINALIZE, STATUS)". Knows no table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from twitter_integration.client import XClient
from twitter_integration.errors import ErrorKind, XError

# X keeps an upload for a day; said with every answer, so this stands in for one that does not say it.
USUAL_LIFE = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What X says of an upload. `check_after`: it is working on it, ask again in so many seconds; None: it is done."""

    media_id: str
    lives: float = USUAL_LIFE
    check_after: float | None = None
    failure: str = ""


class MediaDialect(Protocol):
    """Raises XError."""

    def begin(self, *, content_type: str, size: int, category: str) -> Told: ...
    def append(self, media_id: str, *, number: int, piece: bytes) -> None: ...
    def finish(self, media_id: str) -> Told: ...
    def ask(self, media_id: str) -> Told: ...
    def describe(self, media_id: str, text: str) -> None: ...


class CurrentMedia:
    """API v2."""

    def __init__(self, client: XClient) -> None:
        self._client = client

    def begin(self, *, content_type: str, size: int, category: str) -> Told:
        body = {"media_type": content_type, "total_bytes": size, "media_category": category}
        return _read(self._client.request("POST", "/2/media/upload/initialize", body=body).data)

    def append(self, media_id: str, *, number: int, piece: bytes) -> None:
        path = f"/2/media/upload/{media_id}/append"
        self._client.request("POST", path, form={"segment_index": str(number)}, piece=piece)

    def finish(self, media_id: str) -> Told:
        return _read(self._client.request("POST", f"/2/media/upload/{media_id}/finalize").data)

    def ask(self, media_id: str) -> Told:
        query = {"command": "STATUS", "media_id": media_id}
        return _read(self._client.request("GET", "/2/media/upload", query=query).data)

    def describe(self, media_id: str, text: str) -> None:
        body = {"id": media_id, "metadata": {"alt_text": {"text": text}}}
        self._client.request("POST", "/2/media/metadata", body=body)


class LegacyMedia:
    """API v1.1, on a host of its own: `client` speaks to settings.X_UPLOAD_URL."""

    _PATH = "/1.1/media/upload.json"

    def __init__(self, client: XClient) -> None:
        self._client = client

    def begin(self, *, content_type: str, size: int, category: str) -> Told:
        form = {"command": "INIT", "media_type": content_type, "total_bytes": str(size), "media_category": category}
        return _read(self._client.request("POST", self._PATH, form=form).document)

    def append(self, media_id: str, *, number: int, piece: bytes) -> None:
        form = {"command": "APPEND", "media_id": media_id, "segment_index": str(number)}
        self._client.request("POST", self._PATH, form=form, piece=piece)

    def finish(self, media_id: str) -> Told:
        form = {"command": "FINALIZE", "media_id": media_id}
        return _read(self._client.request("POST", self._PATH, form=form).document)

    def ask(self, media_id: str) -> Told:
        query = {"command": "STATUS", "media_id": media_id}
        return _read(self._client.request("GET", self._PATH, query=query).document)

    def describe(self, media_id: str, text: str) -> None:
        body = {"media_id": media_id, "alt_text": {"text": text}}
        self._client.request("POST", "/1.1/media/metadata/create.json", body=body)


def _read(shape: Mapping[str, Any]) -> Told:
    """Both dialects' answers; their names differ in the id alone."""
    media_id = str(shape.get("id") or shape.get("media_id_string") or "")
    if not media_id:
        raise XError(ErrorKind.UNREADABLE)
    work = shape.get("processing_info")
    work = work if isinstance(work, dict) else {}
    state = work.get("state")
    waits = state in ("pending", "in_progress")
    return Told(
        media_id=media_id,
        lives=_number(shape.get("expires_after_secs"), USUAL_LIFE),
        check_after=_number(work.get("check_after_secs"), 5.0) if waits else None,
        failure=_failure(work) if state == "failed" else "",
    )


def _failure(work: Mapping[str, Any]) -> str:
    error = work.get("error")
    told = error.get("message") or error.get("name") if isinstance(error, dict) else ""
    return str(told or "no reason given")


def _number(value: object, usual: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else usual

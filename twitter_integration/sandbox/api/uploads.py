"""/2/media: upload in one piece or in several, status, alternative text."""

import base64
import binascii

from twitter_integration.sandbox import media
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.errors import invalid
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.media import Media

LIFE_SECONDS = 86_400
CATEGORIES = frozenset(
    {
        "tweet_image",
        "tweet_gif",
        "tweet_video",
        "amplify_video",
        "dm_image",
        "dm_gif",
        "dm_video",
        "subtitles",
    }
)
LARGEST = {"image": 5_000_000, "gif": 15_000_000, "video": 512_000_000}
_STARTS = ((b"\x89PNG", "image/png"), (b"\xff\xd8", "image/jpeg"), (b"GIF8", "image/gif"), (b"RIFF", "image/webp"))


def _described(call: Call, found: Media) -> Json:
    return {
        "id": str(found.id),
        "media_key": found.key,
        "size": media.size(call.world.store, found.id),
        "expires_after_secs": LIFE_SECONDS,
    }


def _category(given: object) -> str:
    if given not in CATEGORIES:
        raise invalid("$.media_category: is not one of the known categories", {"media_category": given})
    return str(given)


def upload(call: Call) -> Json:
    """One shot: multipart, or JSON with the file in base64."""
    given = call.request.files.get("media")
    if given is not None:
        content, category = given.read(), _category(call.parameter("media_category") or "tweet_image")
    else:
        body = call.body()
        category = _category(body.get("media_category"))
        try:
            content = base64.b64decode(str(body.get("media", "")), validate=True)
        except binascii.Error as error:
            raise invalid("$.media: is not base64") from error
    mime = next((mime for start, mime in _STARTS if content.startswith(start)), "")
    if not mime:
        raise invalid("media type unrecognized.")
    if len(content) > LARGEST["gif" if mime == "image/gif" else "image"]:
        raise invalid("The file is too large.")
    world = call.world
    made = media.add(world.store, world.ids, owner_id=call.caller.id, category=category, mime=mime, content=content)
    return {"data": _described(call, made) | {"image": {"w": made.width, "h": made.height, "image_type": mime}}}


def initialize(call: Call) -> Json:
    body, world = call.body(), call.world
    mime = str(body.get("media_type", ""))
    total = body.get("total_bytes")
    if not mime.startswith(("image/", "video/")) or not isinstance(total, int):
        raise invalid("$.media_type and $.total_bytes: are required")
    if total > LARGEST["video" if mime.startswith("video/") else "gif"]:
        raise invalid("The file is too large.", {"total_bytes": total})
    made = media.add(
        world.store,
        world.ids,
        owner_id=call.caller.id,
        category=_category(body.get("media_category")),
        mime=mime,
        content=b"",
        ready=False,
    )
    return {"data": {"id": str(made.id), "media_key": made.key, "expires_after_secs": LIFE_SECONDS}}


def _own(call: Call, media_id: str) -> Media:
    found = media.find(call.world.store, int(media_id)) if media_id.isdigit() else None
    if found is None or found.owner_id != call.caller.id:
        raise invalid(f"No upload {media_id} of yours.", {"media_id": media_id})
    return found


def append(call: Call, media_id: str) -> Json:
    found, piece = _own(call, media_id), call.request.files.get("media")
    if piece is None:
        raise invalid("media: is required")
    media.append(call.world.store, found.id, piece.read())
    return {"data": {"expires_at": now_ms() // 1000 + LIFE_SECONDS}}


def finalize(call: Call, media_id: str) -> Json:
    found = _own(call, media_id)
    media.finish(call.world.store, found.id)
    return {"data": _described(call, found)}


def status(call: Call) -> Json:
    found = _own(call, call.parameter("media_id"))
    return {"data": _described(call, found) | {"processing_info": {"state": "succeeded", "progress_percent": 100}}}


def describe(call: Call) -> Json:
    body = call.body()
    text = str(((body.get("metadata") or {}).get("alt_text") or {}).get("text", ""))
    if not 1 <= len(text) <= 1000:
        raise invalid("$.metadata.alt_text.text: has 1 to 1000 characters")
    found = _own(call, str(body.get("id", "")))
    media.describe(call.world.store, found.id, text)
    return {"data": {"id": str(found.id), "associated_metadata": {"alt_text": {"text": text}}}}


_QUOTA = Quota(quarter=500)
ENDPOINTS = [
    Endpoint(method="POST", rule="/2/media/upload", handler=upload, auth="user", quota=_QUOTA),
    Endpoint(method="GET", rule="/2/media/upload", handler=status, auth="user", quota=_QUOTA),
    Endpoint(method="POST", rule="/2/media/upload/initialize", handler=initialize, auth="user", quota=_QUOTA),
    Endpoint(
        method="POST",
        rule="/2/media/upload/<media_id>/append",
        handler=append,
        auth="user",
        quota=Quota(quarter=1875),
    ),
    Endpoint(method="POST", rule="/2/media/upload/<media_id>/finalize", handler=finalize, auth="user", quota=_QUOTA),
    Endpoint(method="POST", rule="/2/media/metadata", handler=describe, auth="user", quota=_QUOTA),
]

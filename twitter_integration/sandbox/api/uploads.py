"""/2/media: upload in one piece or in several, how far X is with it, alternative text, reading by key."""

import base64

from twitter_integration.sandbox import media, processing, uploading
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.errors import ApiError, invalid, not_found
from twitter_integration.sandbox.ids import now_ms
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.parts import read_file
from twitter_integration.sandbox.rest_v2 import media_object
from twitter_integration.sandbox.uploading import UploadError

LONGEST_ALT = 1000


def _refused(error: UploadError) -> ApiError:
    return invalid(str(error), {error.field: ""})


def seconds_left(found: Media) -> int:
    return max((found.expires_ms or 0) - now_ms(), 0) // 1000


def work_on(call: Call, found: Media) -> Json:
    """`processing_info`, where X has something to do."""
    work = processing.progress(found, now=now_ms(), takes=call.world.switches.media_processing)
    return {"processing_info": work} if work else {}


def _described(call: Call, found: Media) -> Json:
    shape: Json = {}
    if found.kind == "video":
        shape = {"video": {"video_type": found.mime}}
    elif found.kind == "photo":
        shape = {"image": {"w": found.width, "h": found.height, "image_type": found.mime}}
    return {
        "id": str(found.id),
        "media_key": found.key,
        "size": media.size(call.world.store, found.id),
        "expires_after_secs": seconds_left(found),
        **shape,
        **work_on(call, found),
    }


def _content(call: Call, document: Json) -> bytes:
    """The file: a part of a multipart body, or base64 in JSON."""
    given = read_file(call.request, "media")
    if given is not None:
        return given
    if not document.get("media"):
        raise invalid("$.media: is missing but it is required", {"media": ""})
    try:
        return base64.b64decode(str(document["media"]), validate=True)
    except ValueError as error:
        raise invalid("$.media: is not base64", {"media": ""}) from error


def _document(call: Call) -> Json:
    """What a body says beside the file, in either form."""
    return dict(call.request.form) if call.request.form or call.request.files else call.body()


def upload(call: Call) -> Json:
    """One shot, with its category, which X demands."""
    document = _document(call)
    category = str(document.get("media_category") or "")
    if not category:
        raise invalid("$.media_category: is missing but it is required", {"media_category": ""})
    try:
        made = uploading.take(call.world, call.caller, _content(call, document), category=category)
    except UploadError as error:
        raise _refused(error) from error
    return {"data": _described(call, made)}


def initialize(call: Call) -> Json:
    body = call.body()
    total = body.get("total_bytes")
    if not isinstance(total, int) or isinstance(total, bool) or not isinstance(body.get("media_type"), str):
        raise invalid("$.media_type and $.total_bytes: are required", {"total_bytes": total})
    try:
        made = uploading.begin(
            call.world,
            call.caller,
            mime=body["media_type"],
            total=total,
            category=str(body.get("media_category") or ""),
        )
    except UploadError as error:
        raise _refused(error) from error
    return {"data": {"id": str(made.id), "media_key": made.key, "expires_after_secs": seconds_left(made)}}


def append(call: Call, media_id: str) -> Json:
    document = _document(call)
    piece, segment = _content(call, document), document.get("segment_index")
    try:
        found = uploading.append(call.world, call.caller, media_id, segment=segment, piece=piece)
    except UploadError as error:
        raise _refused(error) from error
    return {"data": {"expires_at": (found.expires_ms or 0) // 1000}}


def finalize(call: Call, media_id: str) -> Json:
    try:
        found = uploading.finalize(call.world, call.caller, media_id)
    except UploadError as error:
        raise _refused(error) from error
    return {"data": _described(call, found)}


def status(call: Call) -> Json:
    if call.parameter("command") not in ("", "STATUS"):
        raise invalid("The `command` query parameter value is not one of [STATUS]")
    return {"data": _described(call, _own(call, call.parameter("media_id")))}


def _own(call: Call, media_id: str) -> Media:
    try:
        return uploading.own(call.world, call.caller, media_id)
    except UploadError as error:
        raise _refused(error) from error


def describe(call: Call) -> Json:
    body = call.body()
    text = str(((body.get("metadata") or {}).get("alt_text") or {}).get("text", ""))
    if not 1 <= len(text) <= LONGEST_ALT:
        raise invalid(f"$.metadata.alt_text.text: must be between 1 and {LONGEST_ALT} characters long", {"text": text})
    found = _own(call, str(body.get("id", "")))
    media.describe(call.world.store, found.id, text)
    return {"data": {"id": str(found.id), "associated_metadata": {"alt_text": {"text": text}}}}


def by_key(call: Call, media_key: str) -> Json:
    number = media_key.rpartition("_")[2]
    found = media.find(call.world.store, int(number)) if number.isdigit() and len(number) < 20 else None
    if found is None or found.is_private or not found.ready or found.key != media_key:
        return {"errors": [not_found(media_key, kind="media", parameter="media_key")]}
    return {"data": media_object(call.world.site, found, call.fields("media"))}


_QUOTA = Quota(quarter=500)
_UPLOAD = "/2/media/upload"
PIECES = Quota(quarter=1875)
ENDPOINTS = [
    Endpoint(method="POST", rule=_UPLOAD, handler=upload, auth="user", quota=_QUOTA),
    Endpoint(method="GET", rule=_UPLOAD, handler=status, auth="user", quota=Quota(quarter=1000)),
    Endpoint(method="POST", rule=f"{_UPLOAD}/initialize", handler=initialize, auth="user", quota=_QUOTA),
    Endpoint(method="POST", rule=f"{_UPLOAD}/<media_id>/append", handler=append, auth="user", quota=PIECES),
    Endpoint(method="POST", rule=f"{_UPLOAD}/<media_id>/finalize", handler=finalize, auth="user", quota=_QUOTA),
    Endpoint(method="POST", rule="/2/media/metadata", handler=describe, auth="user", quota=_QUOTA),
    Endpoint(method="GET", rule="/2/media/<media_key>", handler=by_key, auth="either", quota=Quota(quarter=900)),
]

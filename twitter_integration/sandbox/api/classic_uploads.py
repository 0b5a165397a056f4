"""upload.twitter.com/1.1/media: INIT, APPEND, FINALIZE, STATUS, the simple upload, alternative text."""

import base64

from werkzeug.wrappers import Response

from twitter_integration.sandbox import media, uploading
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.api.uploads import LONGEST_ALT, PIECES, seconds_left, work_on
from twitter_integration.sandbox.errors import ApiError
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.parts import read_file
from twitter_integration.sandbox.uploading import UploadError

PATH = "/1.1/media/upload.json"


def _refused(words: str, *, status: int = 400) -> ApiError:
    """Uploads have a form of refusal of their own."""
    return ApiError(status, {"request": PATH, "error": words})


def upload(call: Call) -> Response:
    """`command` says what; without one it is the whole file at once."""
    command = call.parameter("command")
    handlers = {"": _simple, "INIT": _begin, "APPEND": _append, "FINALIZE": _finish}
    if command not in handlers:
        raise _refused("Invalid command.")
    try:
        return handlers[command](call)
    except UploadError as error:
        raise _refused(str(error)) from error


def _category(call: Call) -> str:
    """As v2 spells it; older clients write TweetImage or AmplifyVideo (seen in twitter-api-v2)."""
    given = call.parameter("media_category").lower()
    return next((known for known in uploading.CATEGORIES if known.replace("_", "") == given), given)


def _content(call: Call) -> bytes:
    """A `media` part, or `media_data` in base64."""
    given = read_file(call.request, "media")
    if given is not None:
        return given
    text = call.parameter("media_data")
    if not text:
        raise _refused("media parameter is missing.")
    try:
        return base64.b64decode(text.replace(" ", "+"), validate=True)
    except ValueError as error:
        raise _refused("media_data is not base64.") from error


def _simple(call: Call) -> Response:
    made = uploading.take(call.world, call.caller, _content(call), category=_category(call))
    return v1.document(_described(call, made))


def _begin(call: Call) -> Response:
    total = call.parameter("total_bytes")
    made = uploading.begin(
        call.world,
        call.caller,
        mime=call.parameter("media_type"),
        total=int(total) if total.isdigit() else 0,
        category=_category(call),
    )
    return v1.document(_named(made) | {"expires_after_secs": seconds_left(made)}, status=202)


def _append(call: Call) -> Response:
    uploading.append(
        call.world,
        call.caller,
        call.parameter("media_id"),
        segment=call.parameter("segment_index"),
        piece=_content(call),
    )
    return Response(status=204)


def _finish(call: Call) -> Response:
    found = uploading.finalize(call.world, call.caller, call.parameter("media_id"))
    return v1.document(_described(call, found), status=201)


def _named(found: Media) -> Json:
    return {"media_id": found.id, "media_id_string": str(found.id), "media_key": found.key}


def _described(call: Call, found: Media) -> Json:
    about: Json = {"size": media.size(call.world.store, found.id), "expires_after_secs": seconds_left(found)}
    if found.kind == "video":
        about["video"] = {"video_type": found.mime}
    else:
        about["image"] = {"image_type": found.mime, "w": found.width, "h": found.height}
    return _named(found) | about | work_on(call, found)


def status(call: Call) -> Json:
    try:
        found = uploading.own(call.world, call.caller, call.parameter("media_id"))
    except UploadError as error:
        raise _refused(str(error), status=404) from error
    return _described(call, found)


def describe(call: Call) -> Response:
    """JSON: `media_id` and `alt_text.text`; the answer is empty."""
    body = call.body()
    text = str((body.get("alt_text") or {}).get("text", ""))
    if not 1 <= len(text) <= LONGEST_ALT:
        raise _refused(f"Alt text must be between 1 and {LONGEST_ALT} characters.")
    try:
        found = uploading.own(call.world, call.caller, body.get("media_id"))
    except UploadError as error:
        raise _refused(str(error)) from error
    media.describe(call.world.store, found.id, text)
    return Response(status=200)


ENDPOINTS = [
    v1.endpoint("POST", "media/upload", upload, quota=PIECES),
    v1.endpoint("GET", "media/upload", status, quota=Quota(quarter=1000)),
    v1.endpoint("POST", "media/metadata/create", describe, quota=Quota(quarter=500)),
]

"""/media: avatars and pictures of posts, for anybody, as on X's picture hosts."""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import media, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint
from twitter_integration.sandbox.pictures import draw_avatar

_SIZES = {"normal": 48, "bigger": 72, "mini": 24, "400x400": 400}


def avatar(call: Call, *, user_id: str, name: str) -> Response:
    found = users.find(call.world.store, user_id) if user_id.isdigit() else None
    if found is None:
        return Response("Not Found", status=404)
    word = name.removesuffix(".png").rpartition("_")[2]
    return _picture(draw_avatar(found.id, size=_SIZES.get(word, 400)), mime="image/png")


def picture(call: Call, name: str) -> Response:
    number = name.partition(".")[0]
    found = media.find(call.world.store, int(number)) if number.isdigit() else None
    if found is None or found.category.startswith("dm_"):
        return Response("Not Found", status=404)
    return _picture(media.content(call.world.store, found), mime=found.mime)


def _picture(content: bytes, *, mime: str) -> Response:
    return Response(content, mimetype=mime, headers={"Cache-Control": "public, max-age=604800"})


ENDPOINTS = [
    Endpoint(method="GET", rule="/media/profile_images/<user_id>/<name>", handler=avatar, auth="open"),
    Endpoint(method="GET", rule="/media/<name>", handler=picture, auth="open"),
]

"""/media: avatars, banners and pictures of posts, for anybody, as on X's picture hosts."""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import media, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint
from twitter_integration.sandbox.media import Media
from twitter_integration.sandbox.pictures import draw_avatar, draw_photo
from twitter_integration.sandbox.store import Store

_SIZES = {"normal": 48, "bigger": 72, "mini": 24, "400x400": 400}


def avatar(call: Call, *, user_id: str, name: str) -> Response:
    found = users.find(call.world.store, user_id) if user_id.isdigit() else None
    if found is None:
        return Response("Not Found", status=404)
    uploaded = uploaded_as(call.world.store, found.picture)
    if uploaded:
        return _picture(media.content(call.world.store, uploaded), mime=uploaded.mime)
    word = name.removesuffix(".png").rpartition("_")[2]
    return _picture(draw_avatar(found.id, size=_SIZES.get(word, 400)), mime="image/png")


def uploaded_as(store: Store, word: str) -> Media | None:
    """The upload behind a picture's name; None for one the sandbox draws."""
    return media.find(store, int(word)) if word.isdigit() and len(word) < 20 else None


def banner(call: Call, *, user_id: str, name: str) -> Response:
    found = users.find(call.world.store, user_id) if user_id.isdigit() else None
    if found is None or found.banner != name:
        return Response("Not Found", status=404)
    uploaded = uploaded_as(call.world.store, name)
    if uploaded:
        return _picture(media.content(call.world.store, uploaded), mime=uploaded.mime)
    return _picture(draw_photo(found.id, width=600, height=200), mime="image/png")


def picture(call: Call, name: str) -> Response:
    number = name.partition(".")[0]
    found = media.find(call.world.store, int(number)) if number.isdigit() else None
    if found is None or found.is_private or not found.ready:
        return Response("Not Found", status=404)
    content, mime = media.served(call.world.store, found, name=name)
    return _picture(content, mime=mime)


def _picture(content: bytes, *, mime: str) -> Response:
    return Response(content, mimetype=mime, headers={"Cache-Control": "public, max-age=604800"})


ENDPOINTS = [
    Endpoint(method="GET", rule="/media/profile_images/<user_id>/<name>", handler=avatar, auth="open"),
    Endpoint(method="GET", rule="/media/profile_banners/<user_id>/<name>", handler=banner, auth="open"),
    Endpoint(method="GET", rule="/media/<name>", handler=picture, auth="open"),
]

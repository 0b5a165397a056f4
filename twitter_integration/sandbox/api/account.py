"""PUT /2/users/me and what belongs to it: profile text and picture, settings, who may write to the account.

X's newest calls. Their answers are not published: here each answers `data` with what stands afterwards.
"""

from collections.abc import Callable

from twitter_integration.sandbox import attaching, media, profiles, settings
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.errors import invalid, problem
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.profiles import ProfileError
from twitter_integration.sandbox.rest_v2 import user_object
from twitter_integration.sandbox.settings import Setting, SettingError
from twitter_integration.sandbox.users import find
from twitter_integration.sandbox.world import finish_echo

TEXTS = {"name": "screenname", "description": "bio", "url": "url", "location": "geo"}
"""What the body calls a part of the profile, and X's word for the part."""


def _require(call: Call) -> None:
    if not call.world.switches.profile_calls:
        raise problem(404, title="Not Found", detail="Not Found")


def update(call: Call) -> Json:
    """Only what is sent changes; all of it or nothing."""
    _require(call)
    body = call.body()
    if not body:
        raise invalid(f"At least one of {', '.join(TEXTS)} is required")
    for name, value in body.items():
        if name not in TEXTS:
            raise invalid(f"$.{name}: is not defined in the schema and the schema does not allow it")
        if not isinstance(value, str):
            raise invalid(f"$.{name}: must be a string", {name: value})
    parts = {TEXTS[name]: value for name, value in body.items()}
    try:
        jobs = profiles.change_all(call.world, call.caller, parts, app=call.client)
    except ProfileError as error:
        raise invalid(str(error)) from error
    finish_echo(call.world, jobs)
    return {"data": _profile(call)}


def _profile(call: Call) -> Json:
    found = find(call.world.store, call.caller.id)
    assert found is not None
    return user_object(call.world.site, found, {*TEXTS, "profile_image_url"})


def picture(call: Call) -> Json:
    """An uploaded photo of the caller's own."""
    _require(call)
    media_id = str(call.body().get("media_id") or "")
    usable = attaching.usable(call.world, call.caller, [media_id]) if media_id else []
    found = media.find(call.world.store, usable[0]) if usable else None
    if found is None or found.kind != "photo":
        raise invalid("$.media_id: is not an image of yours", {"media_id": media_id})
    jobs = profiles.change_all(call.world, call.caller, {"profile_picture": str(found.id)}, app=call.client)
    finish_echo(call.world, jobs)
    return {"data": _profile(call)}


def _family(known: dict[str, Setting]) -> tuple[Callable[[Call], Json], Callable[[Call], Json]]:
    def show(call: Call) -> Json:
        _require(call)
        return {"data": settings.read(call.world.store, call.caller, known)}

    def change(call: Call) -> Json:
        _require(call)
        try:
            return {"data": settings.change(call.world.store, call.caller, call.body(), known)}
        except SettingError as error:
            raise invalid(str(error), {error.name: ""}) from error

    return show, change


show_settings, change_settings = _family(settings.ACCOUNT)
show_chat, change_chat = _family(settings.CHAT)
QUOTA = Quota(quarter=15)
_ME, _CHAT = "/2/users/me", "/2/chat/settings"
ENDPOINTS = [
    Endpoint(method="PUT", rule=_ME, handler=update, auth="user", quota=QUOTA),
    Endpoint(method="PUT", rule=f"{_ME}/profile_image", handler=picture, auth="user", quota=QUOTA),
    Endpoint(method="GET", rule=f"{_ME}/settings", handler=show_settings, auth="user", quota=Quota(quarter=75)),
    Endpoint(method="PUT", rule=f"{_ME}/settings", handler=change_settings, auth="user", quota=QUOTA),
    Endpoint(method="GET", rule=_CHAT, handler=show_chat, auth="user", quota=Quota(quarter=75)),
    Endpoint(method="PUT", rule=_CHAT, handler=change_chat, auth="user", quota=QUOTA),
]

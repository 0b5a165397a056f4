"""/1.1/account: settings under v1.1's names, profile text, picture and banner."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from werkzeug.wrappers import Response

from twitter_integration.sandbox import media, profiles, settings, users
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.measures import kind_of, size_of
from twitter_integration.sandbox.profiles import ProfileError
from twitter_integration.sandbox.settings import SettingError
from twitter_integration.sandbox.world import finish_echo

TEXTS = {"name": "screenname", "url": "url", "location": "geo", "description": "bio"}
PLACES = {
    1: ("Worldwide", "", None),
    742676: ("Lisbon", "Portugal", "PT"),
    44418: ("London", "United Kingdom", "GB"),
}
"""Trend locations the sandbox knows, by X's `woeid`: name, country, its code."""
LARGEST_PICTURE = 700 * 1024
LARGEST_BANNER = 5 * 1024 * 1024
TAKEN = ("image/gif", "image/jpeg", "image/png")


def show_settings(call: Call) -> Json:
    kept = settings.read(call.world.store, call.caller, settings.ACCOUNT | settings.CLASSIC)
    quiet, place = kept["quiet_hours"], kept["trend_location_woeid"]
    name, country, code = PLACES[place]
    hours = {"start_time": quiet["start_hour"], "end_time": quiet["end_hour"]}
    return {
        "screen_name": call.caller.handle,
        "protected": kept["protected"],
        "language": kept["language"],
        "time_zone": _zone(kept["time_zone"]["name"]),
        "sleep_time": {"enabled": quiet["enabled"], **(hours if quiet["enabled"] else dict.fromkeys(hours))},
        "geo_enabled": kept["location_tagging_enabled"],
        "discoverable_by_email": kept["discoverable_by_email"],
        "discoverable_by_mobile_phone": kept["discoverable_by_phone"],
        "display_sensitive_media": kept["display_sensitive_media"],
        "use_cookie_personalization": kept["use_cookie_personalization"],
        "allow_dms_from": kept["allow_dms_from"],
        "allow_dm_groups_from": "following",
        "allow_contributor_request": "all",
        "always_use_https": True,
        "smart_mute": False,
        "translator_type": "none",
        "trend_location": [
            {
                "name": name,
                "woeid": place,
                "country": country,
                "countryCode": code,
                "parentid": 0 if place == 1 else 1,
                "placeType": {"code": 19 if place == 1 else 7, "name": "Supername" if place == 1 else "Town"},
                "url": f"http://where.yahooapis.com/v1/place/{place}",
            }
        ],
    }


def _zone(name: str) -> Json:
    try:
        offset = datetime.now(UTC).astimezone(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        offset = None
    seconds = int(offset.total_seconds()) if offset else 0
    return {"name": name.rpartition("/")[2].replace("_", " "), "tzinfo_name": name, "utc_offset": seconds}


def change_settings(call: Call) -> Json:
    """Only what is sent changes. v1.1 knows quiet hours, zone, language and the place of trends."""
    sent = call.request.values
    given: Json = {}
    if "lang" in sent:
        given["language"] = sent["lang"]
    if "time_zone" in sent:
        given["time_zone"] = {"name": sent["time_zone"]}
    if quiet := _quiet_hours(call):
        given["quiet_hours"] = quiet
    if "trend_location_woeid" in sent:
        given["trend_location_woeid"] = _number(sent["trend_location_woeid"], most=1 << 31, name="trend_location_woeid")
        if given["trend_location_woeid"] not in PLACES:
            raise legacy(400, 44, "trend_location_woeid parameter is invalid.")
    if not given:
        raise legacy(403, 51, "At least one parameter must be provided.")
    try:
        settings.change(call.world.store, call.caller, given, settings.ACCOUNT | settings.CLASSIC)
    except SettingError as error:
        raise legacy(400, 44, f"{error.name} parameter is invalid.") from error
    return show_settings(call)


def _quiet_hours(call: Call) -> Json:
    sent = call.request.values
    quiet: Json = {}
    if "sleep_time_enabled" in sent:
        quiet["enabled"] = call.flag("sleep_time_enabled")
    for theirs, ours in (("start_sleep_time", "start_hour"), ("end_sleep_time", "end_hour")):
        if theirs in sent:
            quiet[ours] = _number(sent[theirs], most=23, name=theirs)
    return quiet


def _number(given: Any, *, most: int, name: str) -> int:
    if not str(given).isdigit() or int(given) > most:
        raise legacy(400, 44, f"{name} parameter is invalid.")
    return int(given)


def update_profile(call: Call) -> Json:
    sent = {part: call.request.values[name] for name, part in TEXTS.items() if name in call.request.values}
    if not sent:
        raise legacy(403, 51, "At least one parameter must be provided.")
    return _changed(call, sent)


def _changed(call: Call, parts: dict[str, str]) -> Json:
    try:
        jobs = profiles.change_all(call.world, call.caller, parts, app=call.client)
    except ProfileError as error:
        raise legacy(403, 120, f"Account update failed: {error}") from error
    finish_echo(call.world, jobs)
    return v1.person(call, users.get(call.world.store, call.caller.id))


def _picture(call: Call, name: str) -> bytes:
    """A part of a multipart body, or base64."""
    given = call.request.files.get(name)
    if given is not None:
        return bytes(given.read())
    try:
        return base64.b64decode(call.parameter(name).replace(" ", "+"), validate=True)
    except binascii.Error:
        return b""


def _keep(call: Call, content: bytes) -> str:
    """Keep the file; answers with the word under which the profile shows it."""
    kept = media.add(
        call.world.store,
        call.world.ids,
        owner_id=call.caller.id,
        category="profile",
        mime=kind_of(content),
        content=content,
        size=size_of(content) or (400, 400),
    )
    return str(kept.id)


def update_picture(call: Call) -> Json:
    content = _picture(call, "image")
    if kind_of(content) not in TAKEN:
        raise legacy(400, 131, "Could not process image")
    if len(content) > LARGEST_PICTURE:
        raise legacy(403, 120, "Account update failed: Profile image is too big (maximum is 700 kilobytes)")
    return _changed(call, {"profile_picture": _keep(call, content)})


def update_banner(call: Call) -> Response:
    """201 without a body; 400 where no image came or none could be made of it, 422 for one that is too large."""
    content = _picture(call, "banner")
    if kind_of(content) not in TAKEN:
        return Response(status=400)
    if len(content) > LARGEST_BANNER:
        return Response(status=422)
    _changed(call, {"banner_picture": _keep(call, content)})
    return Response(status=201)


def remove_banner(call: Call) -> Response:
    _changed(call, {"banner_picture": ""})
    return Response(status=200)


def show_banner(call: Call) -> Json:
    found = v1.named_or_self(call) if call.user else v1.named(call)
    if not found.banner:
        raise v1.missing()
    address = call.world.site.banner(found)
    sizes = {"mobile": (320, 160), "web": (520, 260), "ipad": (626, 313), "1500x500": (1500, 500)}
    return {"sizes": {name: {"w": wide, "h": high, "url": address} for name, (wide, high) in sizes.items()}}


CHANGES = Quota(quarter=15)
ENDPOINTS = [
    v1.endpoint("GET", "account/settings", show_settings, quota=v1.FEW),
    v1.endpoint("POST", "account/settings", change_settings, quota=CHANGES),
    v1.endpoint("POST", "account/update_profile", update_profile, quota=CHANGES),
    v1.endpoint("POST", "account/update_profile_image", update_picture, quota=CHANGES),
    v1.endpoint("POST", "account/update_profile_banner", update_banner, quota=CHANGES),
    v1.endpoint("POST", "account/remove_profile_banner", remove_banner, quota=CHANGES),
    v1.endpoint("GET", "users/profile_banner", show_banner, auth="either", quota=Quota(quarter=180)),
]

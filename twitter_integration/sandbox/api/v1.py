"""What all of v1.1 shares: the tier that has it, people by id or name, pages by cursor, its answers and refusals."""

import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from werkzeug.wrappers import Response

from twitter_integration.sandbox import rules, users
from twitter_integration.sandbox.api.endpoint import Auth, Call, Endpoint, Handler, Json
from twitter_integration.sandbox.classic_users import user_object
from twitter_integration.sandbox.errors import JSON, ApiError, legacy
from twitter_integration.sandbox.ids import LARGEST
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.users import User

FEW = Quota(quarter=15)
SOME = Quota(quarter=75)
MANY = Quota(quarter=900)


def endpoint(method: str, path: str, handler: Handler, *, auth: Auth = "user", quota: Quota) -> Endpoint:
    """`path` as X's pages name it, without `/1.1/` and `.json`; only tiers that have v1.1 come through."""

    @wraps(handler)
    def guarded(call: Call, **arguments: Any) -> "Json | Response":
        rules.require_v1(call.world)
        return handler(call, **arguments)

    return Endpoint(method=method, rule=f"/1.1/{path}.json", handler=guarded, auth=auth, quota=quota)


def missing() -> ApiError:
    return legacy(404, 34, "Sorry, that page does not exist.")


def done() -> Response:
    return Response(status=204)


def document(body: Json, *, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type=JSON)


def array(items: list[Json]) -> Response:
    return Response(json.dumps(items), content_type=JSON)


def named(call: Call, *, id_name: str = "user_id", handle_name: str = "screen_name") -> User:
    """Whom `user_id` or `screen_name` names."""
    key, handle = call.parameter(id_name), call.parameter(handle_name)
    if not key and not handle:
        raise legacy(403, 108, "Cannot find specified user.")
    found = users.find(call.world.store, key) if key else users.find(call.world.store, f"@{handle.removeprefix('@')}")
    if found is None:
        raise legacy(404, 50, "User not found.")
    return found


def named_or_self(call: Call) -> User:
    given = call.parameter("user_id") or call.parameter("screen_name")
    return named(call) if given else call.caller


def person(call: Call, user: User) -> Json:
    """A user as REST shows them: how they stand to the caller, and the banner, beside what a tweet's author has."""
    shown = user_object(call.world.site, user)
    if user.banner:
        shown["profile_banner_url"] = call.world.site.banner(user)
    if call.user is None:
        return shown
    pairs = {"following": "follow", "follow_request_sent": "request", "muting": "mute", "blocking": "block"}
    standing = {name: _stands(call, kind, user) for name, kind in pairs.items()}
    return shown | standing | {"blocked_by": _stands(call, "block", user, reverse=True), "notifications": False}


def _stands(call: Call, kind: str, user: User, *, reverse: bool = False) -> bool:
    source, target = (user.id, call.caller.id) if reverse else (call.caller.id, user.id)
    return users.related(call.world.store, kind, source_id=source, target_id=target)


Find = Callable[[int, int], Sequence[tuple[int, Any]]]
"""At most so many (the second argument), with marks below the first."""


def cursored(call: Call, find: Find, name: str, render: Callable[[Any], Any], *, default: int, most: int) -> Json:
    """A page: `cursor` -1 is the first, `next_cursor` 0 means that there are no more."""
    given, wanted = call.parameter("cursor") or "-1", call.parameter("count") or str(default)
    if not given.removeprefix("-").isdigit() or not wanted.isdigit():
        raise legacy(400, 44, "cursor or count parameter is invalid.")
    limit = min(max(int(wanted), 1), most)
    rows = find(LARGEST if int(given) <= 0 else int(given), limit + 1)
    following = rows[limit - 1][0] if len(rows) > limit else 0
    return {
        name: [render(item) for _, item in rows[:limit]],
        "next_cursor": following,
        "next_cursor_str": str(following),
        "previous_cursor": 0,
        "previous_cursor_str": "0",
        "total_count": None,
    }

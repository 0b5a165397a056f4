"""v1.1's timelines: home, mentions, somebody's tweets, what they like, a list's members."""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import posts
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.classic_lists import given
from twitter_integration.sandbox.api.endpoint import Call
from twitter_integration.sandbox.api.reading import may_see_posts_of, seen_by
from twitter_integration.sandbox.api.statuses import listed
from twitter_integration.sandbox.api.timelines import HOME
from twitter_integration.sandbox.errors import ApiError, legacy
from twitter_integration.sandbox.ids import LARGEST
from twitter_integration.sandbox.limits import Quota

MOST = 200
MENTIONING = "id IN (SELECT post_id FROM mention WHERE user_id = ?) AND repost_of_id IS NULL"


def home(call: Call) -> Response:
    return _timeline(call, HOME, (call.caller.id,) * 3)


def mentions(call: Call) -> Response:
    return _timeline(call, MENTIONING, (call.caller.id,))


def of_user(call: Call) -> Response:
    found = v1.named_or_self(call) if call.user else v1.named(call)
    if not may_see_posts_of(call, found):
        path = "/1.1/statuses/user_timeline.json"
        raise ApiError(401, {"request": path, "error": "Not authorized."})
    return _timeline(call, "author_id = ?", (found.id,))


def favorites(call: Call) -> Response:
    found = v1.named_or_self(call) if call.user else v1.named(call)
    return _timeline(call, "id IN (SELECT post_id FROM liked WHERE user_id = ?)", (found.id,))


def of_list(call: Call) -> Response:
    where = "author_id IN (SELECT user_id FROM list_link WHERE kind = 'member' AND list_id = ?)"
    return _timeline(call, where, (given(call).id,))


def _timeline(call: Call, where: str, values: tuple[object, ...]) -> Response:
    """Newest first between `since_id` (exclusive) and `max_id` (inclusive)."""
    bounds = [call.parameter("since_id") or "0", call.parameter("max_id") or str(LARGEST)]
    count = call.parameter("count") or "20"
    if not all(bound.isdigit() and len(bound) < 20 for bound in [*bounds, count]):
        raise legacy(400, 44, "since_id, max_id or count parameter is invalid.")
    if call.flag("exclude_replies"):
        where += " AND reply_to_id IS NULL"
    if call.parameter("include_rts").lower() in ("false", "f", "0"):
        where += " AND repost_of_id IS NULL"
    seen, readers = seen_by(call)
    clause = f"({where}) AND {seen} AND id > ? AND id <= ?"
    every = (*values, *readers, *(int(bound) for bound in bounds))
    return listed(call, posts.select(call.world.store, clause, every, limit=min(int(count), MOST)))


ENDPOINTS = [
    v1.endpoint("GET", "statuses/home_timeline", home, quota=v1.FEW),
    v1.endpoint("GET", "statuses/mentions_timeline", mentions, quota=v1.SOME),
    v1.endpoint("GET", "statuses/user_timeline", of_user, auth="either", quota=v1.MANY),
    v1.endpoint("GET", "favorites/list", favorites, auth="either", quota=v1.SOME),
    v1.endpoint("GET", "lists/statuses", of_list, auth="either", quota=Quota(quarter=900)),
]

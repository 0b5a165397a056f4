"""/1.1/statuses: post, read, delete and the two timelines of old, for tiers that still have v1.1."""

from collections.abc import Sequence

from werkzeug.wrappers import Response

from twitter_integration.sandbox import acts, attaching, media, posts, rules, users
from twitter_integration.sandbox.acts import Draft
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.classic import in_full, tweet
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.ids import first_at, now_ms
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.shapes import weigh
from twitter_integration.sandbox.world import finish_echo

MOST = 200
NO_SUCH = (404, 144, "No status found with that ID.")


def _shown(call: Call, post: Post) -> Json:
    document = in_full(tweet(call.world.site, post, inner=True))
    if call.flag("include_ext_alt_text"):
        for entity in (document.get("extended_entities") or {}).get("media", []):
            file = media.find(call.world.store, entity["id"])
            entity["ext_alt_text"] = file.alt or None if file else None
    if call.parameter("tweet_mode") != "extended":
        document["text"] = document.pop("full_text")
    return document


def _listed(call: Call, found: Sequence[Post]) -> Response:
    return v1.array([_shown(call, post) for post in found])


def _existing(call: Call, post_id: str) -> Post:
    rules.require_v1(call.world)
    found = posts.find(call.world.store, post_id)
    if found is None:
        raise legacy(*NO_SUCH)
    return found


def update(call: Call) -> Json:
    rules.require_v1(call.world)
    text, world = call.parameter("status"), call.world
    attached = attaching.usable(
        call.world, call.caller, [item for item in call.parameter("media_ids").split(",") if item]
    )
    if not text and not attached:
        raise legacy(403, 170, "Missing required parameter: status.")
    if text and weigh(text) > rules.POST_LENGTH:
        raise legacy(403, 186, "Tweet needs to be a bit shorter.")
    parent = _answered(call, text)
    since = first_at(now_ms() - rules.DUPLICATE_MS)
    to_user_id = parent.author_id if parent else None
    if posts.is_duplicate(world.store, author_id=call.caller.id, text=text, to_user_id=to_user_id, since_id=since):
        raise legacy(403, 187, "Status is a duplicate.")
    draft = Draft(text=text, reply_to=parent, media=attached)
    made, jobs = acts.publish(world, call.caller, draft, app=call.client)
    finish_echo(world, jobs)
    return _shown(call, made)


def _answered(call: Call, text: str) -> Post | None:
    """Without `auto_populate_reply_metadata`, v1.1 ignores the parent unless the text names its author."""
    given = call.parameter("in_reply_to_status_id")
    if not given:
        return None
    parent = posts.find(call.world.store, given)
    if parent is None:
        raise legacy(403, 385, "You attempted to reply to a Tweet that is deleted or not visible to you.")
    author = users.get(call.world.store, parent.author_id)
    named = f"@{author.handle}".lower() in text.lower()
    return parent if named or call.flag("auto_populate_reply_metadata") else None


def show_one(call: Call, post_id: str = "") -> Json:
    return _shown(call, _existing(call, post_id or call.parameter("id")))


def lookup(call: Call) -> Response:
    rules.require_v1(call.world)
    found = [posts.find(call.world.store, key) for key in call.parameter("id").split(",")[:100]]
    return _listed(call, [post for post in found if post])


def destroy(call: Call, post_id: str) -> Json:
    found = _existing(call, post_id)
    if found.author_id != call.caller.id:
        raise legacy(403, 183, "You may not delete another user's status.")
    shown = _shown(call, found)
    finish_echo(call.world, acts.delete(call.world, found, app=call.client))
    return shown


def mentions(call: Call) -> Response:
    where = "id IN (SELECT post_id FROM mention WHERE user_id = ?) AND repost_of_id IS NULL"
    return _timeline(call, where, call.caller.id)


def of_user(call: Call) -> Response:
    key = call.parameter("user_id") or call.parameter("screen_name")
    found = users.find(call.world.store, key) if key else call.caller
    if found is None:
        raise v1.missing()
    return _timeline(call, "author_id = ?", found.id)


def _timeline(call: Call, where: str, user_id: int) -> Response:
    """Newest first between `since_id` (exclusive) and `max_id` (inclusive)."""
    rules.require_v1(call.world)
    bounds = [call.parameter("since_id") or "0", call.parameter("max_id") or str((1 << 63) - 1)]
    if not all(bound.isdigit() for bound in bounds):
        raise legacy(400, 44, "since_id or max_id parameter is invalid.")
    limit = min(int(call.parameter("count") or 20), MOST)
    clause = f"({where}) AND id > ? AND id <= ?"
    values = (user_id, *(int(bound) for bound in bounds))
    return _listed(call, posts.select(call.world.store, clause, values, limit=limit))


_BASE = "/1.1/statuses"
READ = Quota(quarter=900)
ENDPOINTS = [
    Endpoint(method="POST", rule=f"{_BASE}/update.json", handler=update, auth="user", quota=Quota(quarter=300)),
    Endpoint(method="GET", rule=f"{_BASE}/show.json", handler=show_one, auth="either", quota=READ),
    Endpoint(method="GET", rule=f"{_BASE}/show/<post_id>.json", handler=show_one, auth="either", quota=READ),
    Endpoint(method="GET", rule=f"{_BASE}/lookup.json", handler=lookup, auth="either", quota=READ),
    Endpoint(method="POST", rule=f"{_BASE}/lookup.json", handler=lookup, auth="either", quota=READ),
    Endpoint(method="POST", rule=f"{_BASE}/destroy/<post_id>.json", handler=destroy, auth="user"),
    Endpoint(
        method="GET", rule=f"{_BASE}/mentions_timeline.json", handler=mentions, auth="user", quota=Quota(quarter=75)
    ),
    Endpoint(method="GET", rule=f"{_BASE}/user_timeline.json", handler=of_user, auth="user", quota=READ),
]

"""/1.1/statuses: post, answer, quote, read, delete, retweet, for tiers that still have v1.1."""

import re
from collections.abc import Sequence

from werkzeug.wrappers import Response

from twitter_integration.sandbox import acts, attaching, media, posts, rules, users
from twitter_integration.sandbox.acts import Draft
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.api.reading import may_see
from twitter_integration.sandbox.classic import in_full, tweet
from twitter_integration.sandbox.errors import ApiError, legacy
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.world import finish_echo

PERMALINK = re.compile(r"https?://(?:www\.)?(?:x|twitter)\.com/\w+/status/(\d{1,19})")


def no_such() -> ApiError:
    return legacy(404, 144, "No status found with that ID.")


def shown(call: Call, post: Post) -> Json:
    """As REST shows a tweet to the caller: `full_text` where the client asks for it."""
    document = in_full(tweet(call.world.site, post, inner=True))
    if call.flag("include_ext_alt_text"):
        for entity in (document.get("extended_entities") or {}).get("media", []):
            file = media.find(call.world.store, entity["id"])
            entity["ext_alt_text"] = file.alt or None if file else None
    if call.user:
        own = posts.own_marks(call.world.store, post.id, user_id=call.user.id)
        document |= {"favorited": own.liked, "retweeted": own.reposted}
    if call.flag("trim_user"):
        document["user"] = {key: document["user"][key] for key in ("id", "id_str")}
    if call.parameter("tweet_mode") != "extended":
        document["text"] = document.pop("full_text")
    return document


def listed(call: Call, found: Sequence[Post]) -> Response:
    return v1.array([shown(call, post) for post in found])


def existing(call: Call, post_id: str) -> Post:
    """A post the caller may see."""
    found = posts.find(call.world.store, post_id)
    if found is None:
        raise no_such()
    if not may_see(call, found):
        raise legacy(403, 179, "Sorry, you are not authorized to see this status.")
    return found


def update(call: Call) -> Json:
    text, world = call.parameter("status"), call.world
    attached = [item for item in call.parameter("media_ids").split(",") if item]
    draft = Draft(
        text=text,
        reply_to=_answered(call, text),
        quoted=_quoted(call),
        media=attaching.usable(world, call.caller, attached),
        exclude=[int(item) for item in call.parameter("exclude_reply_user_ids").split(",") if item.isdigit()],
    )
    rules.check_post(world, call.caller, draft)
    made, jobs = acts.publish(world, call.caller, draft, app=call.client)
    finish_echo(world, jobs)
    return shown(call, made)


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


def _quoted(call: Call) -> Post | None:
    """`attachment_url` is the address of a post; v1.1 quotes so."""
    given = call.parameter("attachment_url")
    if not given:
        return None
    address = PERMALINK.fullmatch(given)
    found = posts.find(call.world.store, address.group(1)) if address else None
    if found is None:
        raise legacy(400, 44, "attachment_url parameter is invalid.")
    return found


def show_one(call: Call, post_id: str = "") -> Json:
    return shown(call, existing(call, post_id or call.parameter("id")))


def lookup(call: Call) -> Response:
    """What cannot be seen is left out, unless `map` asks for every id."""
    asked = [key for key in call.parameter("id").split(",")[:100] if key]
    found = {key: post for key in asked if (post := posts.find(call.world.store, key)) and may_see(call, post)}
    if call.flag("map"):
        return v1.document({"id": {key: shown(call, found[key]) if key in found else None for key in asked}})
    return listed(call, list(found.values()))


def destroy(call: Call, post_id: str = "") -> Json:
    found = existing(call, post_id or call.parameter("id"))
    if found.author_id != call.caller.id:
        raise legacy(403, 183, "You may not delete another user's status.")
    document = shown(call, found)
    finish_echo(call.world, acts.delete(call.world, found, app=call.client))
    return document


def retweet(call: Call, post_id: str) -> Json:
    found = existing(call, post_id)
    rules.check_engagement(call.world, call.caller, found, shares=True)
    if posts.own_marks(call.world.store, found.id, user_id=call.caller.id).reposted:
        raise legacy(403, 327, "You have already retweeted this Tweet.")
    made, jobs = acts.repost(call.world, call.caller, found, app=call.client)
    finish_echo(call.world, jobs)
    return shown(call, made)


def unretweet(call: Call, post_id: str) -> Json:
    """Answers with the original, whether or not there was a retweet."""
    found = existing(call, post_id)
    for made in posts.select(
        call.world.store, "author_id = ? AND repost_of_id = ?", (call.caller.id, found.id), limit=1
    ):
        finish_echo(call.world, acts.delete(call.world, made, app=call.client))
    return shown(call, found)


def retweets(call: Call, post_id: str) -> Response:
    found = existing(call, post_id)
    limit = min(int(call.parameter("count") or 100), 100)
    return listed(call, posts.select(call.world.store, "repost_of_id = ?", (found.id,), limit=limit))


UPDATES = Quota(quarter=300, quarters=12, shared="statuses/update")
"""Three hours, shared by tweets and retweets."""
ENDPOINTS: list[Endpoint] = [
    v1.endpoint("POST", "statuses/update", update, quota=UPDATES),
    v1.endpoint("GET", "statuses/show", show_one, auth="either", quota=v1.MANY),
    v1.endpoint("GET", "statuses/show/<post_id>", show_one, auth="either", quota=v1.MANY),
    v1.endpoint("GET", "statuses/lookup", lookup, auth="either", quota=v1.MANY),
    v1.endpoint("POST", "statuses/lookup", lookup, auth="either", quota=v1.MANY),
    v1.endpoint("POST", "statuses/destroy/<post_id>", destroy, quota=v1.MANY),
    v1.endpoint("POST", "statuses/retweet/<post_id>", retweet, quota=UPDATES),
    v1.endpoint("POST", "statuses/unretweet/<post_id>", unretweet, quota=UPDATES),
    v1.endpoint("GET", "statuses/retweets/<post_id>", retweets, auth="either", quota=v1.SOME),
]

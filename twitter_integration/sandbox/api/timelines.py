"""Timelines: somebody's posts, their mentions, the caller's home, and who quotes a post."""

from twitter_integration.sandbox.api import naming
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.api.reading import list_posts, may_see_posts_of
from twitter_integration.sandbox.errors import not_authorized
from twitter_integration.sandbox.limits import Quota

NEWEST_MENTIONS = 800
NEWEST_POSTS = 3200
"""How far back X lists, in posts."""
HOME = (
    "(author_id = ? OR author_id IN (SELECT target_id FROM relation WHERE kind = 'follow' AND source_id = ?))"
    " AND author_id NOT IN (SELECT target_id FROM relation WHERE kind IN ('mute', 'block') AND source_id = ?)"
)
"""Own posts and those of whom one follows, protected ones too, but of nobody one muted or blocked."""


def of_user(call: Call, user_id: str) -> Json:
    person = naming.person(call, user_id)
    if not may_see_posts_of(call, person):
        return {"errors": [not_authorized(user_id, kind="user", parameter="id")]}
    return list_posts(call, _without(call, "author_id = ?"), (person.id,), newest=NEWEST_POSTS)


def _without(call: Call, where: str) -> str:
    """`exclude` leaves replies or reposts out."""
    left_out = call.parameter("exclude").split(",")
    if "replies" in left_out:
        where += " AND reply_to_id IS NULL"
    if "retweets" in left_out:
        where += " AND repost_of_id IS NULL"
    return where


def home(call: Call, user_id: str) -> Json:
    reader = naming.own(call, user_id).id
    return list_posts(call, _without(call, HOME), (reader,) * 3, default=100, low=1, newest=NEWEST_POSTS)


def mentions(call: Call, user_id: str) -> Json:
    where = "id IN (SELECT post_id FROM mention WHERE user_id = ?) AND repost_of_id IS NULL"
    return list_posts(call, where, (naming.person(call, user_id).id,), newest=NEWEST_MENTIONS)


def quotes(call: Call, post_id: str) -> Json:
    return list_posts(call, _without(call, "quoted_id = ?"), (naming.post(call, post_id, parameter="id").id,), low=10)


OWN = Quota(quarter=900, app_quarter=10_000)
HOMES = Quota(quarter=180)
NAMED = Quota(quarter=300, app_quarter=450)
QUOTES = Quota(quarter=75)
_USER = "/2/users/<user_id>"
ENDPOINTS = [
    Endpoint(method="GET", rule=f"{_USER}/tweets", handler=of_user, auth="either", quota=OWN),
    Endpoint(method="GET", rule=f"{_USER}/timelines/reverse_chronological", handler=home, auth="user", quota=HOMES),
    Endpoint(method="GET", rule=f"{_USER}/mentions", handler=mentions, auth="either", quota=NAMED),
    Endpoint(method="GET", rule="/2/tweets/<post_id>/quote_tweets", handler=quotes, auth="either", quota=QUOTES),
]

"""/2/users/:id/retweets and who reposted what."""

from twitter_integration.sandbox import acts, posts, rules
from twitter_integration.sandbox.api import naming
from twitter_integration.sandbox.api.endpoint import WRITE, Call, Endpoint, Json
from twitter_integration.sandbox.api.reading import list_people, list_posts
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.users import Marked
from twitter_integration.sandbox.world import finish_echo

LISTS = Quota(quarter=75)


def add(call: Call, user_id: str) -> Json:
    by, post = naming.own(call, user_id), naming.post(call, call.body().get("tweet_id"))
    rules.check_engagement(call.world, by, post, shares=True)
    made, jobs = acts.repost(call.world, by, post, app=call.client)
    finish_echo(call.world, jobs)
    return {"data": {"retweeted": True, "rest_id": str(made.id)}}


def remove(call: Call, *, user_id: str, post_id: str) -> Json:
    by, original = naming.own(call, user_id), naming.post(call, post_id)
    for made in posts.select(call.world.store, "author_id = ? AND repost_of_id = ?", (by.id, original.id), limit=1):
        finish_echo(call.world, acts.delete(call.world, made, app=call.client))
    return {"data": {"retweeted": False}}


def reposters(call: Call, post_id: str) -> Json:
    post = naming.post(call, post_id, parameter="id")

    def find(before: int, limit: int) -> list[Marked]:
        return posts.reposters(call.world.store, post.id, before=before, limit=limit)

    return list_people(call, find, most=100)


def of_post(call: Call, post_id: str) -> Json:
    return list_posts(call, "repost_of_id = ?", (naming.post(call, post_id, parameter="id").id,), low=1)


def of_me(call: Call) -> Json:
    """The caller's posts that others reposted."""
    where = "author_id = ? AND id IN (SELECT repost_of_id FROM post WHERE deleted_ms IS NULL)"
    return list_posts(call, where, (call.caller.id,), low=1)


ENDPOINTS = [
    Endpoint(method="POST", rule="/2/users/<user_id>/retweets", handler=add, auth="user", quota=WRITE),
    Endpoint(method="DELETE", rule="/2/users/<user_id>/retweets/<post_id>", handler=remove, auth="user", quota=WRITE),
    Endpoint(method="GET", rule="/2/tweets/<post_id>/retweeted_by", handler=reposters, auth="either", quota=LISTS),
    Endpoint(method="GET", rule="/2/tweets/<post_id>/retweets", handler=of_post, auth="either", quota=LISTS),
    Endpoint(method="GET", rule="/2/users/reposts_of_me", handler=of_me, auth="user", quota=LISTS),
]

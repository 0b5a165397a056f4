"""/2/users/:id/likes and who likes what."""

from twitter_integration.sandbox import acts, posts, rules
from twitter_integration.sandbox.api import naming
from twitter_integration.sandbox.api.endpoint import WRITE, Call, Endpoint, Json
from twitter_integration.sandbox.api.reading import list_people, list_posts
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.users import Marked
from twitter_integration.sandbox.world import finish_echo

LIKES = Quota(quarter=50, user_day=1000)


def add(call: Call, user_id: str) -> Json:
    rules.require_enterprise(call.world, "Liking posts")
    by, post = naming.own(call, user_id), naming.post(call, call.body().get("tweet_id"))
    rules.check_engagement(call.world, by, post)
    finish_echo(call.world, acts.like(call.world, by, post, app=call.client))
    return {"data": {"liked": True}}


def remove(call: Call, *, user_id: str, post_id: str) -> Json:
    rules.require_enterprise(call.world, "Liking posts")
    by, post = naming.own(call, user_id), naming.post(call, post_id)
    posts.unlike(call.world.store, user_id=by.id, post_id=post.id)
    return {"data": {"liked": False}}


def likers(call: Call, post_id: str) -> Json:
    post = naming.post(call, post_id, parameter="id")

    def find(before: int, limit: int) -> list[Marked]:
        return posts.likers(call.world.store, post.id, before=before, limit=limit)

    return list_people(call, find, most=100)


def liked(call: Call, user_id: str) -> Json:
    """Newest post first; X orders by the moment of the like, which no client can see."""
    person = naming.person(call, user_id)
    return list_posts(call, "id IN (SELECT post_id FROM liked WHERE user_id = ?)", (person.id,))


ENDPOINTS = [
    Endpoint(method="POST", rule="/2/users/<user_id>/likes", handler=add, auth="user", quota=LIKES),
    Endpoint(method="DELETE", rule="/2/users/<user_id>/likes/<post_id>", handler=remove, auth="user", quota=WRITE),
    Endpoint(
        method="GET", rule="/2/users/<user_id>/liked_tweets", handler=liked, auth="either", quota=Quota(quarter=75)
    ),
    Endpoint(
        method="GET", rule="/2/tweets/<post_id>/liking_users", handler=likers, auth="either", quota=Quota(quarter=75)
    ),
]

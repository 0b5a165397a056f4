"""/1.1/favorites: like and take it back."""

from twitter_integration.sandbox import acts, posts, rules
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.api.statuses import existing, no_such, shown
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.limits import QUARTERS_A_DAY, Quota
from twitter_integration.sandbox.world import finish_echo


def create(call: Call) -> Json:
    post = existing(call, call.parameter("id"))
    rules.check_engagement(call.world, call.caller, post)
    if posts.own_marks(call.world.store, post.id, user_id=call.caller.id).liked:
        raise legacy(403, 139, "You have already favorited this status.")
    finish_echo(call.world, acts.like(call.world, call.caller, post, app=call.client))
    return shown(call, post)


def destroy(call: Call) -> Json:
    post = existing(call, call.parameter("id"))
    if not posts.unlike(call.world.store, user_id=call.caller.id, post_id=post.id):
        raise no_such()
    return shown(call, post)


DAILY = Quota(quarter=1000, quarters=QUARTERS_A_DAY)
ENDPOINTS = [
    v1.endpoint("POST", "favorites/create", create, quota=DAILY),
    v1.endpoint("POST", "favorites/destroy", destroy, quota=DAILY),
]

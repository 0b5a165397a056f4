"""What the ids in a path or body name: people, posts, lists. Refuses as X does where there is nothing to act on."""

from twitter_integration.sandbox import posts, users
from twitter_integration.sandbox.api.endpoint import Call
from twitter_integration.sandbox.errors import forbidden, invalid
from twitter_integration.sandbox.posts import Post
from twitter_integration.sandbox.users import User


def own(call: Call, user_id: str) -> User:
    """v2 writes (and private lists) under /2/users/:id are for the authenticated account only."""
    if user_id != str(call.caller.id):
        raise forbidden("The `id` path parameter must be the authenticating user's id.")
    return call.caller


def person(call: Call, user_id: object, *, parameter: str = "id") -> User:
    given = str(user_id or "")
    found = users.find(call.world.store, given) if given.isdigit() else None
    if found is None:
        raise invalid(f"Could not find user with id: [{given}].", {parameter: given})
    return found


def post(call: Call, post_id: object, *, parameter: str = "tweet_id") -> Post:
    given = str(post_id or "")
    found = posts.find(call.world.store, given)
    if found is None:
        raise invalid(f"Could not find tweet with id: [{given}].", {parameter: given})
    return found

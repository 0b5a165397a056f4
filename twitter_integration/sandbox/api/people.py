"""/2/users: who am I, lookups, likes, reposts, follows, blocks, mutes."""

from twitter_integration.sandbox import acts, posts, rules, users
from twitter_integration.sandbox.api.endpoint import WRITE, Call, Endpoint, Json
from twitter_integration.sandbox.api.reading import show_user
from twitter_integration.sandbox.errors import forbidden, invalid, not_found
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.world import finish_echo


def me(call: Call) -> Json:
    return {"data": show_user(call, call.caller)}


def by_id(call: Call, user_id: str) -> Json:
    if not user_id.isdigit():
        raise invalid(f"The `id` query parameter value [{user_id}] is not valid", {"id": user_id})
    return _one(call, users.find(call.world.store, user_id), value=user_id, parameter="id")


def by_username(call: Call, username: str) -> Json:
    found = None if username.isdigit() else users.find(call.world.store, username)
    return _one(call, found, value=username, parameter="username")


def _one(call: Call, found: User | None, *, value: str, parameter: str) -> Json:
    if found is None:
        return {"errors": [not_found(value, kind="user", parameter=parameter)]}
    return {"data": show_user(call, found)}


def by_ids(call: Call) -> Json:
    return _many(call, "ids")


def by_usernames(call: Call) -> Json:
    return _many(call, "usernames")


def _many(call: Call, parameter: str) -> Json:
    asked = [item for item in call.parameter(parameter).split(",") if item]
    if not 1 <= len(asked) <= 100:
        raise invalid(f"The number of values in `{parameter}` is not between 1 and 100")
    found = {item: users.find(call.world.store, item) for item in asked}
    document: Json = {}
    data = [show_user(call, user) for user in found.values() if user]
    if data:
        document["data"] = data
    errors = [not_found(key, kind="user", parameter=parameter) for key, user in found.items() if not user]
    return document | ({"errors": errors} if errors else {})


def _own(call: Call, user_id: str) -> User:
    """v2 writes under /2/users/:id are for the authenticated account only."""
    if user_id != str(call.caller.id):
        raise forbidden("The `id` path parameter must be the authenticating user's id.")
    return call.caller


def _target_user(call: Call, user_id: str) -> User:
    found = users.find(call.world.store, user_id) if user_id.isdigit() else None
    if found is None:
        raise invalid(f"Could not find user with id: [{user_id}].", {"target_user_id": user_id})
    return found


def _target_post(call: Call, post_id: str) -> posts.Post:
    found = posts.find(call.world.store, post_id)
    if found is None:
        raise invalid(f"Could not find tweet with id: [{post_id}].", {"tweet_id": post_id})
    return found


def add_like(call: Call, user_id: str) -> Json:
    rules.require_enterprise(call.world, "Liking posts")
    post = _target_post(call, str(call.body().get("tweet_id", "")))
    finish_echo(call.world, acts.like(call.world, _own(call, user_id), post, app=call.client))
    return {"data": {"liked": True}}


def remove_like(call: Call, *, user_id: str, post_id: str) -> Json:
    rules.require_enterprise(call.world, "Liking posts")
    post = _target_post(call, post_id)
    posts.unlike(call.world.store, user_id=_own(call, user_id).id, post_id=post.id)
    return {"data": {"liked": False}}


def add_repost(call: Call, user_id: str) -> Json:
    post = _target_post(call, str(call.body().get("tweet_id", "")))
    made, jobs = acts.repost(call.world, _own(call, user_id), post, app=call.client)
    finish_echo(call.world, jobs)
    return {"data": {"retweeted": True, "rest_id": str(made.id)}}


def remove_repost(call: Call, *, user_id: str, post_id: str) -> Json:
    owner, original = _own(call, user_id), _target_post(call, post_id)
    where = "author_id = ? AND repost_of_id = ?"
    for made in posts.select(call.world.store, where, (owner.id, original.id), limit=1):
        finish_echo(call.world, acts.delete(call.world, made, app=call.client))
    return {"data": {"retweeted": False}}


def _relation(kind: str, answer: Json, *, paid: str = "") -> tuple[Endpoint, ...]:
    """The pair of endpoints that begin and end a relation; `paid` names what self-serve may not do."""
    ending = "un" + kind

    def begin(call: Call, user_id: str) -> Json:
        if paid:
            rules.require_enterprise(call.world, paid)
        target = _target_user(call, str(call.body().get("target_user_id", "")))
        source = _own(call, user_id)
        finish_echo(call.world, acts.relate(call.world, kind, source=source, target=target, app=call.client))
        return {"data": answer}

    def end(call: Call, *, user_id: str, target_id: str) -> Json:
        if paid:
            rules.require_enterprise(call.world, paid)
        source, target = _own(call, user_id), _target_user(call, target_id)
        finish_echo(call.world, acts.relate(call.world, ending, source=source, target=target, app=call.client))
        return {"data": {next(iter(answer)): False}}

    path = {"follow": "following", "block": "blocking", "mute": "muting"}[kind]
    return (
        Endpoint(method="POST", rule=f"/2/users/<user_id>/{path}", handler=begin, auth="user", quota=WRITE),
        Endpoint(method="DELETE", rule=f"/2/users/<user_id>/{path}/<target_id>", handler=end, auth="user", quota=WRITE),
    )


def followers(call: Call, user_id: str) -> Json:
    return _people(call, users.sources(call.world.store, "follow", target_id=_number(user_id)))


def following(call: Call, user_id: str) -> Json:
    return _people(call, users.targets(call.world.store, "follow", source_id=_number(user_id)))


def blocked(call: Call, user_id: str) -> Json:
    return _people(call, users.targets(call.world.store, "block", source_id=_own(call, user_id).id))


def muted(call: Call, user_id: str) -> Json:
    return _people(call, users.targets(call.world.store, "mute", source_id=_own(call, user_id).id))


def reposters(call: Call, post_id: str) -> Json:
    found = posts.select(call.world.store, "repost_of_id = ?", (_target_post(call, post_id).id,), limit=100)
    return _people(call, [users.get(call.world.store, post.author_id) for post in found])


def likers(call: Call, post_id: str) -> Json:
    rows = posts.likers(call.world.store, _target_post(call, post_id).id)
    return _people(call, [users.get(call.world.store, user_id) for user_id in rows[:100]])


def _number(user_id: str) -> int:
    return int(user_id) if user_id.isdigit() else 0


def _people(call: Call, found: list[User]) -> Json:
    data = [show_user(call, user) for user in found]
    return ({"data": data} if data else {}) | {"meta": {"result_count": len(data)}}


OF_POST = Quota(quarter=75)
ENDPOINTS = [
    Endpoint(method="GET", rule="/2/users/me", handler=me, auth="user", quota=Quota(quarter=75)),
    Endpoint(method="GET", rule="/2/users", handler=by_ids, auth="either", quota=Quota(quarter=900)),
    Endpoint(method="GET", rule="/2/users/by", handler=by_usernames, auth="either", quota=Quota(quarter=900)),
    Endpoint(
        method="GET",
        rule="/2/users/by/username/<username>",
        handler=by_username,
        auth="either",
        quota=Quota(quarter=900),
    ),
    Endpoint(method="GET", rule="/2/users/<user_id>", handler=by_id, auth="either", quota=Quota(quarter=900)),
    Endpoint(method="POST", rule="/2/users/<user_id>/likes", handler=add_like, auth="user", quota=WRITE),
    Endpoint(method="DELETE", rule="/2/users/<user_id>/likes/<post_id>", handler=remove_like, auth="user", quota=WRITE),
    Endpoint(method="POST", rule="/2/users/<user_id>/retweets", handler=add_repost, auth="user", quota=WRITE),
    Endpoint(
        method="DELETE",
        rule="/2/users/<user_id>/retweets/<post_id>",
        handler=remove_repost,
        auth="user",
        quota=WRITE,
    ),
    Endpoint(method="GET", rule="/2/users/<user_id>/followers", handler=followers, auth="either"),
    Endpoint(method="GET", rule="/2/users/<user_id>/following", handler=following, auth="either"),
    Endpoint(method="GET", rule="/2/users/<user_id>/blocking", handler=blocked, auth="user", quota=Quota(quarter=15)),
    Endpoint(method="GET", rule="/2/users/<user_id>/muting", handler=muted, auth="user", quota=Quota(quarter=15)),
    Endpoint(method="GET", rule="/2/tweets/<post_id>/retweeted_by", handler=reposters, auth="either", quota=OF_POST),
    Endpoint(method="GET", rule="/2/tweets/<post_id>/liking_users", handler=likers, auth="either", quota=OF_POST),
    *_relation("follow", {"following": True, "pending_follow": False}, paid="Following"),
    *_relation("block", {"blocking": True}, paid="Blocking"),
    *_relation("mute", {"muting": True}),
]

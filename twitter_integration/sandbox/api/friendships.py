"""/1.1/friendships, /1.1/friends and /1.1/followers: follow, how two stand to each other, who follows whom."""

from twitter_integration.sandbox import relations, rules, users
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.limits import QUARTERS_A_DAY, Quota
from twitter_integration.sandbox.users import Marked, User
from twitter_integration.sandbox.world import finish_echo

IDS, PEOPLE = (5000, 5000), (20, 200)
"""How many to a page: as a rule, and at most."""


def create(call: Call) -> Json:
    """Following who is followed already is no error; asking a protected account twice is."""
    target, source, store = v1.named(call), call.caller, call.world.store
    rules.check_follow(call.world, source, target)
    if users.related(store, "request", source_id=source.id, target_id=target.id):
        raise legacy(403, 160, f"You've already requested to follow {target.handle}.")
    _, jobs = relations.follow(call.world, source, target, app=call.client)
    finish_echo(call.world, jobs)
    return v1.person(call, target)


def destroy(call: Call) -> Json:
    target = v1.named(call)
    finish_echo(call.world, relations.end(call.world, "follow", source=call.caller, target=target, app=call.client))
    return v1.person(call, target)


def show(call: Call) -> Json:
    """Between two people; the caller is the first where none is named."""
    named = call.parameter("source_id") or call.parameter("source_screen_name")
    source = v1.named(call, id_name="source_id", handle_name="source_screen_name") if named else call.caller
    target = v1.named(call, id_name="target_id", handle_name="target_screen_name")
    return {"relationship": {"source": _side(call, source, target, full=True), "target": _side(call, target, source)}}


def _side(call: Call, one: User, other: User, *, full: bool = False) -> Json:
    store = call.world.store

    def stands(kind: str, source: User, target: User) -> bool:
        return users.related(store, kind, source_id=source.id, target_id=target.id)

    side: Json = {
        "id": one.id,
        "id_str": str(one.id),
        "screen_name": one.handle,
        "following": stands("follow", one, other),
        "followed_by": stands("follow", other, one),
        "following_requested": stands("request", one, other),
        "following_received": stands("request", other, one),
    }
    if not full:
        return side
    return side | {
        "live_following": False,
        "notifications_enabled": False,
        "can_dm": users.may_message(store, sender=one, recipient=other),
        "blocking": stands("block", one, other),
        "blocked_by": stands("block", other, one),
        "muting": stands("mute", one, other),
        "want_retweets": True,
        "all_replies": False,
        "marked_spam": stands("report", one, other),
    }


def _following(call: Call, before: int, limit: int) -> list[Marked]:
    person = _readable(call)
    return users.targets(call.world.store, "follow", source_id=person.id, before=before, limit=limit)


def _followers(call: Call, before: int, limit: int) -> list[Marked]:
    person = _readable(call)
    return users.sources(call.world.store, "follow", target_id=person.id, before=before, limit=limit)


def _readable(call: Call) -> User:
    return v1.named_or_self(call) if call.user else v1.named(call)


def friend_ids(call: Call) -> Json:
    return ids_page(call, lambda before, limit: _following(call, before, limit))


def friends(call: Call) -> Json:
    return people_page(call, lambda before, limit: _following(call, before, limit))


def follower_ids(call: Call) -> Json:
    return ids_page(call, lambda before, limit: _followers(call, before, limit))


def followers(call: Call) -> Json:
    return people_page(call, lambda before, limit: _followers(call, before, limit))


def ids_page(call: Call, find: v1.Find) -> Json:
    """Numbers, or strings where `stringify_ids` asks for them."""
    as_text = call.flag("stringify_ids")

    def render(user: User) -> int | str:
        return str(user.id) if as_text else user.id

    return v1.cursored(call, find, "ids", render, default=IDS[0], most=IDS[1])


def people_page(call: Call, find: v1.Find) -> Json:
    return v1.cursored(call, find, "users", lambda user: v1.person(call, user), default=PEOPLE[0], most=PEOPLE[1])


FOLLOWS = Quota(quarter=400, quarters=QUARTERS_A_DAY)
ENDPOINTS = [
    v1.endpoint("POST", "friendships/create", create, quota=FOLLOWS),
    v1.endpoint("POST", "friendships/destroy", destroy, quota=FOLLOWS),
    v1.endpoint("GET", "friendships/show", show, quota=Quota(quarter=180)),
    v1.endpoint("GET", "friends/ids", friend_ids, auth="either", quota=v1.FEW),
    v1.endpoint("GET", "friends/list", friends, auth="either", quota=v1.FEW),
    v1.endpoint("GET", "followers/ids", follower_ids, auth="either", quota=v1.FEW),
    v1.endpoint("GET", "followers/list", followers, auth="either", quota=v1.FEW),
]

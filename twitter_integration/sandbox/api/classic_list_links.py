"""/1.1/lists/members and /1.1/lists/subscribers: who is in a list and who follows it."""

from twitter_integration.sandbox import list_rules, lists, users
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.classic_lists import CHANGES, given, own, shown
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.api.friendships import PEOPLE
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.lists import Link
from twitter_integration.sandbox.users import Marked, User

MOST_AT_ONCE = 100
MOST_A_PAGE = 5000


def add(call: Call) -> Json:
    roster, member = own(call), v1.named(call)
    list_rules.check_member(call.world, roster, call.caller, member)
    lists.link(call.world.store, "member", roster, member)
    return shown(call, roster)


def add_all(call: Call) -> Json:
    """Up to a hundred ids or names; who cannot be found or added is passed over, as on X."""
    roster = own(call)
    for member in _several(call):
        if not users.related(call.world.store, "block", source_id=member.id, target_id=call.caller.id):
            lists.link(call.world.store, "member", roster, member)
    return shown(call, roster)


def _several(call: Call) -> list[User]:
    keys = [key for name in ("user_id", "screen_name") for key in call.parameter(name).split(",") if key]
    if not 1 <= len(keys) <= MOST_AT_ONCE:
        raise legacy(403, 108, "Cannot find specified user.")
    return [found for key in keys if (found := users.find(call.world.store, key))]


def remove(call: Call) -> Json:
    roster, member = own(call), v1.named(call)
    if not lists.unlink(call.world.store, "member", roster, member):
        raise legacy(403, 110, "The user you are trying to remove from the list is not a member.")
    return shown(call, roster)


def remove_all(call: Call) -> Json:
    roster = own(call)
    for member in _several(call):
        lists.unlink(call.world.store, "member", roster, member)
    return shown(call, roster)


def members(call: Call) -> Json:
    return _people(call, "member")


def subscribers(call: Call) -> Json:
    return _people(call, "follower")


def _people(call: Call, kind: Link) -> Json:
    roster = given(call)

    def find(before: int, limit: int) -> list[Marked]:
        return lists.people(call.world.store, kind, roster, before=before, limit=limit)

    return v1.cursored(call, find, "users", lambda user: v1.person(call, user), default=PEOPLE[0], most=MOST_A_PAGE)


def is_member(call: Call) -> Json:
    return _is_linked(call, "member", legacy(404, 109, "The specified user is not a member of this list."))


def is_subscriber(call: Call) -> Json:
    return _is_linked(call, "follower", legacy(404, 109, "The specified user is not a subscriber of this list."))


def _is_linked(call: Call, kind: Link, otherwise: Exception) -> Json:
    roster, person = given(call), v1.named(call)
    if not lists.is_linked(call.world.store, kind, roster, person.id):
        raise otherwise
    return v1.person(call, person)


def subscribe(call: Call) -> Json:
    roster = given(call)
    lists.link(call.world.store, "follower", roster, call.caller)
    return shown(call, roster)


def unsubscribe(call: Call) -> Json:
    roster = given(call)
    if not lists.unlink(call.world.store, "follower", roster, call.caller):
        raise legacy(403, 109, "The specified user is not a subscriber of this list.")
    return shown(call, roster)


ENDPOINTS = [
    v1.endpoint("GET", "lists/members", members, auth="either", quota=v1.MANY),
    v1.endpoint("GET", "lists/members/show", is_member, auth="either", quota=v1.FEW),
    v1.endpoint("POST", "lists/members/create", add, quota=CHANGES),
    v1.endpoint("POST", "lists/members/create_all", add_all, quota=CHANGES),
    v1.endpoint("POST", "lists/members/destroy", remove, quota=CHANGES),
    v1.endpoint("POST", "lists/members/destroy_all", remove_all, quota=CHANGES),
    v1.endpoint("GET", "lists/subscribers", subscribers, auth="either", quota=v1.MANY),
    v1.endpoint("GET", "lists/subscribers/show", is_subscriber, auth="either", quota=v1.FEW),
    v1.endpoint("POST", "lists/subscribers/create", subscribe, quota=CHANGES),
    v1.endpoint("POST", "lists/subscribers/destroy", unsubscribe, quota=CHANGES),
]

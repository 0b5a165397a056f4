"""Who is in a list, who follows it, who pinned it, and what its members write."""

from twitter_integration.sandbox import list_rules, lists
from twitter_integration.sandbox.api import naming
from twitter_integration.sandbox.api.endpoint import WRITE, Call, Endpoint, Json
from twitter_integration.sandbox.api.lists import LISTS, READ, list_rosters, reader_of
from twitter_integration.sandbox.api.reading import list_people, list_posts
from twitter_integration.sandbox.errors import forbidden
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.lists import Link, MarkedRoster, Roster
from twitter_integration.sandbox.users import Marked, User

MOST_PINS = 5


def add_member(call: Call, list_id: str) -> Json:
    """Adding who is in it already changes nothing, and is no error."""
    roster = list_rules.owned(call.world, list_id, call.caller)
    member = naming.person(call, call.body().get("user_id"), parameter="user_id")
    list_rules.check_member(call.world, roster, call.caller, member)
    lists.link(call.world.store, "member", roster, member)
    return {"data": {"is_member": True}}


def remove_member(call: Call, *, list_id: str, user_id: str) -> Json:
    """The owner removes anybody, and whoever is in a list themselves."""
    roster = _visible(call, list_id)
    member = naming.person(call, user_id, parameter="user_id")
    if call.caller.id not in (roster.owner_id, member.id):
        raise forbidden("You are not permitted to perform this action.")
    lists.unlink(call.world.store, "member", roster, member)
    return {"data": {"is_member": False}}


def _visible(call: Call, list_id: object) -> Roster:
    return list_rules.visible(call.world, list_id, reader_id=reader_of(call))


def members(call: Call, list_id: str) -> Json:
    return _people(call, "member", _visible(call, list_id))


def followers(call: Call, list_id: str) -> Json:
    return _people(call, "follower", _visible(call, list_id))


def _people(call: Call, kind: Link, roster: Roster) -> Json:
    def find(before: int, limit: int) -> list[Marked]:
        return lists.people(call.world.store, kind, roster, before=before, limit=limit)

    return list_people(call, find, most=100)


def tweets(call: Call, list_id: str) -> Json:
    where = "author_id IN (SELECT user_id FROM list_link WHERE kind = 'member' AND list_id = ?)"
    return list_posts(call, where, (_visible(call, list_id).id,), default=100, low=1)


def memberships(call: Call, user_id: str) -> Json:
    return _rosters(call, "member", naming.person(call, user_id))


def followed(call: Call, user_id: str) -> Json:
    return _rosters(call, "follower", naming.person(call, user_id))


def pinned(call: Call, user_id: str) -> Json:
    return _rosters(call, "pin", naming.own(call, user_id))


def _rosters(call: Call, kind: Link, person: User) -> Json:
    def find(before: int, limit: int) -> list[MarkedRoster]:
        reader = reader_of(call)
        return lists.linked(call.world.store, kind, person.id, reader_id=reader, before=before, limit=limit)

    return list_rosters(call, find)


def follow(call: Call, user_id: str) -> Json:
    by = naming.own(call, user_id)
    lists.link(call.world.store, "follower", _visible(call, call.body().get("list_id")), by)
    return {"data": {"following": True}}


def unfollow(call: Call, *, user_id: str, list_id: str) -> Json:
    by = naming.own(call, user_id)
    lists.unlink(call.world.store, "follower", _visible(call, list_id), by)
    return {"data": {"following": False}}


def pin(call: Call, user_id: str) -> Json:
    """Own lists and those one follows, five of them."""
    by, roster = naming.own(call, user_id), _visible(call, call.body().get("list_id"))
    store = call.world.store
    if roster.owner_id != by.id and not lists.is_linked(store, "follower", roster, by.id):
        raise forbidden("You are not permitted to perform this action.")
    if len(lists.linked(store, "pin", by.id, reader_id=by.id, limit=MOST_PINS)) >= MOST_PINS:
        raise forbidden(f"You may not pin more than {MOST_PINS} lists.")
    lists.link(store, "pin", roster, by)
    return {"data": {"pinned": True}}


def unpin(call: Call, *, user_id: str, list_id: str) -> Json:
    by = naming.own(call, user_id)
    lists.unlink(call.world.store, "pin", _visible(call, list_id), by)
    return {"data": {"pinned": False}}


MANY = Quota(quarter=900)
FEW = Quota(quarter=15)
_LIST, _USER = "/2/lists/<list_id>", "/2/users/<user_id>"
ENDPOINTS = [
    Endpoint(method="POST", rule=f"{_LIST}/members", handler=add_member, auth="user", quota=LISTS),
    Endpoint(method="DELETE", rule=f"{_LIST}/members/<user_id>", handler=remove_member, auth="user", quota=LISTS),
    Endpoint(method="GET", rule=f"{_LIST}/members", handler=members, auth="either", quota=MANY),
    Endpoint(method="GET", rule=f"{_LIST}/followers", handler=followers, auth="either", quota=Quota(quarter=180)),
    Endpoint(method="GET", rule=f"{_LIST}/tweets", handler=tweets, auth="either", quota=MANY),
    Endpoint(method="GET", rule=f"{_USER}/list_memberships", handler=memberships, auth="either", quota=READ),
    Endpoint(method="GET", rule=f"{_USER}/followed_lists", handler=followed, auth="either", quota=FEW),
    Endpoint(method="POST", rule=f"{_USER}/followed_lists", handler=follow, auth="user", quota=WRITE),
    Endpoint(method="DELETE", rule=f"{_USER}/followed_lists/<list_id>", handler=unfollow, auth="user", quota=WRITE),
    Endpoint(method="GET", rule=f"{_USER}/pinned_lists", handler=pinned, auth="user", quota=FEW),
    Endpoint(method="POST", rule=f"{_USER}/pinned_lists", handler=pin, auth="user", quota=WRITE),
    Endpoint(method="DELETE", rule=f"{_USER}/pinned_lists/<list_id>", handler=unpin, auth="user", quota=WRITE),
]

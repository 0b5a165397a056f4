"""/2/users/:id/…: follow, block, mute, shut out of messages, and the lists of who stands so to whom."""

from twitter_integration.sandbox import relations, rules, users
from twitter_integration.sandbox.api import naming
from twitter_integration.sandbox.api.endpoint import WRITE, Call, Endpoint, Json
from twitter_integration.sandbox.api.reading import list_people
from twitter_integration.sandbox.errors import invalid
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.users import Marked
from twitter_integration.sandbox.world import finish_echo


def follow(call: Call, user_id: str) -> Json:
    """A protected account is asked first: the follow is pending until it says yes."""
    rules.require_enterprise(call.world, "Following")
    source = naming.own(call, user_id)
    target = naming.person(call, call.body().get("target_user_id"), parameter="target_user_id")
    rules.check_follow(call.world, source, target)
    pending, jobs = relations.follow(call.world, source, target, app=call.client)
    finish_echo(call.world, jobs)
    return {"data": {"following": not pending, "pending_follow": pending}}


def unfollow(call: Call, *, user_id: str, target_id: str) -> Json:
    rules.require_enterprise(call.world, "Following")
    source, target = naming.own(call, user_id), naming.person(call, target_id, parameter="target_user_id")
    finish_echo(call.world, relations.end(call.world, "follow", source=source, target=target, app=call.client))
    return {"data": {"following": False}}


def _pair(kind: str, answer: str, *, paid: str = "") -> tuple[Endpoint, ...]:
    """The endpoints that begin and end a relation; `paid` names what self-serve may not do."""

    def begin(call: Call, user_id: str) -> Json:
        if paid:
            rules.require_enterprise(call.world, paid)
        source = naming.own(call, user_id)
        target = naming.person(call, call.body().get("target_user_id"), parameter="target_user_id")
        if source.id == target.id:
            raise invalid(f"You cannot {kind} yourself.", {"target_user_id": target.id})
        finish_echo(call.world, relations.begin(call.world, kind, source=source, target=target, app=call.client))
        return {"data": {answer: True}}

    def end(call: Call, *, user_id: str, target_id: str) -> Json:
        if paid:
            rules.require_enterprise(call.world, paid)
        source, target = naming.own(call, user_id), naming.person(call, target_id, parameter="target_user_id")
        finish_echo(call.world, relations.end(call.world, kind, source=source, target=target, app=call.client))
        return {"data": {answer: False}}

    rule = f"/2/users/<user_id>/{answer}"
    return (
        Endpoint(method="POST", rule=rule, handler=begin, auth="user", quota=WRITE),
        Endpoint(method="DELETE", rule=f"{rule}/<target_id>", handler=end, auth="user", quota=WRITE),
    )


def shut_out(call: Call, user_id: str) -> Json:
    """`:id` is whom the caller wants no messages from; there is no body."""
    relations.begin(call.world, "dm_block", source=call.caller, target=naming.person(call, user_id), app=call.client)
    return {"data": {"blocked": True}}


def let_in(call: Call, user_id: str) -> Json:
    relations.end(call.world, "dm_block", source=call.caller, target=naming.person(call, user_id), app=call.client)
    return {"data": {"blocked": False}}


def followers(call: Call, user_id: str) -> Json:
    person = naming.person(call, user_id)

    def find(before: int, limit: int) -> list[Marked]:
        return users.sources(call.world.store, "follow", target_id=person.id, before=before, limit=limit)

    return list_people(call, find)


def following(call: Call, user_id: str) -> Json:
    return _targets(call, "follow", naming.person(call, user_id).id)


def blocked(call: Call, user_id: str) -> Json:
    return _targets(call, "block", naming.own(call, user_id).id)


def muted(call: Call, user_id: str) -> Json:
    return _targets(call, "mute", naming.own(call, user_id).id)


def _targets(call: Call, kind: str, source_id: int) -> Json:
    def find(before: int, limit: int) -> list[Marked]:
        return users.targets(call.world.store, kind, source_id=source_id, before=before, limit=limit)

    return list_people(call, find)


FEW = Quota(quarter=15)
DM_BLOCK = Quota(quarter=10, user_day=400)
_USER = "/2/users/<user_id>"
ENDPOINTS = [
    Endpoint(method="POST", rule=f"{_USER}/following", handler=follow, auth="user", quota=WRITE),
    Endpoint(method="DELETE", rule=f"{_USER}/following/<target_id>", handler=unfollow, auth="user", quota=WRITE),
    *_pair("block", "blocking", paid="Blocking"),
    *_pair("mute", "muting"),
    Endpoint(method="POST", rule=f"{_USER}/dm/block", handler=shut_out, auth="user", quota=DM_BLOCK),
    Endpoint(method="POST", rule=f"{_USER}/dm/unblock", handler=let_in, auth="user", quota=DM_BLOCK),
    Endpoint(method="GET", rule=f"{_USER}/followers", handler=followers, auth="either"),
    Endpoint(method="GET", rule=f"{_USER}/following", handler=following, auth="either"),
    Endpoint(method="GET", rule=f"{_USER}/blocking", handler=blocked, auth="user", quota=FEW),
    Endpoint(method="GET", rule=f"{_USER}/muting", handler=muted, auth="user", quota=FEW),
]

"""/1.1/blocks and /1.1/mutes/users: begin, end, and who is blocked and muted."""

from twitter_integration.sandbox import relations, users
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.api.friendships import ids_page, people_page
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.users import Marked
from twitter_integration.sandbox.world import finish_echo

CHANGES = Quota(quarter=50)


def _family(kind: str, path: str) -> list[Endpoint]:
    def find(call: Call, before: int, limit: int) -> list[Marked]:
        return users.targets(call.world.store, kind, source_id=call.caller.id, before=before, limit=limit)

    def create(call: Call) -> Json:
        target = v1.named(call)
        if target.id == call.caller.id:
            raise legacy(403, 271, "You can't mute yourself.") if kind == "mute" else legacy(403, 36, "Forbidden.")
        jobs = relations.begin(call.world, kind, source=call.caller, target=target, app=call.client)
        finish_echo(call.world, jobs)
        return v1.person(call, target)

    def destroy(call: Call) -> Json:
        target = v1.named(call)
        so = users.related(call.world.store, kind, source_id=call.caller.id, target_id=target.id)
        if kind == "mute" and not so:
            raise legacy(403, 272, "You are not muting the specified user.")
        jobs = relations.end(call.world, kind, source=call.caller, target=target, app=call.client)
        finish_echo(call.world, jobs)
        return v1.person(call, target)

    def ids(call: Call) -> Json:
        return ids_page(call, lambda before, limit: find(call, before, limit))

    def people(call: Call) -> Json:
        return people_page(call, lambda before, limit: find(call, before, limit))

    return [
        v1.endpoint("POST", f"{path}/create", create, quota=CHANGES),
        v1.endpoint("POST", f"{path}/destroy", destroy, quota=CHANGES),
        v1.endpoint("GET", f"{path}/ids", ids, quota=v1.FEW),
        v1.endpoint("GET", f"{path}/list", people, quota=v1.FEW),
    ]


ENDPOINTS = [*_family("block", "blocks"), *_family("mute", "mutes/users")]

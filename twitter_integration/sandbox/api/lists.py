"""/2/lists: create, change, delete, show, and whose lists there are."""

from collections.abc import Callable, Sequence

from twitter_integration.sandbox import list_rules, lists, users
from twitter_integration.sandbox.api import naming
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json, page, renamed, start_after, token_for
from twitter_integration.sandbox.api.reading import show_user
from twitter_integration.sandbox.errors import invalid, not_found
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.lists import MarkedRoster, Roster
from twitter_integration.sandbox.rest_v2 import list_object


def reader_of(call: Call) -> int:
    """Whose private lists may be shown; nobody's to the app's own token."""
    return call.user.id if call.user else 0


def create(call: Call) -> Json:
    words = _words(call)
    name = words.get("name")
    if name is None:
        raise invalid("$.name: is missing but it is required", {"name": ""})
    list_rules.check_number(call.world, call.caller)
    made = lists.create(
        call.world.store,
        call.world.ids,
        owner_id=call.caller.id,
        name=name,
        description=words.get("description") or "",
        private=bool(words.get("private")),
    )
    return {"data": {"id": str(made.id), "name": made.name}}


def _words(call: Call) -> Json:
    """What the body says of a list, checked; nothing else may stand in it."""
    body = call.body()
    for key, kind in (("name", str), ("description", str), ("private", bool)):
        if key in body and not isinstance(body[key], kind):
            raise invalid(f"$.{key}: must be a {'boolean' if kind is bool else 'string'}", {key: body[key]})
    for unknown in sorted(set(body) - {"name", "description", "private"}):
        raise invalid(f"$.{unknown}: is not defined in the schema and the schema does not allow it")
    list_rules.check_words(name=body.get("name"), description=body.get("description"))
    return body


def update(call: Call, list_id: str) -> Json:
    """Only what is sent changes."""
    roster, words = list_rules.owned(call.world, list_id, call.caller), _words(call)
    if not words:
        raise invalid("At least one of name, description, private is required")
    lists.change(
        call.world.store,
        roster,
        name=words.get("name", roster.name),
        description=words.get("description", roster.description),
        private=words.get("private", roster.private),
    )
    return {"data": {"updated": True}}


def remove(call: Call, list_id: str) -> Json:
    lists.delete(call.world.store, list_rules.owned(call.world, list_id, call.caller))
    return {"data": {"deleted": True}}


def show_one(call: Call, list_id: str) -> Json:
    found = lists.find(call.world.store, list_id)
    if found is None or (found.private and found.owner_id != reader_of(call)):
        return {"errors": [not_found(list_id, kind="list", parameter="id")]}
    data, parts = _shown(call, [found])
    return renamed(call, {"data": data[0]} | parts)


def _shown(call: Call, rosters: Sequence[Roster]) -> tuple[list[Json], Json]:
    wanted = call.fields("list") | (call.expansions() & {"owner_id"})
    owners = dict.fromkeys(roster.owner_id for roster in rosters) if "owner_id" in call.expansions() else {}
    people = [show_user(call, users.get(call.world.store, user_id)) for user_id in owners]
    data = [list_object(call.world.site, roster, wanted) for roster in rosters]
    return data, ({"includes": {"users": people}} if people else {})


def list_rosters(call: Call, find: Callable[[int, int], list[MarkedRoster]]) -> Json:
    """A page of lists. `find` yields at most so many (its second argument) with marks below its first."""
    limit = call.number("max_results", default=100, low=1, high=100)
    rows, next_token = page(find(start_after(call), limit + 1), limit=limit, token_of=lambda row: token_for(row[0]))
    data, parts = _shown(call, [roster for _, roster in rows])
    meta: Json = {"result_count": len(data)} | ({"next_token": next_token} if next_token else {})
    return renamed(call, ({"data": data} if data else {}) | parts | {"meta": meta})


def owned(call: Call, user_id: str) -> Json:
    owner, reader = naming.person(call, user_id), reader_of(call)

    def find(before: int, limit: int) -> list[MarkedRoster]:
        return lists.owned(call.world.store, owner.id, reader_id=reader, before=before, limit=limit)

    return list_rosters(call, find)


LISTS = Quota(quarter=300)
READ = Quota(quarter=75)
ENDPOINTS = [
    Endpoint(method="POST", rule="/2/lists", handler=create, auth="user", quota=LISTS, status=201),
    Endpoint(method="PUT", rule="/2/lists/<list_id>", handler=update, auth="user", quota=LISTS),
    Endpoint(method="DELETE", rule="/2/lists/<list_id>", handler=remove, auth="user", quota=LISTS),
    Endpoint(method="GET", rule="/2/lists/<list_id>", handler=show_one, auth="either", quota=READ),
    Endpoint(
        method="GET", rule="/2/users/<user_id>/owned_lists", handler=owned, auth="either", quota=Quota(quarter=15)
    ),
]

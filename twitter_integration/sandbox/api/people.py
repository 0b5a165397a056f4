"""/2/users: who am I, lookups, search."""

import re

from twitter_integration.sandbox import users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json, renamed
from twitter_integration.sandbox.api.reading import list_people, show_user
from twitter_integration.sandbox.errors import invalid, not_found
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.users import Marked, User

SEARCHABLE = re.compile(r"[A-Za-z0-9_' ]{1,50}")
"""What X takes as a query for people."""


def me(call: Call) -> Json:
    return renamed(call, {"data": show_user(call, call.caller)})


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
    return renamed(call, {"data": show_user(call, found)})


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
    return renamed(call, document | ({"errors": errors} if errors else {}))


def search(call: Call) -> Json:
    query = call.parameter("query")
    if not SEARCHABLE.fullmatch(query):
        raise invalid(f"The `query` query parameter value [{query}] does not match ^[A-Za-z0-9_' ]{{1,50}}$")

    def find(before: int, limit: int) -> list[Marked]:
        return users.search(call.world.store, query.strip(), before=before, limit=limit)

    return list_people(call, find)


LOOKUP = Quota(quarter=900, app_quarter=300)
ENDPOINTS = [
    Endpoint(method="GET", rule="/2/users/me", handler=me, auth="user", quota=Quota(quarter=75)),
    Endpoint(method="GET", rule="/2/users", handler=by_ids, auth="either", quota=LOOKUP),
    Endpoint(method="GET", rule="/2/users/by", handler=by_usernames, auth="either", quota=LOOKUP),
    Endpoint(method="GET", rule="/2/users/by/username/<username>", handler=by_username, auth="either", quota=LOOKUP),
    Endpoint(method="GET", rule="/2/users/search", handler=search, auth="user", quota=LOOKUP),
    Endpoint(method="GET", rule="/2/users/<user_id>", handler=by_id, auth="either", quota=LOOKUP),
]

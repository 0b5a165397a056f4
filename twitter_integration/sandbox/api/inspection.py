"""/sandbox/api: what X holds of an account, which calls were made, which limits are spent. X has nothing like it."""

from twitter_integration.sandbox import users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.errors import JSON, ApiError
from twitter_integration.sandbox.holdings import holdings
from twitter_integration.sandbox.ids import as_id


def holds(call: Call) -> Json:
    """`user` (handle or id; the brand without), `since_id` for posts and messages."""
    store = call.world.store
    key = call.parameter("user")
    found = users.find(store, key) if key else users.everybody(store, role="brand")[0]
    if found is None:
        raise ApiError(400, {"error": f"There is nobody called {key!r}."}, content_type=JSON)
    return holdings(call.world, found, since_id=as_id(call.parameter("since_id")) or 0)


def calls(call: Call) -> Json:
    """Counts per endpoint, caller and outcome; with `log=1` also every single call after `since` (seconds)."""
    by, since = call.parameter("by"), call.parameter("since")
    known = call.world.calls
    document: Json = {"counts": known.counts(by=by)}
    if call.flag("log"):
        document["log"] = known.log(since=float(since) if since.replace(".", "", 1).isdigit() else 0.0, by=by)
    return document


def forget_calls(call: Call) -> Json:
    call.world.calls.forget()
    return {"counts": []}


def limits(call: Call) -> Json:
    return {"windows": call.world.limits.spent()}


_API = "/sandbox/api"
ENDPOINTS = [
    Endpoint(method="GET", rule=f"{_API}/holds", handler=holds, auth="local"),
    Endpoint(method="GET", rule=f"{_API}/calls", handler=calls, auth="local"),
    Endpoint(method="DELETE", rule=f"{_API}/calls", handler=forget_calls, auth="local"),
    Endpoint(method="GET", rule=f"{_API}/limits", handler=limits, auth="local"),
]

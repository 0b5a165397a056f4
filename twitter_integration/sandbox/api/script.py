"""/sandbox/api/bad-day, …/ledger, …/rotate-secret: a scripted day, what an account should hold after it, new keys."""

from dataclasses import fields

from twitter_integration.sandbox import apps, bad_day, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.bad_day import BadDayError, Plan
from twitter_integration.sandbox.errors import ApiError
from twitter_integration.sandbox.ledger import ledger


def begin(call: Call) -> Json:
    """Start a day: `seed`, `minutes`, `speed`, `events`. Answers at once."""
    given = call.body()
    unknown = set(given) - {item.name for item in fields(Plan)}
    if unknown:
        raise ApiError(400, {"error": f"A bad day has no {', '.join(sorted(unknown))}."})
    try:
        kinds = {"seed": int, "events": int, "minutes": float, "speed": float}
        plan = Plan(**{name: kinds[name](value) for name, value in given.items()})
        return bad_day.begin(call.world, plan).progress()
    except (BadDayError, TypeError, ValueError) as error:
        raise ApiError(400, {"error": str(error)}) from error


def progress(call: Call) -> Json:
    return call.world.script.progress() if call.world.script else {"state": "none"}


def show_ledger(call: Call) -> Json:
    """`user` (a handle or an id; the first brand by default) and `since_id`."""
    store = call.world.store
    key = call.parameter("user")
    found = users.find(store, key) if key else users.everybody(store, role="brand")[0]
    since = call.parameter("since_id") or "0"
    if found is None or not since.isdigit():
        raise ApiError(400, {"error": "user is unknown, or since_id is not a number."})
    return ledger(call.world, found, since_id=int(since))


def rotate_secret(call: Call) -> Json:
    """What the developer portal does: a new consumer secret; webhooks are signed and challenged with it from now on."""
    app = apps.rotate_secret(call.world.store, apps.all_apps(call.world.store)[0])
    return {"consumer_key": app.consumer_key, "consumer_secret": app.consumer_secret}


_API = "/sandbox/api"
ENDPOINTS = [
    Endpoint(method="POST", rule=f"{_API}/bad-day", handler=begin, auth="local", status=202),
    Endpoint(method="GET", rule=f"{_API}/bad-day", handler=progress, auth="local"),
    Endpoint(method="POST", rule=f"{_API}/rotate-secret", handler=rotate_secret, auth="local"),
    Endpoint(method="GET", rule=f"{_API}/ledger", handler=show_ledger, auth="local"),
]

"""/sandbox/api: the control API, for tests and scripts on this machine. X has nothing like it."""

import hashlib
from typing import Any

from twitter_integration.sandbox import control, deliveries, messages, posts, rest_v2, users, webhooks
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.apps import all_apps, set_dead
from twitter_integration.sandbox.errors import JSON, ApiError, not_found
from twitter_integration.sandbox.faults import FaultError
from twitter_integration.sandbox.subscriptions import accounts_of, activity_of
from twitter_integration.sandbox.switches import SwitchError
from twitter_integration.sandbox.wire import encode
from twitter_integration.sandbox.world import World
from twitter_integration.sandbox.world import settle as settled


def _bad(error: Exception) -> ApiError:
    return ApiError(400, {"error": str(error)}, content_type=JSON)


def act(call: Call) -> Json:
    try:
        return control.perform(call.world, call.body())
    except control.ControlError as error:
        raise _bad(error) from error


def switch(call: Call) -> Json:
    try:
        for name, value in call.body().items():
            call.world.switches.set(name, value)
    except SwitchError as error:
        raise _bad(error) from error
    call.world.dispatcher.wake()
    return call.world.switches.as_dict()


def fault(call: Call) -> Json:
    """Plan a fault, or kill (`dead_token`) or revive (`live_token`) the tokens of a user."""
    body = call.body()
    kind = str(body.pop("kind", ""))
    if kind in ("dead_token", "live_token"):
        user = users.find(call.world.store, str(body.get("user", "")))
        if user is None:
            raise _bad(ValueError("user is missing or unknown"))
        changed = set_dead(call.world.store, user_id=user.id, dead=kind == "dead_token")
        return {"tokens": changed}
    try:
        planned = call.world.faults.plan(kind, **body)
    except (FaultError, TypeError) as error:
        raise _bad(error) from error
    return {"id": planned.id, "planned": call.world.faults.planned()}


def clear_faults(call: Call) -> Json:
    call.world.faults.clear()
    call.world.limits.reset()
    return {"planned": []}


def deliver(call: Call) -> Json:
    """Send any body, correctly signed, to every valid webhook: `document` (JSON) or `raw` (text)."""
    body = call.body()
    raw = str(body["raw"]).encode() if "raw" in body else encode(body.get("document") or {})
    world = call.world
    made = [
        deliveries.add(world.store, webhook_id=hook.id, account_id=None, dialect="raw", event="raw", body=raw)
        for app in all_apps(world.store)
        for hook in webhooks.owned(world.store, app)
        if hook.valid
    ]
    world.dispatcher.submit(made)
    return {"deliveries": [item.id for item in made]}


def redeliver(call: Call) -> Json:
    """Send a past delivery once more, byte for byte."""
    given = str(call.body().get("id", ""))
    found = deliveries.find(call.world.store, int(given)) if given.isdigit() else None
    if found is None:
        raise _bad(ValueError(f"no delivery {given!r}"))
    again = deliveries.copy(call.world.store, found)
    call.world.dispatcher.submit([again])
    return {"id": again.id}


def settle(call: Call) -> Json:
    """Answer once every delivery is done with, at the latest after `timeout` seconds (10)."""
    timeout = min(float(call.body().get("timeout") or 10), 60)
    return {"settled": settled(call.world, timeout=timeout)}


def state(call: Call) -> Json:
    limit = call.number("limit", default=50, low=1, high=1000)
    world = call.world
    recent = posts.select(world.store, "1", (), limit=limit)
    return {
        "counts": _counts(world),
        "posts": [rest_v2.post_object(world.site, post) for post in recent],
        "messages": _messages(world, limit=limit),
        "deliveries": {
            "counts": deliveries.counts(world.store),
            "log": [deliveries.describe(item) for item in deliveries.latest(world.store, limit=limit)],
        },
        "webhooks": [_hook(world, hook) for app in all_apps(world.store) for hook in webhooks.owned(world.store, app)],
        "activity_subscriptions": [
            {"id": str(row.id), "event_type": row.event_type, "user_id": str(row.user_id or "")}
            for app in all_apps(world.store)
            for row in activity_of(world.store, app)
        ],
        "switches": world.switches.as_dict(),
        "faults": world.faults.planned(),
    }


def _counts(world: World) -> dict[str, int]:
    tables = {
        "posts": "SELECT count(*) FROM post WHERE deleted_ms IS NULL",
        "messages": "SELECT count(*) FROM message WHERE deleted_ms IS NULL",
        "likes": "SELECT count(*) FROM liked",
        "people": "SELECT count(*) FROM person",
    }
    return {name: world.store.number(sql) for name, sql in tables.items()}


def _messages(world: World, *, limit: int) -> list[Json]:
    rows = world.store.rows("SELECT id FROM message WHERE deleted_ms IS NULL ORDER BY id DESC LIMIT ?", (limit,))
    found = [messages.find(world.store, row["id"]) for row in rows]
    return [
        rest_v2.message_object(world.site, item) | {"recipient_id": str(item.recipient_id)} for item in found if item
    ]


def _hook(world: World, hook: webhooks.Webhook) -> dict[str, Any]:
    accounts = [str(user_id) for user_id in accounts_of(world.store, hook)]
    return {"id": str(hook.id), "url": hook.url, "valid": hook.valid, "accounts": accounts}


def version(call: Call) -> Json:
    """A word that changes whenever the page would look different."""
    marks = "SELECT (SELECT max(id) FROM post), (SELECT count(*) FROM post WHERE deleted_ms IS NOT NULL),"
    marks += " (SELECT max(id) FROM message), (SELECT count(*) FROM liked), (SELECT count(*) FROM relation),"
    marks += " (SELECT count(*) FROM post WHERE edited_ms IS NOT NULL),"
    marks += " (SELECT count(*) FROM post WHERE hidden_ms IS NOT NULL), (SELECT count(*) FROM vote),"
    marks += " (SELECT count(*) FROM list), (SELECT max(rowid) FROM list_link), (SELECT count(*) FROM list_link),"
    marks += " (SELECT count(*) FROM media WHERE alt != ''), (SELECT group_concat(value) FROM setting),"
    marks += " (SELECT group_concat(name || bio || picture || banner) FROM person WHERE role = 'brand'),"
    marks += " (SELECT sum(attempts) + max(id) FROM delivery)"
    row = call.world.store.row(marks)
    script = call.world.script.progress() if call.world.script else {}
    words = "-".join(str(value or 0) for value in (*(row or ()), script.get("state")))
    return {"version": hashlib.sha256(words.encode()).hexdigest()[:16]}


def post(call: Call, post_id: str) -> Json:
    """One post in full, by id."""
    found = posts.find(call.world.store, post_id)
    if found is None:
        raise ApiError(404, {"errors": [not_found(post_id, kind="tweet", parameter="id")]})
    return rest_v2.post_object(call.world.site, found)


_API = "/sandbox/api"
ENDPOINTS = [
    Endpoint(method="POST", rule=f"{_API}/act", handler=act, auth="local"),
    Endpoint(method="GET", rule=f"{_API}/state", handler=state, auth="local"),
    Endpoint(method="GET", rule=f"{_API}/version", handler=version, auth="local"),
    Endpoint(method="GET", rule=f"{_API}/posts/<post_id>", handler=post, auth="local"),
    Endpoint(method="POST", rule=f"{_API}/switch", handler=switch, auth="local"),
    Endpoint(method="POST", rule=f"{_API}/fault", handler=fault, auth="local"),
    Endpoint(method="DELETE", rule=f"{_API}/fault", handler=clear_faults, auth="local"),
    Endpoint(method="POST", rule=f"{_API}/deliver", handler=deliver, auth="local"),
    Endpoint(method="POST", rule=f"{_API}/redeliver", handler=redeliver, auth="local"),
    Endpoint(method="POST", rule=f"{_API}/settle", handler=settle, auth="local"),
]

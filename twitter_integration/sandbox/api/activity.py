"""/2/activity/subscriptions: X Activity, one row per event type and user."""

from twitter_integration.sandbox import scopes, subscriptions, users, webhooks
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.errors import forbidden, invalid, refused
from twitter_integration.sandbox.event_types import PRIVATE, PUBLIC
from twitter_integration.sandbox.ids import iso_time
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.subscriptions import ActivitySubscription

SUBSCRIBE = Quota(quarter=500)
ROWS_PER_TIER = {"self-serve": 1500, "premium": 1500, "enterprise": 75_000}


def row_object(row: ActivitySubscription) -> Json:
    wanted = {
        "user_id": str(row.user_id) if row.user_id else "",
        "direction": row.direction,
        "keyword": row.keyword,
    }
    optional = {"tag": row.tag, "webhook_id": str(row.webhook_id) if row.webhook_id else ""}
    return {
        "subscription_id": str(row.id),
        "event_type": row.event_type,
        "filter": {key: value for key, value in wanted.items() if value},
        "created_at": iso_time(row.created_ms),
        "updated_at": iso_time(row.updated_ms),
        **{key: value for key, value in optional.items() if value},
    }


def create(call: Call) -> Json:
    body, world = call.body(), call.world
    event_type, wanted = str(body.get("event_type", "")), body.get("filter")
    if event_type not in PRIVATE | PUBLIC:
        raise invalid(f"$.event_type: {event_type!r} is not a known event type")
    if not isinstance(wanted, dict):
        raise invalid("$.filter: is required")
    user_id = _filtered_user(call, event_type, wanted)
    if len(subscriptions.activity_of(world.store, call.client)) >= ROWS_PER_TIER[world.switches.tier]:
        raise refused("SubscriptionLimitExceeded", "the app has all the subscriptions it may have")
    direction = str(wanted.get("direction", ""))
    if direction not in ("", "inbound", "outbound"):
        raise invalid("$.filter.direction: is inbound or outbound")
    row = subscriptions.add_activity(
        world.store,
        world.ids,
        app=call.client,
        event_type=event_type,
        user_id=user_id,
        direction=direction,
        keyword=str(wanted.get("keyword", "")),
        tag=_tag(body),
        webhook_id=_webhook(call, body),
    )
    if subscriptions.same_activity(world.store, row) > 1:
        subscriptions.remove_activity(world.store, row)
        raise refused("DuplicateSubscriptionFailed", "such a subscription exists already")
    return {"data": _answer(call, row_object(row)), "meta": _meta(call)}


def _answer(call: Call, made: Json) -> Json | list[Json]:
    """In the form the switch names: X's schema and its pages show three."""
    shapes: dict[str, Json | list[Json]] = {"subscription": {"subscription": made}, "array": [made], "flat": made}
    return shapes[call.world.switches.activity_answer]


def _filtered_user(call: Call, event_type: str, wanted: Json) -> int | None:
    """The user filtered for; private event types only for the user who makes the call."""
    given = str(wanted.get("user_id", ""))
    if not given:
        if event_type in ("oauth.revoke", "news.new"):
            return call.user.id if call.user else None
        raise invalid("$.filter.user_id: is required")
    found = users.find(call.world.store, given) if given.isdigit() else None
    if found is None:
        raise invalid(f"$.filter.user_id: no user {given}")
    if event_type in PRIVATE and (call.user is None or call.user.id != found.id):
        raise forbidden(f"{event_type} is private: it takes the user's own authentication.")
    if call.scope is not None:
        scopes.check_scopes(call.scope, frozenset({scopes.needed_for_event(event_type)}))
    return found.id


def _tag(body: Json) -> str:
    tag = str(body.get("tag") or "")
    if len(tag) > 200:
        raise invalid("$.tag: has at most 200 characters")
    return tag


def _webhook(call: Call, body: Json) -> int | None:
    given = body.get("webhook_id")
    if not given:
        return None
    found = webhooks.find(call.world.store, str(given), app=call.client)
    if found is None:
        raise refused("WebhookIdInvalid", f"no webhook {given} belongs to this app")
    return found.id


def _meta(call: Call) -> Json:
    return {"total_subscriptions": len(subscriptions.activity_of(call.world.store, call.client))}


def show_all(call: Call) -> Json:
    limit = call.number("max_results", default=100, low=1, high=1000)
    token = call.parameter("pagination_token")
    start = int(token) if token.isdigit() else 0
    rows = [row for row in subscriptions.activity_of(call.world.store, call.client) if row.id > start]
    meta = _meta(call) | {"result_count": min(len(rows), limit)}
    if len(rows) > limit:
        meta["next_token"] = str(rows[limit - 1].id)
    return {"data": [row_object(row) for row in rows[:limit]], "meta": meta}


def _row(call: Call, subscription_id: str) -> ActivitySubscription:
    found = subscriptions.find_activity(call.world.store, subscription_id, app=call.client)
    if found is None:
        raise refused("SubscriptionNotFound", f"no subscription {subscription_id} belongs to this app")
    return found


def change(call: Call, subscription_id: str) -> Json:
    row, body = _row(call, subscription_id), call.body()
    tag = _tag(body) if "tag" in body else row.tag
    webhook_id = _webhook(call, body) if "webhook_id" in body else row.webhook_id
    subscriptions.change_activity(call.world.store, row, tag=tag, webhook_id=webhook_id)
    return {"data": {"subscription": row_object(_row(call, subscription_id)), **_meta(call)}}


def remove(call: Call, subscription_id: str) -> Json:
    subscriptions.remove_activity(call.world.store, _row(call, subscription_id))
    return {"data": {"deleted": True}, "meta": _meta(call)}


def remove_many(call: Call) -> Json:
    removed: list[Json] = []
    errors: list[Json] = []
    for subscription_id in filter(None, call.parameter("ids").split(",")):
        row = subscriptions.find_activity(call.world.store, subscription_id, app=call.client)
        if row is None:
            errors.append(
                {"subscription_id": subscription_id, "reason": "SubscriptionNotFound", "message": "not found"}
            )
            continue
        subscriptions.remove_activity(call.world.store, row)
        removed.append({"subscription_id": subscription_id, "deleted": True})
    return {"data": removed, "meta": _meta(call)} | ({"errors": errors} if errors else {})


_PATH = "/2/activity/subscriptions"
ENDPOINTS = [
    Endpoint(method="POST", rule=_PATH, handler=create, auth="either", quota=SUBSCRIBE),
    Endpoint(method="GET", rule=_PATH, handler=show_all, auth="either", quota=SUBSCRIBE),
    Endpoint(method="PUT", rule=f"{_PATH}/<subscription_id>", handler=change, auth="app", quota=SUBSCRIBE),
    Endpoint(method="DELETE", rule=f"{_PATH}/<subscription_id>", handler=remove, auth="app", quota=SUBSCRIBE),
    Endpoint(method="DELETE", rule=_PATH, handler=remove_many, auth="app", quota=SUBSCRIBE),
]

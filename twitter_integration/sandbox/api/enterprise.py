"""/1.1/account_activity/webhooks and …/subscriptions: the enterprise registration, by webhook id.

The same webhooks as API v2's. Other tiers get code 200 (premium) or 453 (self-serve).
"""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import replaying, rules, subscriptions, webhooks
from twitter_integration.sandbox.api import registration, v1
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.api.registration import FEW, MANY
from twitter_integration.sandbox.api.webhooks import ACCOUNTS_PER_TIER, WEBHOOKS_PER_TIER
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.ids import iso_time
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.replaying import ReplayError
from twitter_integration.sandbox.webhooks import Webhook

REPLAY_CODES = {
    "missing": (400, 357),
    "unreadable": (400, 358),
    "order": (400, 368),
    "too_recent": (400, 356),
    "too_old": (400, 356),
    "challenge": (400, 214),
    "running": (409, 355),
}


def _hooks(call: Call) -> list[Webhook]:
    rules.require_v1(call.world)
    if call.world.switches.tier != "enterprise":
        raise legacy(403, 200, "Forbidden.")
    return webhooks.owned(call.world.store, call.client, environment="")


def _one(call: Call, webhook_id: str) -> Webhook:
    for hook in _hooks(call):
        if str(hook.id) == webhook_id:
            return hook
    raise v1.missing()


def register(call: Call) -> Json:
    most = WEBHOOKS_PER_TIER["enterprise"]
    return _dated(registration.register(call, environment="", existing=_hooks(call), most=most))


def _dated(hook: Webhook) -> Json:
    """Enterprise names the field `created_at` and writes it `2025-06-15T15:06:40Z`."""
    when = iso_time(hook.created_ms).replace(".000Z", "Z")
    return {"id": str(hook.id), "url": hook.url, "valid": hook.valid, "created_at": when}


def show(call: Call) -> Response:
    return v1.array([_dated(hook) for hook in _hooks(call)])


def recheck(call: Call, webhook_id: str) -> Response:
    return registration.recheck(call, _one(call, webhook_id))


def remove(call: Call, webhook_id: str) -> Response:
    webhooks.remove(call.world.store, _one(call, webhook_id))
    return v1.done()


def subscribe(call: Call, webhook_id: str) -> Response:
    return registration.subscribe(call, _one(call, webhook_id), most=ACCOUNTS_PER_TIER["enterprise"])


def is_subscribed(call: Call, webhook_id: str) -> Response:
    return registration.is_subscribed(call, _one(call, webhook_id))


def unsubscribe_self(call: Call, webhook_id: str) -> Response:
    return registration.unsubscribe(call, _one(call, webhook_id), user_id=str(call.caller.id))


def unsubscribe(call: Call, *, webhook_id: str, user_id: str) -> Response:
    return registration.unsubscribe(call, _one(call, webhook_id), user_id=user_id)


def show_subscriptions(call: Call, webhook_id: str) -> Json:
    hook = _one(call, webhook_id)
    return {
        "webhook_id": str(hook.id),
        "webhook_url": hook.url,
        "application_id": str(call.client.id),
        "subscriptions": registration.rows(call, hook),
    }


def count(call: Call) -> Json:
    _hooks(call)
    return {
        "account_name": call.client.name,
        "subscriptions_count_all": str(subscriptions.count_accounts(call.world.store, call.client)),
        "subscriptions_count_direct_messages": "0",
        "provisioned_count": str(ACCOUNTS_PER_TIER["enterprise"]),
    }


def replay(call: Call, webhook_id: str) -> Json:
    hook = _one(call, webhook_id)
    try:
        window = replaying.read_window(
            call.world, call.parameter("from_date"), call.parameter("to_date"), back=replaying.DAYS_V1
        )
        job = replaying.begin(call.world, hook, window)
    except ReplayError as error:
        status, code = REPLAY_CODES[error.kind]
        raise legacy(status, code, str(error)) from error
    return {"job_id": str(job.id), "created_at": iso_time(job.created_ms).replace(".000Z", "Z")}


_BASE = "/1.1/account_activity"
_HOOKS = f"{_BASE}/webhooks"
_ALL = f"{_HOOKS}/<webhook_id>/subscriptions/all"
_ONE_USER = f"{_HOOKS}/<webhook_id>/subscriptions/<user_id>/all.json"
_REPLAY = f"{_BASE}/replay/webhooks/<webhook_id>/subscriptions/all.json"
ENDPOINTS = [
    Endpoint(method="POST", rule=f"{_HOOKS}.json", handler=register, auth="user", quota=FEW),
    Endpoint(method="GET", rule=f"{_HOOKS}.json", handler=show, auth="app", quota=FEW),
    Endpoint(method="PUT", rule=f"{_HOOKS}/<webhook_id>.json", handler=recheck, auth="either", quota=FEW),
    Endpoint(method="DELETE", rule=f"{_HOOKS}/<webhook_id>.json", handler=remove, auth="user", quota=FEW),
    Endpoint(method="POST", rule=f"{_ALL}.json", handler=subscribe, auth="user", quota=MANY),
    Endpoint(method="GET", rule=f"{_ALL}.json", handler=is_subscribed, auth="user", quota=MANY),
    Endpoint(method="DELETE", rule=f"{_ALL}.json", handler=unsubscribe_self, auth="user", quota=MANY),
    Endpoint(method="GET", rule=f"{_ALL}/list.json", handler=show_subscriptions, auth="app", quota=Quota(quarter=50)),
    Endpoint(method="DELETE", rule=_ONE_USER, handler=unsubscribe, auth="app", quota=MANY),
    Endpoint(method="GET", rule=f"{_BASE}/subscriptions/count.json", handler=count, auth="app", quota=FEW),
    Endpoint(method="POST", rule=_REPLAY, handler=replay, auth="app", quota=Quota(quarter=5), status=202),
]

"""/1.1/account_activity/all/:environment: the premium registration of old, for apps whose tier still has it.

Answers are v1.1's: codes 34, 200, 214, 355; 204 without a body. Self-serve apps get 453.
"""

import json

from werkzeug.wrappers import Response

from twitter_integration.sandbox import rules, subscriptions, webhooks
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.errors import JSON, legacy
from twitter_integration.sandbox.ids import iso_time
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.webhooks import ChallengeError, Webhook

FEW = Quota(quarter=15)
MANY = Quota(quarter=500)
MOST_ACCOUNTS = 15
CRC_SECONDS = 3.0
"""v1.1's time limit for a challenge; v2 allows ten seconds."""


def hook_object(webhook: Webhook) -> Json:
    """`created_timestamp` as recorded: `2020-03-23 06:50:00 +0000`."""
    when = iso_time(webhook.created_ms).replace("T", " ").replace(".000Z", " +0000")
    return {"id": str(webhook.id), "url": webhook.url, "valid": webhook.valid, "created_timestamp": when}


def _environment(call: Call, environment: str) -> str:
    """The label must be the app's own, in its exact spelling."""
    rules.require_v1(call.world)
    if environment != call.client.environment:
        raise legacy(403, 200, "Forbidden.")
    return environment


def _hooks(call: Call, environment: str) -> list[Webhook]:
    return webhooks.owned(call.world.store, call.client, environment=_environment(call, environment))


def _missing() -> Exception:
    return legacy(404, 34, "Sorry, that page does not exist.")


def _done() -> Response:
    return Response(status=204)


def register(call: Call, environment: str) -> Json:
    existing, url, world = _hooks(call, environment), call.parameter("url"), call.world
    if webhooks.url_problem(url, strict=world.switches.strict_urls):
        raise legacy(403, 214, "Webhook URL does not meet the requirements.")
    if existing:
        raise legacy(403, 214, "Too many resources already created.")
    try:
        webhooks.challenge(call.client, url, timeout=min(CRC_SECONDS, world.switches.crc_timeout))
    except ChallengeError as error:
        raise legacy(403, 214, str(error)) from error
    made = webhooks.register(world.store, world.ids, app=call.client, url=url, environment=environment)
    return hook_object(made)


def show(call: Call, environment: str) -> Response:
    return _array([hook_object(hook) for hook in _hooks(call, environment)])


def _array(items: list[Json]) -> Response:
    return Response(json.dumps(items), content_type=JSON)


def show_environments(call: Call) -> Json:
    rules.require_v1(call.world)
    label = call.client.environment
    hooks = [hook_object(hook) for hook in webhooks.owned(call.world.store, call.client, environment=label)]
    return {"environments": [{"environment_name": label, "webhooks": hooks}]}


def _one(call: Call, environment: str, webhook_id: str) -> Webhook:
    for hook in _hooks(call, environment):
        if str(hook.id) == webhook_id:
            return hook
    raise _missing()


def recheck(call: Call, *, environment: str, webhook_id: str) -> Response:
    hook = _one(call, environment, webhook_id)
    reason = webhooks.recheck(call.world.store, hook, timeout=CRC_SECONDS)
    if reason:
        raise legacy(403, 214, reason)
    return _done()


def remove(call: Call, *, environment: str, webhook_id: str) -> Response:
    webhooks.remove(call.world.store, _one(call, environment, webhook_id))
    return _done()


def _only(call: Call, environment: str) -> Webhook:
    """The environment's one webhook."""
    hooks = _hooks(call, environment)
    if not hooks:
        raise _missing()
    return hooks[0]


def subscribe(call: Call, environment: str) -> Response:
    hook, store = _only(call, environment), call.world.store
    if len(subscriptions.accounts_of(store, hook)) >= MOST_ACCOUNTS:
        raise legacy(403, 214, "Too many resources already created.")
    if not subscriptions.subscribe_account(store, hook, user_id=call.caller.id):
        raise legacy(409, 355, "Subscription already exists.")
    return _done()


def is_subscribed(call: Call, environment: str) -> Response:
    hook = _only(call, environment)
    if not subscriptions.is_subscribed(call.world.store, hook, user_id=call.caller.id):
        raise _missing()
    return _done()


def unsubscribe_self(call: Call, environment: str) -> Response:
    return _unsubscribe(call, environment, user_id=call.caller.id)


def unsubscribe(call: Call, *, environment: str, user_id: str) -> Response:
    return _unsubscribe(call, environment, user_id=int(user_id) if user_id.isdigit() else 0)


def _unsubscribe(call: Call, environment: str, *, user_id: int) -> Response:
    if not subscriptions.unsubscribe_account(call.world.store, _only(call, environment), user_id=user_id):
        raise _missing()
    return _done()


def show_subscriptions(call: Call, environment: str) -> Json:
    hook = _only(call, environment)
    accounts = subscriptions.accounts_of(call.world.store, hook)
    return {
        "environment": environment,
        "application_id": str(call.client.id),
        "subscriptions": [{"user_id": str(user_id)} for user_id in accounts],
    }


def count(call: Call) -> Json:
    rules.require_v1(call.world)
    used = subscriptions.count_accounts(call.world.store, call.client)
    return {
        "account_name": call.client.name,
        "subscriptions_count": str(used),
        "provisioned_count": str(MOST_ACCOUNTS),
    }


_ALL = "/1.1/account_activity/all"
_ENV = f"{_ALL}/<environment>"
ENDPOINTS = [
    Endpoint(method="GET", rule=f"{_ALL}/webhooks.json", handler=show_environments, auth="either", quota=FEW),
    Endpoint(method="GET", rule=f"{_ALL}/subscriptions/count.json", handler=count, auth="app", quota=FEW),
    Endpoint(method="GET", rule=f"{_ALL}/count.json", handler=count, auth="app", quota=FEW),
    Endpoint(method="POST", rule=f"{_ENV}/webhooks.json", handler=register, auth="user", quota=FEW),
    Endpoint(method="GET", rule=f"{_ENV}/webhooks.json", handler=show, auth="either", quota=FEW),
    Endpoint(method="PUT", rule=f"{_ENV}/webhooks/<webhook_id>.json", handler=recheck, auth="either", quota=FEW),
    Endpoint(method="DELETE", rule=f"{_ENV}/webhooks/<webhook_id>.json", handler=remove, auth="user", quota=FEW),
    Endpoint(method="POST", rule=f"{_ENV}/subscriptions.json", handler=subscribe, auth="user", quota=MANY),
    Endpoint(method="GET", rule=f"{_ENV}/subscriptions.json", handler=is_subscribed, auth="user", quota=MANY),
    Endpoint(method="DELETE", rule=f"{_ENV}/subscriptions.json", handler=unsubscribe_self, auth="user", quota=MANY),
    Endpoint(method="GET", rule=f"{_ENV}/subscriptions/list.json", handler=show_subscriptions, auth="app", quota=MANY),
    Endpoint(method="DELETE", rule=f"{_ENV}/subscriptions/<user_id>.json", handler=unsubscribe, auth="app", quota=MANY),
]

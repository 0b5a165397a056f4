"""/1.1/account_activity/all/:environment: the premium registration of old, for apps whose tier still has it.

Answers are v1.1's: codes 34, 200, 214, 355; 204 without a body. Self-serve apps get 453.
"""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import rules, subscriptions, webhooks
from twitter_integration.sandbox.api import registration, v1
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.api.registration import FEW, MANY
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.webhooks import Webhook

MOST_ACCOUNTS = 15


def _environment(call: Call, environment: str) -> str:
    """The label must be the app's own, in its exact spelling."""
    rules.require_v1(call.world)
    if environment != call.client.environment:
        raise legacy(403, 200, "Forbidden.")
    return environment


def _hooks(call: Call, environment: str) -> list[Webhook]:
    return webhooks.owned(call.world.store, call.client, environment=_environment(call, environment))


def register(call: Call, environment: str) -> Json:
    existing = _hooks(call, environment)
    return registration.hook_object(registration.register(call, environment=environment, existing=existing, most=1))


def show(call: Call, environment: str) -> Response:
    return v1.array([registration.hook_object(hook) for hook in _hooks(call, environment)])


def show_environments(call: Call) -> Json:
    rules.require_v1(call.world)
    label = call.client.environment
    hooks = [
        registration.hook_object(hook) for hook in webhooks.owned(call.world.store, call.client, environment=label)
    ]
    return {"environments": [{"environment_name": label, "webhooks": hooks}]}


def _one(call: Call, environment: str, webhook_id: str) -> Webhook:
    for hook in _hooks(call, environment):
        if str(hook.id) == webhook_id:
            return hook
    raise v1.missing()


def recheck(call: Call, *, environment: str, webhook_id: str) -> Response:
    return registration.recheck(call, _one(call, environment, webhook_id))


def remove(call: Call, *, environment: str, webhook_id: str) -> Response:
    webhooks.remove(call.world.store, _one(call, environment, webhook_id))
    return v1.done()


def _only(call: Call, environment: str) -> Webhook:
    """The environment's one webhook."""
    hooks = _hooks(call, environment)
    if not hooks:
        raise v1.missing()
    return hooks[0]


def subscribe(call: Call, environment: str) -> Response:
    return registration.subscribe(call, _only(call, environment), most=MOST_ACCOUNTS)


def is_subscribed(call: Call, environment: str) -> Response:
    return registration.is_subscribed(call, _only(call, environment))


def unsubscribe_self(call: Call, environment: str) -> Response:
    return registration.unsubscribe(call, _only(call, environment), user_id=str(call.caller.id))


def unsubscribe(call: Call, *, environment: str, user_id: str) -> Response:
    return registration.unsubscribe(call, _only(call, environment), user_id=user_id)


def show_subscriptions(call: Call, environment: str) -> Json:
    hook = _only(call, environment)
    return {
        "environment": environment,
        "application_id": str(call.client.id),
        "subscriptions": registration.rows(call, hook),
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
    # What twitter-webhooks asks for the count.
    Endpoint(
        method="GET",
        rule="/1.1/account_activity/subscriptions/list.json",
        handler=count,
        auth="app",
        quota=FEW,
    ),
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

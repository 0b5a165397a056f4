"""/2/webhooks and /2/account_activity: registrations with a real challenge, and who is subscribed."""

from twitter_integration.sandbox import replaying, subscriptions, webhooks
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.errors import refused
from twitter_integration.sandbox.ids import iso_time
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.replaying import ReplayError
from twitter_integration.sandbox.webhooks import ChallengeError, Webhook
from twitter_integration.sandbox.world import challenge_terms

MANY = Quota(quarter=450)
SUBSCRIBE = Quota(quarter=500)
WEBHOOKS_PER_TIER = {"self-serve": 1, "premium": 3, "enterprise": 5}
ACCOUNTS_PER_TIER = {"self-serve": 3, "premium": 15, "enterprise": 5000}


def webhook_object(webhook: Webhook) -> Json:
    return {
        "id": str(webhook.id),
        "url": webhook.url,
        "valid": webhook.valid,
        "created_at": iso_time(webhook.created_ms),
    }


def create(call: Call) -> Json:
    url = call.body().get("url")
    world = call.world
    if not isinstance(url, str):
        raise refused("UrlValidationFailed", "the URL is missing")
    fault = webhooks.url_problem(url, strict=world.switches.strict_urls)
    if fault:
        raise refused("UrlValidationFailed", fault)
    owned = webhooks.owned(world.store, call.client)
    if any(item.url == url for item in owned):
        raise refused("DuplicateUrlFailed", "a webhook with this URL exists already")
    most = WEBHOOKS_PER_TIER[world.switches.tier]
    if len(owned) >= most:
        raise refused("WebhookLimitExceeded", f"the app may have {most}")
    try:
        webhooks.challenge(call.client, url, challenge_terms(world))
    except ChallengeError as error:
        raise refused("CrcValidationFailed", str(error)) from error
    return {"data": webhook_object(webhooks.register(world.store, world.ids, app=call.client, url=url))}


def show_all(call: Call) -> Json:
    data = [webhook_object(item) for item in webhooks.owned(call.world.store, call.client)]
    return {"data": data, "meta": {"result_count": len(data)}}


def _owned(call: Call, webhook_id: str) -> Webhook:
    found = webhooks.find(call.world.store, webhook_id, app=call.client)
    if found is None:
        raise refused("WebhookIdInvalid", f"no webhook {webhook_id} belongs to this app")
    return found


def validate(call: Call, webhook_id: str) -> Json:
    found = _owned(call, webhook_id)
    reason = webhooks.recheck(call.world.store, found, challenge_terms(call.world))
    if reason:
        raise refused("CrcValidationFailed", reason)
    return {"data": {"valid": True}}


def remove(call: Call, webhook_id: str) -> Json:
    webhooks.remove(call.world.store, _owned(call, webhook_id))
    return {"data": {"deleted": True}}


def replay(call: Call) -> Json:
    body, world = call.body(), call.world
    webhook = _owned(call, str(body.get("webhook_id", "")))
    dates = str(body.get("from_date") or ""), str(body.get("to_date") or "")
    try:
        window = replaying.read_window(world, *dates, back=replaying.DAYS_V2)
        job = replaying.begin(world, webhook, window)
    except ReplayError as error:
        reasons = {"running": "ReplayConflictError", "challenge": "CrcValidationFailed"}
        raise refused(reasons.get(error.kind, "QueryParamInvalid"), str(error)) from error
    return {"data": {"job_id": str(job.id), "created_at": iso_time(job.created_ms)}}


def subscribe(call: Call, webhook_id: str) -> Json:
    webhook, world = _owned(call, webhook_id), call.world
    if subscriptions.is_subscribed(world.store, webhook, user_id=call.caller.id):
        raise refused("DuplicateSubscriptionFailed", "the user is subscribed already")
    most = ACCOUNTS_PER_TIER[world.switches.tier]
    if subscriptions.count_accounts(world.store, call.client) >= most:
        raise refused("SubscriptionLimitExceeded", f"the app may have {most}")
    subscriptions.subscribe_account(world.store, webhook, user_id=call.caller.id)
    return {"data": {"subscribed": True}}


def is_subscribed(call: Call, webhook_id: str) -> Json:
    webhook = _owned(call, webhook_id)
    yes = subscriptions.is_subscribed(call.world.store, webhook, user_id=call.caller.id)
    return {"data": {"subscribed": yes}}


def show_subscriptions(call: Call, webhook_id: str) -> Json:
    webhook = _owned(call, webhook_id)
    accounts = subscriptions.accounts_of(call.world.store, webhook)
    return {
        "data": {
            "application_id": str(call.client.id),
            "webhook_id": str(webhook.id),
            "webhook_url": webhook.url,
            "subscriptions": [{"user_id": str(user_id)} for user_id in accounts],
        }
    }


def unsubscribe(call: Call, *, webhook_id: str, user_id: str) -> Json:
    webhook = _owned(call, webhook_id)
    number = int(user_id) if user_id.isdigit() else 0
    if not subscriptions.unsubscribe_account(call.world.store, webhook, user_id=number):
        raise refused("SubscriptionNotFound", f"user {user_id} is not subscribed")
    return {"data": {"subscribed": False}}


def count(call: Call) -> Json:
    used = subscriptions.count_accounts(call.world.store, call.client)
    return {
        "data": {
            "account_name": call.client.name,
            "provisioned_count": str(ACCOUNTS_PER_TIER[call.world.switches.tier]),
            "subscriptions_count_all": str(used),
            "subscriptions_count_direct_messages": "0",
        }
    }


_ACCOUNT = "/2/account_activity/webhooks/<webhook_id>/subscriptions"
ENDPOINTS = [
    Endpoint(method="POST", rule="/2/webhooks", handler=create, auth="either", quota=MANY),
    Endpoint(method="GET", rule="/2/webhooks", handler=show_all, auth="either", quota=MANY),
    Endpoint(method="POST", rule="/2/webhooks/replay", handler=replay, auth="app", quota=Quota(quarter=100)),
    Endpoint(method="PUT", rule="/2/webhooks/<webhook_id>", handler=validate, auth="either", quota=MANY),
    Endpoint(method="DELETE", rule="/2/webhooks/<webhook_id>", handler=remove, auth="either", quota=MANY),
    Endpoint(method="POST", rule=f"{_ACCOUNT}/all", handler=subscribe, auth="user", quota=SUBSCRIBE),
    Endpoint(method="GET", rule=f"{_ACCOUNT}/all", handler=is_subscribed, auth="user", quota=SUBSCRIBE),
    Endpoint(method="GET", rule=f"{_ACCOUNT}/all/list", handler=show_subscriptions, auth="app", quota=SUBSCRIBE),
    Endpoint(method="DELETE", rule=f"{_ACCOUNT}/<user_id>/all", handler=unsubscribe, auth="app", quota=SUBSCRIBE),
    Endpoint(method="GET", rule="/2/account_activity/subscriptions/count", handler=count, auth="app"),
]

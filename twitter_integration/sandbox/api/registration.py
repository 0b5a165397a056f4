"""What both v1.1 registrations (premium, enterprise) share: webhook objects, the challenge, answers, refusals."""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import subscriptions, webhooks
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.errors import ApiError, legacy
from twitter_integration.sandbox.ids import iso_time
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.webhooks import ChallengeError, Webhook
from twitter_integration.sandbox.world import challenge_terms

FEW = Quota(quarter=15)
MANY = Quota(quarter=500)
CRC_SECONDS = 3.0
"""v1.1's time limit for a challenge; v2 allows ten seconds."""


def hook_object(webhook: Webhook) -> Json:
    """`created_timestamp` as recorded: `2020-03-23 06:50:00 +0000`."""
    when = iso_time(webhook.created_ms).replace("T", " ").replace(".000Z", " +0000")
    return {"id": str(webhook.id), "url": webhook.url, "valid": webhook.valid, "created_timestamp": when}


def too_many() -> ApiError:
    return legacy(403, 214, "Too many resources already created.")


def register(call: Call, *, environment: str, existing: list[Webhook], most: int) -> Webhook:
    """Check the address, challenge it, keep it; code 214 with X's words otherwise."""
    url, world = call.parameter("url"), call.world
    if webhooks.url_problem(url, strict=world.switches.strict_urls):
        raise legacy(403, 214, "Webhook URL does not meet the requirements.")
    if len(existing) >= most or any(hook.url == url for hook in existing):
        raise too_many()
    try:
        webhooks.challenge(call.client, url, challenge_terms(world, longest=CRC_SECONDS))
    except ChallengeError as error:
        raise legacy(403, 214, str(error)) from error
    return webhooks.register(world.store, world.ids, app=call.client, url=url, environment=environment)


def recheck(call: Call, hook: Webhook) -> Response:
    reason = webhooks.recheck(call.world.store, hook, challenge_terms(call.world, longest=CRC_SECONDS))
    if reason:
        raise legacy(403, 214, reason)
    return v1.done()


def subscribe(call: Call, hook: Webhook, *, most: int) -> Response:
    store = call.world.store
    if not subscriptions.is_subscribed(store, hook, user_id=call.caller.id):
        if len(subscriptions.accounts_of(store, hook)) >= most:
            raise too_many()
        subscriptions.subscribe_account(store, hook, user_id=call.caller.id)
        return v1.done()
    raise legacy(409, 355, "Subscription already exists.")


def is_subscribed(call: Call, hook: Webhook) -> Response:
    if not subscriptions.is_subscribed(call.world.store, hook, user_id=call.caller.id):
        raise v1.missing()
    return v1.done()


def unsubscribe(call: Call, hook: Webhook, *, user_id: str) -> Response:
    number = int(user_id) if user_id.isdigit() else 0
    if not subscriptions.unsubscribe_account(call.world.store, hook, user_id=number):
        raise v1.missing()
    return v1.done()


def rows(call: Call, hook: Webhook) -> list[Json]:
    return [{"user_id": str(user_id)} for user_id in subscriptions.accounts_of(call.world.store, hook)]

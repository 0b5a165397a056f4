"""The little of v1.1 that clients still ask for in passing: who am I, and users by id."""

import json

from werkzeug.wrappers import Response

from twitter_integration.sandbox import rules, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.classic_users import user_object
from twitter_integration.sandbox.errors import JSON, legacy
from twitter_integration.sandbox.limits import Quota


def verify_credentials(call: Call) -> Json:
    rules.require_v1(call.world)
    return user_object(call.world.site, call.caller)


def lookup(call: Call) -> Response:
    """`user_id` or `screen_name`, separated by commas; code 17 when nobody is found."""
    rules.require_v1(call.world)
    asked = ",".join([call.parameter("user_id"), call.parameter("screen_name")]).split(",")
    found = [user for key in asked[:100] if key and (user := users.find(call.world.store, key))]
    if not found:
        raise legacy(404, 17, "No user matches for specified terms.")
    return Response(json.dumps([user_object(call.world.site, user) for user in found]), content_type=JSON)


ENDPOINTS = [
    Endpoint(
        method="GET",
        rule="/1.1/account/verify_credentials.json",
        handler=verify_credentials,
        auth="user",
        quota=Quota(quarter=75),
    ),
    Endpoint(method="GET", rule="/1.1/users/lookup.json", handler=lookup, auth="either", quota=Quota(quarter=900)),
    Endpoint(method="POST", rule="/1.1/users/lookup.json", handler=lookup, auth="either", quota=Quota(quarter=900)),
]

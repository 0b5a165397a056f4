"""Calls X once had and took away: collections, v1.1's searches. They answer 410, code 251, whatever is asked."""

from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.limits import Quota

GONE = ("collections/<path:rest>", "search/tweets", "users/search", "geo/search")


def gone(call: Call, rest: str = "") -> Json:
    raise legacy(410, 251, "This endpoint has been retired and should not be used.")


ENDPOINTS = [
    v1.endpoint(method, path, gone, auth="either", quota=Quota(quarter=900))
    for path in GONE
    for method in ("GET", "POST")
]

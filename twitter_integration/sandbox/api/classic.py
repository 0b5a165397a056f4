"""/1.1/account/verify_credentials and /1.1/users: who am I, users by id and name, reporting."""

from werkzeug.wrappers import Response

from twitter_integration.sandbox import relations, users
from twitter_integration.sandbox.api import v1
from twitter_integration.sandbox.api.endpoint import Call, Json
from twitter_integration.sandbox.errors import legacy
from twitter_integration.sandbox.world import finish_echo


def verify_credentials(call: Call) -> Json:
    mail = {"email": f"{call.caller.handle}@mail.example"} if call.flag("include_email") else {}
    return v1.person(call, call.caller) | mail


def show_one(call: Call) -> Json:
    return v1.person(call, v1.named(call))


def lookup(call: Call) -> Response:
    """`user_id` or `screen_name`, separated by commas; code 17 when nobody is found."""
    asked = ",".join([call.parameter("user_id"), call.parameter("screen_name")]).split(",")
    found = [user for key in asked[:100] if key and (user := users.find(call.world.store, key))]
    if not found:
        raise legacy(404, 17, "No user matches for specified terms.")
    return v1.array([v1.person(call, user) for user in found])


def report(call: Call) -> Json:
    """As spam; with `perform_block`, as it is unless said otherwise, also blocked."""
    target = v1.named(call)
    if target.id == call.caller.id:
        raise legacy(403, 36, "You cannot report yourself for spam.")
    relations.begin(call.world, "report", source=call.caller, target=target, app=call.client)
    if call.parameter("perform_block").lower() not in ("false", "f", "0"):
        jobs = relations.begin(call.world, "block", source=call.caller, target=target, app=call.client)
        finish_echo(call.world, jobs)
    return v1.person(call, target)


ENDPOINTS = [
    v1.endpoint("GET", "account/verify_credentials", verify_credentials, quota=v1.SOME),
    v1.endpoint("GET", "users/show", show_one, auth="either", quota=v1.MANY),
    v1.endpoint("GET", "users/lookup", lookup, auth="either", quota=v1.MANY),
    v1.endpoint("POST", "users/lookup", lookup, auth="either", quota=v1.MANY),
    v1.endpoint("POST", "users/report_spam", report, quota=v1.FEW),
]

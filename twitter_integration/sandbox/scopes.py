"""What a call asks of its token: scopes of OAuth 2.0, and the app's permission level of OAuth 1.0a."""

import re

from twitter_integration.sandbox.errors import PROBLEMS, ApiError, Json

READ = "tweet.read users.read"
MESSAGES = "dm.read tweet.read users.read"
LISTS = "list.read tweet.read users.read"
_TABLE = tuple(
    (method, re.compile(pattern), frozenset(scopes.split()))
    for method, pattern, scopes in (
        ("GET", r"/2/dm_", MESSAGES),
        (".*", r"/2/dm_", f"dm.write {MESSAGES}"),
        ("GET", r"/1\.1/(direct_messages|ton)/", MESSAGES),
        (".*", r"/1\.1/direct_messages/", f"dm.write {MESSAGES}"),
        (
            "POST",
            r"/1\.1/(statuses/(?!lookup)|favorites|friendships|blocks|mutes|lists|account/[rsu])",
            f"tweet.write {READ}",
        ),
        ("POST", r"/1\.1/users/report_spam", f"tweet.write {READ}"),
        (".*", r"/(2|1\.1)/account_activity/.*subscriptions", f"dm.write {MESSAGES}"),
        ("POST|PUT|DELETE", r"/1\.1/account_activity/", f"tweet.write {READ}"),
        (".*", r"/2/media/(upload|metadata)", "media.write"),
        ("POST", r"/1\.1/media/", "media.write"),
        ("PUT", r"/2/users/me", f"tweet.write {READ}"),
        ("GET", r"/2/chat/", MESSAGES),
        (".*", r"/2/chat/", f"dm.write {MESSAGES}"),
        (".*", r"/2/users/<user_id>/dm/", f"dm.write {MESSAGES}"),
        ("PUT", r"/2/tweets/<post_id>/hidden", f"tweet.moderate.write {READ}"),
        ("GET", r"/2/(lists|users/<user_id>/(owned_lists|list_memberships|followed_lists|pinned_lists))", LISTS),
        (".*", r"/2/(lists|users/<user_id>/(followed_lists|pinned_lists))", f"list.write {LISTS}"),
        ("GET", r"/2/(users/<user_id>/liked_tweets|tweets/<post_id>/liking_users)", f"like.read {READ}"),
        ("GET", r"/2/users/<user_id>/blocking", "block.read users.read"),
        ("GET", r"/2/users/<user_id>/muting", "mute.read users.read"),
        ("POST|DELETE", r"/2/users/<user_id>/likes", f"like.write {READ}"),
        ("POST|DELETE", r"/2/users/<user_id>/following", f"follows.write {READ}"),
        ("GET", r"/2/users/<user_id>/follow(ers|ing)", "follows.read users.read"),
        ("POST|DELETE", r"/2/users/<user_id>/blocking", f"block.write {READ}"),
        ("POST|DELETE", r"/2/users/<user_id>/muting", f"mute.write {READ}"),
        ("POST|DELETE", r"/2/(tweets|users/<user_id>/retweets)", f"tweet.write {READ}"),
        ("GET", r"/2/(tweets|users)", READ),
    )
)
_OF_EVENTS = {"dm": "dm.read", "chat": "dm.read", "like": "like.read", "mute": "mute.read", "block": "block.read"}
LEVELS = {
    "read": "read",
    "write": "read-write",
    "dm": "read-write-directmessages",
}
"""What X's `x-access-level` header says of a token of OAuth 1.0a."""


def needed(method: str, rule: str) -> frozenset[str]:
    """Scopes for an endpoint; empty where any token will do."""
    for methods, pattern, scopes in _TABLE:
        if re.fullmatch(methods, method) and pattern.match(rule):
            return scopes
    return frozenset()


def needed_for_event(event_type: str) -> str:
    """The scope under which X Activity tells of a private event."""
    return _OF_EVENTS.get(event_type.partition(".")[0], "tweet.read")


def check_permission(permission: str, scopes: frozenset[str], *, path: str) -> None:
    """Refuse a token of OAuth 1.0a that may not write (261) or not touch messages (93)."""
    private = any(scope.startswith("dm.") for scope in scopes)
    writes = any(scope.endswith(".write") for scope in scopes)
    if private and permission != "dm":
        raise _forbidden(93, "This application is not allowed to access or delete your direct messages.", path=path)
    if writes and permission == "read":
        raise _forbidden(261, "Application cannot perform write actions. Contact Support.", path=path)


def _forbidden(code: int, message: str, *, path: str) -> ApiError:
    errors: Json = {"errors": [{"code": code, "message": message}]}
    if path.startswith("/1.1/"):
        return ApiError(403, errors)
    detail = (
        "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint. "
        " For more information, see the developer documentation."
    )
    more = {"title": "Forbidden", "type": PROBLEMS + "oauth1-permissions", "status": 403, "detail": detail}
    return ApiError(403, errors | more)


def check_scopes(granted: str, scopes: frozenset[str]) -> None:
    """Refuse a token of OAuth 2.0 that was not given a scope the call needs."""
    missing = scopes - set(granted.split())
    if missing:
        words = f"The token lacks the scope {', '.join(sorted(missing))}."
        more = {"title": "Forbidden", "type": "about:blank", "status": 403, "detail": words}
        raise ApiError(403, more)

"""Who calls: OAuth 1.0a, the app's bearer token, or a user's. Refuses with X's words and codes."""

from werkzeug.wrappers import Request

from twitter_integration.sandbox import apps, bearers, scopes, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint
from twitter_integration.sandbox.errors import ApiError, problem, unauthorized
from twitter_integration.sandbox.oauth import take_apart

SIGNED = "OAuth 1.0a User Context"
APP_ONLY = "OAuth 2.0 Application-Only"
USER_BEARER = "OAuth 2.0 User Context"


def authenticate(call: Call, endpoint: Endpoint) -> None:
    """Find out who calls and whether they may, and note it in the call."""
    header = call.request.headers.get("Authorization", "")
    scheme = header.partition(" ")[0].lower()
    if scheme == "bearer":
        _by_bearer(call, endpoint, token=header.partition(" ")[2].strip())
        return
    if scheme != "oauth" and "oauth_signature" not in call.request.values:
        raise unauthorized(215, "Bad Authentication data.", status=_nameless(call.request))
    app, token = call.world.verifier.check_user(take_apart(call.request))
    call.headers["x-access-level"] = scopes.LEVELS[token.permission]
    if endpoint.auth == "app":
        raise _unsupported(SIGNED, allowed=APP_ONLY)
    scopes.check_permission(token.permission, scopes.needed(endpoint.method, endpoint.rule), path=endpoint.rule)
    call.app, call.user = app, users.get(call.world.store, token.user_id)


def _by_bearer(call: Call, endpoint: Endpoint, *, token: str) -> None:
    store = call.world.store
    app = apps.app_by_bearer(store, token)
    if app is not None:
        if endpoint.auth == "user":
            raise _unsupported(APP_ONLY, allowed=f"{SIGNED}, {USER_BEARER}")
        call.app = app
        return
    found = bearers.living(store, token)
    if found is None:
        raise unauthorized(89, "Invalid or expired token.")
    if endpoint.rule.startswith("/1.1/") and not endpoint.rule.startswith("/1.1/ton/"):
        raise unauthorized(220, "Your credentials do not allow access to this resource.", status=403)
    if endpoint.auth == "app":
        raise _unsupported(USER_BEARER, allowed=APP_ONLY)
    scopes.check_scopes(found.scope, scopes.needed(endpoint.method, endpoint.rule))
    call.app, call.user = apps.app_by_id(store, found.app_id), users.get(store, found.user_id)
    call.scope = found.scope


def _nameless(request: Request) -> int:
    """v1.1 answers 400 to a call without credentials, v2 401."""
    return 400 if request.path.startswith("/1.1/") else 401


def _unsupported(used: str, *, allowed: str) -> ApiError:
    detail = (
        f"Authenticating with {used} is forbidden for this endpoint.  Supported authentication types are [{allowed}]."
    )
    return problem(403, title="Unsupported Authentication", detail=detail, slug="unsupported-authentication")

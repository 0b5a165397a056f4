"""Getting and giving up tokens: the three-legged sign-in with its consent page, and the app's bearer token."""

import base64
import binascii
from urllib.parse import unquote, urlencode, urlsplit

from werkzeug.wrappers import Response

from twitter_integration.sandbox import apps, pages, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.apps import App, RequestToken
from twitter_integration.sandbox.errors import ApiError, legacy, unauthorized
from twitter_integration.sandbox.limits import Quota
from twitter_integration.sandbox.oauth import take_apart
from twitter_integration.sandbox.switches import PERMISSIONS
from twitter_integration.sandbox.users import User
from twitter_integration.sandbox.visiting import COOKIE, as_somebody
from twitter_integration.sandbox.webhooks import is_loopback

FORM = "text/html;charset=utf-8"
"""X labels these form-encoded answers as HTML."""
ASKS = {
    "read": ["read posts"],
    "write": ["read and write posts"],
    "dm": ["read and write posts and direct messages"],
}


def request_token(call: Call) -> Response:
    signed = take_apart(call.request)
    app = call.world.verifier.check_app(signed)
    callback = signed.oauth.get("oauth_callback", "")
    if not is_allowed(call, app, callback):
        raise ApiError(
            403,
            '<?xml version="1.0" encoding="UTF-8"?><errors><error code="415">Callback URL not approved for this'
            " client application. Approved callback URLs can be adjusted in your application settings"
            "</error></errors>",
            content_type="application/xml;charset=utf-8",
        )
    made = apps.create_request_token(
        call.world.store,
        app=app,
        callback=callback,
        permission=_permission(call),
        life=call.world.switches.request_token_life,
    )
    answer = {"oauth_token": made.token, "oauth_token_secret": made.secret, "oauth_callback_confirmed": "true"}
    return Response(urlencode(answer), content_type=FORM)


def _permission(call: Call) -> str:
    """The app's level, or less where the request asks for less (`x_auth_access_type`: read or write)."""
    level, wanted = call.world.switches.app_permission, call.parameter("x_auth_access_type")
    return min(level, wanted, key=PERMISSIONS.index) if wanted in ("read", "write") else level


def is_allowed(call: Call, app: App, callback: str) -> bool:
    if callback == "oob" or callback in app.callbacks:
        return True
    parts = urlsplit(callback)
    local = parts.scheme in ("http", "https") and is_loopback(parts.hostname or "")
    return local and not call.world.switches.strict_callbacks


def _pending(call: Call) -> RequestToken:
    found = apps.find_request_token(call.world.store, call.parameter("oauth_token"))
    if found is None or found.state != "new":
        raise ApiError(403, "This sign-in is over or was never begun. Go back and start again.\n", content_type=FORM)
    return found


def visitor(call: Call) -> str:
    """Whose handle the page has ready: the one asked for (`screen_name`), else who approved last in this browser."""
    asked = call.parameter("screen_name").removeprefix("@")
    return asked or (call.request.cookies.get(COOKIE, "") if call.parameter("force_login") != "true" else "")


def authorize(call: Call) -> Response:
    """The consent page, on which one chooses who to be."""
    pending = _pending(call)
    app = apps.app_by_id(call.world.store, pending.app_id)
    return pages.render(
        "authorize.html",
        app=app,
        action="/oauth/authorize",
        hidden={"oauth_token": pending.token},
        people=sorted(users.everybody(call.world.store), key=lambda user: user.role),
        chosen=visitor(call),
        must_choose=call.parameter("force_login") == "true" and not call.parameter("screen_name"),
        asks=ASKS[pending.permission],
    )


def authenticate(call: Call) -> Response:
    """`Sign in with X`: whoever is logged in and let the app in before goes straight back."""
    pending, handle = _pending(call), visitor(call)
    known = users.find(call.world.store, handle) if handle else None
    if known is None or call.parameter("force_login") == "true":
        return authorize(call)
    logged_in = call.request.cookies.get(COOKIE, "").lower() == known.handle.lower()
    if logged_in and apps.has_approved(call.world.store, app_id=pending.app_id, user_id=known.id):
        return _approve(call, pending, known)
    return authorize(call)


def decide(call: Call) -> Response:
    pending = _pending(call)
    store = call.world.store
    if call.parameter("decision") != "approve":
        apps.settle_request_token(store, pending, state="denied")
        return _return_to(pending, {"denied": pending.token})
    user = users.find(store, call.parameter("user"))
    if user is None:
        raise ApiError(400, "Choose an account.\n", content_type=FORM)
    return as_somebody(_approve(call, pending, user), user)


def _approve(call: Call, pending: RequestToken, user: User) -> Response:
    verifier = apps.settle_request_token(call.world.store, pending, state="granted", user_id=user.id)
    if pending.callback == "oob":
        return pages.render("pin.html", pin=verifier)
    return _return_to(pending, {"oauth_token": pending.token, "oauth_verifier": verifier})


def _return_to(pending: RequestToken, parameters: dict[str, str]) -> Response:
    if pending.callback == "oob":
        return pages.render("pin.html", pin="")
    separator = "&" if "?" in pending.callback else "?"
    return Response(status=302, headers={"Location": pending.callback + separator + urlencode(parameters)})


def access_token(call: Call) -> Response:
    signed = take_apart(call.request)
    app, pending = call.world.verifier.check_request_token(signed)
    given = signed.oauth.get("oauth_verifier", "")
    if pending.state != "granted" or given != pending.verifier or pending.user_id is None:
        raise unauthorized(32, "Error processing your OAuth request: Invalid oauth_verifier parameter")
    store = call.world.store
    apps.settle_request_token(store, pending, state="used")
    token = apps.grant(store, app_id=app.id, user_id=pending.user_id, permission=pending.permission)
    user = users.get(store, pending.user_id)
    answer = {
        "oauth_token": token.token,
        "oauth_token_secret": token.secret,
        "user_id": str(user.id),
        "screen_name": user.handle,
    }
    return Response(urlencode(answer), content_type=FORM)


def _basic(call: Call) -> App:
    """The app behind a Basic header of its URL-encoded keys."""
    scheme, _, given = call.request.headers.get("Authorization", "").partition(" ")
    try:
        key, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        key = secret = ""
    app = apps.app_by_key(call.world.store, unquote(key)) if scheme.lower() == "basic" else None
    if app is None or app.consumer_secret != unquote(secret):
        error = {"code": 99, "label": "authenticity_token_error", "message": "Unable to verify your credentials"}
        raise ApiError(403, {"errors": [error]})
    return app


def bearer_token(call: Call) -> Json:
    """The same token until it is invalidated."""
    app = _basic(call)
    if call.parameter("grant_type") != "client_credentials":
        raise legacy(403, 170, "Missing required parameter: grant_type")
    if not app.bearer_token:
        apps.set_bearer(call.world.store, app, apps.fresh_bearer())
        app = apps.app_by_id(call.world.store, app.id)
    return {"token_type": "bearer", "access_token": app.bearer_token}


def invalidate_bearer(call: Call) -> Json:
    """By the Basic header or by a signed call: X's pages disagree on which it takes."""
    if call.request.headers.get("Authorization", "").lower().startswith("oauth "):
        app, _ = call.world.verifier.check_user(take_apart(call.request))
    else:
        app = _basic(call)
    given = unquote(call.parameter("access_token"))
    if not given or given != app.bearer_token:
        raise unauthorized(89, "Invalid or expired token.")
    apps.set_bearer(call.world.store, app, "")
    return {"access_token": given}


def invalidate_token(call: Call) -> Json:
    token = take_apart(call.request).oauth["oauth_token"]
    apps.kill_token(call.world.store, token)
    return {"access_token": token}


_ONCE = Quota(quarter=450)
ENDPOINTS = [
    Endpoint(method="POST", rule="/oauth/request_token", handler=request_token, auth="open"),
    Endpoint(method="GET", rule="/oauth/request_token", handler=request_token, auth="open"),
    Endpoint(method="GET", rule="/oauth/authorize", handler=authorize, auth="local"),
    Endpoint(method="GET", rule="/oauth/authenticate", handler=authenticate, auth="local"),
    Endpoint(method="POST", rule="/oauth/authorize", handler=decide, auth="local"),
    Endpoint(method="POST", rule="/oauth/access_token", handler=access_token, auth="open"),
    Endpoint(method="GET", rule="/oauth/access_token", handler=access_token, auth="open"),
    Endpoint(method="POST", rule="/oauth2/token", handler=bearer_token, auth="open"),
    Endpoint(method="POST", rule="/oauth2/invalidate_token", handler=invalidate_bearer, auth="open"),
    Endpoint(
        method="POST", rule="/1.1/oauth/invalidate_token.json", handler=invalidate_token, auth="user", quota=_ONCE
    ),
]

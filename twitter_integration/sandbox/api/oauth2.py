"""OAuth 2.0 with PKCE: the consent page, codes for tokens, tokens for new tokens, and giving them up."""

import base64
import binascii
from urllib.parse import unquote, urlencode

from werkzeug.wrappers import Response

from twitter_integration.sandbox import apps, bearers, pages, users
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.api.signin import is_allowed, visitor
from twitter_integration.sandbox.apps import App
from twitter_integration.sandbox.bearers import UserBearer
from twitter_integration.sandbox.errors import ApiError
from twitter_integration.sandbox.visiting import as_somebody

ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
LONGEST_STATE = 500


def _wanted(call: Call) -> tuple[App, dict[str, str]]:
    """The app and its request, when both make sense; X shows a page without a way back otherwise."""
    wanted = {name: call.parameter(name) for name in ASKED}
    app = apps.app_by_client(call.world.store, wanted["client_id"])
    unknown = set(wanted["scope"].split()) - bearers.SCOPES
    method = wanted["code_challenge_method"] or "plain"
    faults = {
        "client_id": app is None,
        "redirect_uri": app is not None and not is_allowed(call, app, wanted["redirect_uri"]),
        "response_type": wanted["response_type"] != "code",
        "scope": not wanted["scope"] or bool(unknown),
        "state": not 1 <= len(wanted["state"]) <= LONGEST_STATE,
        "code_challenge": not wanted["code_challenge"] or method not in ("S256", "plain"),
    }
    wrong = [name for name, fault in faults.items() if fault]
    if app is None or wrong:
        words = f"Something went wrong. You weren't able to give access to the App: {', '.join(wrong)}.\n"
        raise ApiError(400, words, content_type="text/plain")
    return app, {**wanted, "code_challenge_method": method}


def authorize(call: Call) -> Response:
    app, wanted = _wanted(call)
    return pages.render(
        "authorize.html",
        app=app,
        action="/i/oauth2/authorize",
        hidden=wanted,
        people=sorted(users.everybody(call.world.store), key=lambda user: user.role),
        chosen=visitor(call),
        must_choose=False,
        asks=wanted["scope"].split(),
    )


def decide(call: Call) -> Response:
    app, wanted = _wanted(call)
    back = {"state": wanted["state"]}
    if call.parameter("decision") != "approve":
        return _return(wanted["redirect_uri"], back | {"error": "access_denied"})
    user = users.find(call.world.store, call.parameter("user"))
    if user is None:
        raise ApiError(400, "Choose an account.\n", content_type="text/plain")
    code = bearers.create_code(
        call.world.store,
        app=app,
        user_id=user.id,
        redirect_uri=wanted["redirect_uri"],
        scope=wanted["scope"],
        challenge=wanted["code_challenge"],
        method=wanted["code_challenge_method"],
        life=call.world.switches.oauth2_code_life,
    )
    return as_somebody(_return(wanted["redirect_uri"], back | {"code": code}), user)


def _return(redirect_uri: str, parameters: dict[str, str]) -> Response:
    separator = "&" if "?" in redirect_uri else "?"
    return Response(status=302, headers={"Location": redirect_uri + separator + urlencode(parameters)})


def _refused(error: str, description: str, *, status: int = 400) -> ApiError:
    return ApiError(status, {"error": error, "error_description": description})


def _client(call: Call) -> App:
    """By the Basic header (a confidential client) or by the bare client id (a public one)."""
    scheme, _, given = call.request.headers.get("Authorization", "").partition(" ")
    client_id, secret = call.parameter("client_id"), None
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise _refused("unauthorized_client", "Missing valid authorization header", status=401) from error
    app = apps.app_by_client(call.world.store, unquote(client_id))
    if app is None or (secret is not None and unquote(secret) != app.client_secret):
        raise _refused("unauthorized_client", "Missing valid authorization header", status=401)
    return app


def token(call: Call) -> Json:
    app, kind = _client(call), call.parameter("grant_type")
    store, life = call.world.store, call.world.switches.oauth2_expires_in
    made: UserBearer | None
    if kind == "authorization_code":
        made = bearers.exchange(
            store,
            call.parameter("code"),
            app=app,
            redirect_uri=call.parameter("redirect_uri"),
            verifier=call.parameter("code_verifier"),
            life=life,
        )
        what = "authorization code"
    elif kind == "refresh_token":
        made, what = bearers.rotate(store, call.parameter("refresh_token"), app=app, life=life), "token"
    else:
        raise _refused("invalid_request", "Missing required parameter [grant_type].")
    if made is None:
        raise _refused("invalid_request", f"Value passed for the {what} was invalid.")
    answer: Json = {"token_type": "bearer", "expires_in": int(life), "access_token": made.access, "scope": made.scope}
    return answer | ({"refresh_token": made.refresh} if made.refresh else {})


def revoke(call: Call) -> Json:
    app, given = _client(call), call.parameter("token")
    if not given:
        raise _refused("invalid_request", "Missing required parameter [token].")
    bearers.revoke(call.world.store, given, app=app)
    return {"revoked": True}


ENDPOINTS = [
    Endpoint(method="GET", rule="/i/oauth2/authorize", handler=authorize, auth="local"),
    Endpoint(method="GET", rule="/2/oauth2/authorize", handler=authorize, auth="local"),
    Endpoint(method="POST", rule="/i/oauth2/authorize", handler=decide, auth="local"),
    Endpoint(method="POST", rule="/2/oauth2/token", handler=token, auth="open"),
    Endpoint(method="POST", rule="/2/oauth2/revoke", handler=revoke, auth="open"),
]

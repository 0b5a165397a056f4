"""From request to answer: routing, authentication, faults, rate limits, errors. Knows no endpoint by name."""

import logging
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from twitter_integration.sandbox import forms, intents, pages, places, visiting
from twitter_integration.sandbox.answers import as_json, faulty, refusal
from twitter_integration.sandbox.api import (
    account,
    activity,
    classic,
    classic_account,
    classic_list_links,
    classic_lists,
    classic_messages,
    classic_relations,
    classic_timelines,
    classic_uploads,
    enterprise,
    favorites,
    friendships,
    inspection,
    likes,
    list_links,
    lists,
    messages,
    oauth2,
    people,
    pictures,
    posts,
    premium,
    relations,
    reposts,
    sandbox,
    script,
    search,
    signin,
    statuses,
    timelines,
    uploads,
    webhooks,
    withdrawn,
)
from twitter_integration.sandbox.api.endpoint import Call, Endpoint, Json
from twitter_integration.sandbox.authentication import authenticate
from twitter_integration.sandbox.errors import (
    ApiError,
    no_credits,
    problem,
    too_many,
)
from twitter_integration.sandbox.faults import Fault, dawdle
from twitter_integration.sandbox.limits import mode_of
from twitter_integration.sandbox.parts import keep_body
from twitter_integration.sandbox.webhooks import is_loopback
from twitter_integration.sandbox.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("sandbox.api")
FAMILIES = (
    classic,
    classic_account,
    classic_messages,
    statuses,
    classic_timelines,
    favorites,
    friendships,
    classic_relations,
    classic_lists,
    classic_list_links,
    withdrawn,
    people,
    account,
    relations,
    posts,
    timelines,
    likes,
    reposts,
    lists,
    list_links,
    search,
    messages,
    uploads,
    classic_uploads,
    webhooks,
    activity,
    enterprise,
    premium,
    signin,
    oauth2,
    pictures,
    sandbox,
    inspection,
    script,
    pages,
    forms,
    visiting,
    intents,
    places,
)


@cache
def _routes() -> Map:
    """All endpoints by address; compiled once, since it takes a tenth of a second."""
    endpoints = [endpoint for family in FAMILIES for endpoint in family.ENDPOINTS]
    rules = [Rule(item.rule, methods=[item.method], endpoint=item, merge_slashes=False) for item in endpoints]
    return Map(rules, strict_slashes=False)


class ConnectionCutError(Exception):
    """The connection is to be dropped without an answer, although the work is done."""


class Application:
    """A WSGI application over one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._map = _routes()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, request: Request) -> Response:
        keep_body(request)
        try:
            endpoint, arguments = self._map.bind_to_environ(request.environ).match()
        except HTTPException as error:
            return _missing(request, error)
        assert isinstance(endpoint, Endpoint)
        if endpoint.auth == "local" and not is_local(request):
            return Response("The sandbox is driven from its own machine only.\n", status=403)
        if endpoint.auth == "local" or (endpoint.auth == "open" and request.method == "GET"):
            return self._answer(Call(world=self._world, request=request), endpoint, arguments)
        return self._serve(request, endpoint, arguments)

    def _serve(self, request: Request, endpoint: Endpoint, arguments: Mapping[str, Any]) -> Response:
        """An API call: fault first, then who calls, then how often, then the work. Of a sign-in's steps, which anybody
        may call, only fault and work."""
        fault = self._world.faults.strike(request.method, request.path)
        call = Call(world=self._world, request=request)
        if endpoint.auth == "open":
            return self._suffer(call, endpoint, arguments, fault)
        try:
            response = self._suffer(call, endpoint, arguments, fault)
        except ConnectionCutError:
            self._note(call, endpoint, status=0)
            raise
        self._note(call, endpoint, status=response.status_code)
        return response

    def _suffer(self, call: Call, endpoint: Endpoint, arguments: Mapping[str, Any], fault: Fault | None) -> Response:
        if fault and fault.kind == "lost":
            raise ConnectionCutError
        try:
            if endpoint.auth != "open":
                self._admit(call, endpoint)
        except ApiError as error:
            return refusal(error, call.headers)
        if fault and fault.kind == "status":
            return faulty(fault, call.headers, path=call.request.path)
        answer = self._answer(call, endpoint, arguments)
        if fault and fault.kind == "cut":
            raise ConnectionCutError
        if fault and fault.kind == "done":
            return faulty(fault, call.headers, path=call.request.path)
        if fault:
            dawdle(fault)
        return answer

    def _admit(self, call: Call, endpoint: Endpoint) -> None:
        authenticate(call, endpoint)
        if not self._within_limits(call, endpoint):
            raise too_many(call.request.path)
        if self._world.switches.no_credits:
            raise no_credits()

    def _note(self, call: Call, endpoint: Endpoint, *, status: int) -> None:
        by = str(call.user.id) if call.user else "app" if call.app else ""
        self._world.calls.note(endpoint.method, endpoint.rule, by=by, status=status)

    def _within_limits(self, call: Call, endpoint: Endpoint) -> bool:
        switches = self._world.switches
        within, headers = self._world.limits.count(
            f"{endpoint.method} {endpoint.rule}",
            caller=f"user {call.user.id}" if call.user else f"app {call.client.id}",
            app=str(call.client.id),
            quota=endpoint.quota,
            mode=mode_of(switches.limits, quarter=switches.limit_quarter, day=switches.limit_day),
        )
        call.headers |= headers
        return within

    def _answer(self, call: Call, endpoint: Endpoint, arguments: Mapping[str, Any]) -> Response:
        try:
            result = endpoint.handler(call, **arguments)
        except ApiError as error:
            old = endpoint.rule.startswith("/1.1/")
            return refusal(error.as_v1() if old else error, call.headers)
        except Exception:
            log.exception("%s %s failed", endpoint.method, endpoint.rule)
            broken = problem(500, title="Internal Server Error", detail="Something is broken.")
            return refusal(broken, call.headers)
        if isinstance(result, Response):
            result.headers.extend(call.headers)
            return result
        return as_json(result, status=endpoint.status, headers=call.headers)


def is_local(request: Request) -> bool:
    """From this machine, addressed to it by name, and not sent by a foreign site's page."""
    origin = urlsplit(request.headers.get("Origin", "")).hostname
    named = urlsplit(f"//{request.host}").hostname or ""
    return is_loopback(request.remote_addr or "") and is_loopback(named) and (not origin or is_loopback(origin))


def _missing(request: Request, error: HTTPException) -> Response:
    """No such path, or no such method on it."""
    status = error.code or 404
    if request.path.startswith("/1.1/"):
        body: Json = {"errors": [{"code": 34, "message": "Sorry, that page does not exist."}]}
        return as_json(body, status=status, headers={})
    document = {"title": error.name, "detail": error.name, "type": "about:blank", "status": status}
    return as_json(document, status=status, headers={})

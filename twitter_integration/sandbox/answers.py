"""Answers as HTTP sends them: a document, a refusal, what a fault demands. Decides nothing."""

import json

from werkzeug.wrappers import Response

from twitter_integration.sandbox.errors import (
    JSON,
    ApiError,
    Json,
    coded,
    legacy,
    no_credits,
    problem,
    too_many,
    unauthorized,
)
from twitter_integration.sandbox.faults import Fault
from twitter_integration.sandbox.limits import exhausted_headers


def as_json(document: Json, *, status: int, headers: dict[str, str], content_type: str = JSON) -> Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status=status, headers=headers, content_type=content_type)


def refusal(error: ApiError, headers: dict[str, str]) -> Response:
    headers = headers | error.headers
    if isinstance(error.body, str):
        return Response(error.body, status=error.status, headers=headers, content_type=error.content_type)
    return as_json(error.body, status=error.status, headers=headers, content_type=error.content_type)


def faulty(fault: Fault, headers: dict[str, str], *, path: str) -> Response:
    """The answer a fault demands, in the form X gives that status."""
    if fault.code:
        error = coded(fault.status, fault.code, fault.detail or "Forbidden.")
        return refusal(error.as_v1() if path.startswith("/1.1/") else error, headers)
    if fault.status == 429:
        return refusal(too_many(path), exhausted_headers(headers, window=fault.window, lasts=fault.seconds or 3600))
    if fault.status == 402:
        return refusal(no_credits(), headers)
    if fault.status >= 500 and path.startswith("/1.1/"):
        over = (130, "Over capacity") if fault.status == 503 else (131, "Internal error")
        return refusal(legacy(fault.status, *over), headers)
    if fault.status >= 500:
        page = "<html><body><h1>Service Unavailable</h1></body></html>"
        return Response(page, status=fault.status, headers=headers, content_type="text/html")
    if fault.status == 401:
        return refusal(unauthorized(89, "Invalid or expired token."), headers)
    return refusal(problem(fault.status, title="Forbidden", detail=fault.detail or "Forbidden"), headers)

"""The one shape of every refusal under /api/: code, message, fields, request_id (docs/api.md)."""

import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from kapture.logs import current_trace

CHALLENGE = 'Bearer realm="kapture"'
log = logging.getLogger(__name__)


class ApiError(exceptions.APIException):
    """A refusal with its own status, code and sentence."""

    def __init__(self, status: int, code: str, message: str, **fields: list[str]) -> None:
        super().__init__(message, code)
        self.status_code, self.code, self.message, self.fields = status, code, message, fields


# For what Django REST Framework and Django raise: code and sentence by status.
PLAIN: Mapping[int, tuple[str, Any]] = {
    400: ("malformed", _("The request cannot be read.")),
    401: ("not_authenticated", _("Send a token, or sign in at the desk.")),
    403: ("not_allowed", _("You may not do this.")),
    404: ("not_found", _("There is nothing here.")),
    405: ("method_not_allowed", _("This address does not answer that method.")),
    406: ("not_acceptable", _("Answers are JSON.")),
    409: ("conflict", _("The present state does not allow this.")),
    413: ("too_large", _("The request is too large.")),
    415: ("unsupported_media_type", _("Send JSON: Content-Type: application/json.")),
    429: ("throttled", _("Too many requests. Wait a moment.")),
    500: ("server_error", _("Something went wrong here. It has been logged under the request's id.")),
}


def shape(code: str, message: str, fields: Mapping[str, list[str]] | None = None, *, request_id: str) -> dict[str, Any]:
    return {"code": code, "message": message, "fields": dict(fields or {}), "request_id": request_id}


def plain_shape(status: int, *, request_id: str) -> dict[str, Any]:
    """For an answer of which only the status is known."""
    code, sentence = PLAIN.get(status) or PLAIN[500 if status >= 500 else 400]
    return shape(code, str(sentence), request_id=request_id)


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """REST Framework's exception handler. What nobody foresaw is logged and answered with 500."""
    set_rollback()
    request_id = getattr(context["request"], "request_id", "")
    status, code, message, fields = _read(error)
    if status >= 500 and not isinstance(error, ApiError):
        log.error("Unforeseen (request %s, %s)", request_id, current_trace(), exc_info=error)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = CHALLENGE
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]  # Throttled
    return Response(shape(code, message, fields, request_id=request_id), status=status, headers=headers)


def _read(error: Exception) -> tuple[int, str, str, Mapping[str, list[str]]]:
    """Status, code, sentence and field errors."""
    if isinstance(error, ApiError):
        return error.status_code, error.code, error.message, error.fields
    if isinstance(error, exceptions.ValidationError):
        fields = flatten(error.detail)
        message = " ".join(fields.pop("", [])) or gettext("Some values cannot be used; `fields` says which and why.")
        return 400, "invalid", message, fields
    status = _status_of(error)
    code, sentence = PLAIN.get(status) or PLAIN[500 if status >= 500 else 400]
    if isinstance(error, exceptions.ParseError | exceptions.PermissionDenied) and isinstance(error.detail, str):
        sentence = str(error.detail)
    return status, code, str(sentence), {}


def _status_of(error: Exception) -> int:
    if isinstance(error, exceptions.APIException):
        return error.status_code
    if isinstance(error, Http404):
        return 404
    if isinstance(error, PermissionDenied):
        return 403
    if isinstance(error, RequestDataTooBig):
        return 413
    return 400 if isinstance(error, SuspiciousOperation) else 500


def flatten(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested errors by dotted field name; what concerns the whole is under the empty name."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            whole = name == "non_field_errors"
            for key, sentences in flatten(inner, path if whole else f"{path}.{name}".strip(".")).items():
                found.setdefault(key, []).extend(sentences)
        return found
    if isinstance(detail, list):
        found = {}
        for place, inner in enumerate(detail):
            deeper = path if isinstance(inner, str) else f"{path}.{place}".strip(".")
            for key, sentences in flatten(inner, deeper).items():
                found.setdefault(key, []).extend(sentences)
        return found
    return {path: [str(detail)]}

"""ETag and If-Match: a write may say which version it was decided on, and is refused (412) when that is no longer true.

A version is the digest of what was told, so it changes with everything a caller could have seen, and with nothing else.
"""

import hashlib
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_errors import ApiError


def version_of(told: Any) -> str:
    return f'"{hashlib.sha256(JSONRenderer().render(told)).hexdigest()[:32]}"'


def check_match(request: Request, told: Any) -> None:
    """Refuse a write that was decided on another version than `told`. Call it with the row locked."""
    wanted = request.headers.get("If-Match", "")
    if wanted and wanted.strip() != "*" and version_of(told) not in _listed(wanted):
        raise ApiError(412, "changed_since", _("It has changed since you read it. Read it again, then decide."))


def not_modified(request: Request, response: Response) -> Response:
    """304 in place of an answer the caller has already."""
    version, known = response.headers.get("ETag"), request.headers.get("If-None-Match", "")
    if version and version in _listed(known):
        return Response(status=304, headers={"ETag": version})
    return response


def _listed(header: str) -> list[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]

"""Every answer under the API's address carries a request id, and every refusal has the one shape, whoever refused."""

import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse

from kapture import logs
from kapture.api_errors import plain_shape

HEADER = "X-Request-Id"
_THEIR_ID = re.compile(r"[A-Za-z0-9_.:-]{8,64}")


class ApiMiddleware:
    """The outermost one, so that what other middleware refuses (host, size, a crash) is put into shape as well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(settings.API_PREFIX):
            return self.get_response(request)
        theirs = request.headers.get(HEADER, "")
        request_id = theirs if _THEIR_ID.fullmatch(theirs) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # read by kapture.api_errors
        with logs.trace(f"request:{request_id}"):
            response = self.get_response(request)
        if response.status_code >= 400 and "json" not in response.get("Content-Type", ""):
            response = _shaped(response, request_id)
        response[HEADER] = request_id
        return response


def _shaped(response: HttpResponse, request_id: str) -> HttpResponse:
    answer = JsonResponse(plain_shape(response.status_code, request_id=request_id), status=response.status_code)
    for name in ("Allow", "Retry-After", "WWW-Authenticate"):
        if name in response:
            answer[name] = response[name]
    return answer

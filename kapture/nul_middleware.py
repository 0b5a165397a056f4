"""An address with a NUL in it names nothing: no text of the database holds one, and every look-up of it would fail."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse


class NulMiddleware:
    """404 for such a path, 400 for such a question. The API's own questions are left to it: it names the value."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path_info.startswith(settings.API_PREFIX):
            raise BadRequest
        return self.get_response(request)

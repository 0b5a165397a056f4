"""What no text of the database can hold: a NUL, and half of a surrogate pair. An address with one names nothing; out of
what a form sends they are left, before any view sees it, for every look-up and every row with one would fail."""

import re
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, UnreadablePostError

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class NulMiddleware:
    """404 for such a path, 400 for such a question. The API's own are left to it: it names the value."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            raise Http404
        if not request.path_info.startswith(settings.API_PREFIX):
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest
            _tidy_form(request)
        return self.get_response(request)


def _tidy_form(request: HttpRequest) -> None:
    """Browsers send none of these; programs that fill in our forms do."""
    if request.method != "POST" or request.content_type not in _FORMS:
        return
    try:
        told = request.POST
    except UnreadablePostError:
        raise BadRequest from None
    if any(_UNKEPT.search(text) for name, values in told.lists() for text in (name, *values)):
        request.POST = _without(told)  # type: ignore[assignment]  # a setter of Django's own


def _without(told: QueryDict) -> QueryDict:
    kept = QueryDict(mutable=True, encoding=told.encoding)
    for name, values in told.lists():
        for text in values:
            kept.appendlist(_UNKEPT.sub("", name), _UNKEPT.sub("", str(text)))
    kept._mutable = False  # as Django's own are
    return kept

"""Who changes the configuration, for the audit (django-auditlog): whoever asked for the page that changes it."""

from collections.abc import Callable

from auditlog.context import set_extra_data
from django.http import HttpRequest, HttpResponse

from kapture.people import shown_name

ACTOR_NAME = "by"
_READS = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))


class AuditMiddleware:
    """Names the person behind every change that a page makes. What commands and workers change names nobody.

    The library's own does so for every request, and believes whatever address a client says it has.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in _READS or not request.user.is_authenticated:
            return self.get_response(request)
        named = {ACTOR_NAME: shown_name(request.user)}  # it stays when they are deleted
        with set_extra_data({"actor": request.user, "additional_data": named}):
            return self.get_response(request)


def masked(value: str) -> str:
    """A secret in the audit: that there was one."""
    return "" if value in ("", "None") else "••••"

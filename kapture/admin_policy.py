"""The admin's Content-Security-Policy. Its skin evaluates expressions and sets styles in place, which the desk never
does.
"""

from collections.abc import Callable

from csp.constants import HEADER
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'unsafe-eval'",  # Alpine evaluates its attributes
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


class AdminPolicyMiddleware:
    """Puts POLICY on every answer under the admin that has none yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(reverse("admin:index")) and HEADER not in response:
            response[HEADER] = POLICY
        return response

"""Pages tell times in the zone of who reads them, take what is typed for theirs, and look as they chose."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tickets.zones.choice import THEME_COOKIE, wish_of

_YEAR = 365 * 24 * 3600


class ZoneMiddleware:
    """Behind the one that says who is signed in. Live updates are left alone: they tell no time, and last for hours."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(self, request: HttpRequest, view: Any, *_rest: Any) -> None:
        if _is_ours(request, view) and (zone := zone_of(request.user)) is not None:
            timezone.activate(zone)


class ThemeMiddleware:
    """Somebody's theme is theirs in every browser; the cookie keeps it for pages on which nobody is signed in yet."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.COOKIES.get(THEME_COOKIE, "")
        response = self.get_response(request)
        theme = request.COOKIES.get(THEME_COOKIE, "")
        if theme != before and THEME_COOKIE not in response.cookies:
            keep_theme(request, response, theme)
        return response

    def process_view(self, request: HttpRequest, view: Any, *_rest: Any) -> None:
        wish = wish_of(request.user) if _is_ours(request, view) else None
        if wish is not None and wish.theme:
            request.COOKIES[THEME_COOKIE] = wish.theme


def keep_theme(request: HttpRequest, response: HttpResponse, theme: str) -> None:
    facts: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": request.is_secure()}
    response.set_cookie(THEME_COOKIE, theme, max_age=_YEAR, **facts)


def zone_of(user: User | AnonymousUser) -> ZoneInfo | None:
    """None: the installation's."""
    wish = wish_of(user)
    return wish.zone if wish is not None and wish.time_zone else None


def _is_ours(request: HttpRequest, view: Any) -> bool:
    return not iscoroutinefunction(view) and settings.SESSION_COOKIE_NAME in request.COOKIES

"""Pages tell times in the zone of who reads them, take what is typed for theirs, and look and read as they chose."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

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


class _KeptByCookie:
    """What somebody chose is theirs in every browser; a cookie keeps it for pages on which nobody is signed in yet."""

    cookie: str

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = request.COOKIES.get(self.cookie, "")
        response = self.get_response(request)
        chosen = request.COOKIES.get(self.cookie, "")
        if chosen != before and self.cookie not in response.cookies:
            _keep(request, response, self.cookie, chosen)
        return response


class ThemeMiddleware(_KeptByCookie):
    cookie = THEME_COOKIE

    def process_view(self, request: HttpRequest, view: Any, *_rest: Any) -> None:
        wish = wish_of(request.user) if _is_ours(request, view) else None
        if wish is not None and wish.theme:
            request.COOKIES[self.cookie] = wish.theme


class LanguageMiddleware(_KeptByCookie):
    """Behind LocaleMiddleware, which does what the browser asks for; the cookie is its own."""

    cookie = settings.LANGUAGE_COOKIE_NAME

    def process_view(self, request: HttpRequest, view: Any, *_rest: Any) -> None:
        wish = wish_of(request.user) if _is_ours(request, view) else None
        if wish is not None and wish.language in dict(settings.LANGUAGES):
            request.COOKIES[self.cookie] = wish.language
            translation.activate(wish.language)
            request.LANGUAGE_CODE = translation.get_language()


def keep_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """In this browser; none: as it asks."""
    if not language:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return
    _keep(request, response, settings.LANGUAGE_COOKIE_NAME, language)


def keep_theme(request: HttpRequest, response: HttpResponse, theme: str) -> None:
    _keep(request, response, THEME_COOKIE, theme)


def _keep(request: HttpRequest, response: HttpResponse, name: str, value: str) -> None:
    facts: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": request.is_secure()}
    response.set_cookie(name, value, max_age=_YEAR, **facts)


def zone_of(user: User | AnonymousUser) -> ZoneInfo | None:
    """None: the installation's."""
    wish = wish_of(user)
    return wish.zone if wish is not None and wish.time_zone else None


def _is_ours(request: HttpRequest, view: Any) -> bool:
    return not iscoroutinefunction(view) and settings.SESSION_COOKIE_NAME in request.COOKIES

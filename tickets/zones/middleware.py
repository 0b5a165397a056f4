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


class LanguageMiddleware:
    """Somebody's language is theirs in every browser; the cookie, Django's own, keeps it for pages on which nobody is
    signed in yet. Behind LocaleMiddleware, which does what the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = settings.LANGUAGE_COOKIE_NAME
        before = request.COOKIES.get(name, "")
        response = self.get_response(request)
        language = request.COOKIES.get(name, "")
        if language != before and name not in response.cookies:
            keep_language(request, response, language)
        return response

    def process_view(self, request: HttpRequest, view: Any, *_rest: Any) -> None:
        wish = wish_of(request.user) if _is_ours(request, view) else None
        if wish is not None and wish.language in dict(settings.LANGUAGES):
            request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = wish.language
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

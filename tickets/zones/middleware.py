"""Pages tell times in the zone of who reads them, and take what is typed for theirs."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tickets.models import NoticeSettings


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
        if iscoroutinefunction(view) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        if (zone := zone_of(request.user)) is not None:
            timezone.activate(zone)


def zone_of(user: User | AnonymousUser) -> ZoneInfo | None:
    """None: the installation's."""
    if not user.is_authenticated:
        return None
    try:
        wish = user.notice_settings
    except NoticeSettings.DoesNotExist:
        return None
    return wish.zone if wish.time_zone else None

"""How often a caller may ask: so many requests a minute, counted in the database, so that it holds on every host."""

import math
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from kapture.api_auth import caller_of
from kapture.api_models import ApiToken

WINDOW = timedelta(minutes=1)

_COUNT = """
    INSERT INTO kapture_apiallowance AS a (caller, since, used) VALUES (%(caller)s, %(now)s, 1)
    ON CONFLICT (caller) DO UPDATE SET
        since = CASE WHEN a.since <= %(over)s THEN excluded.since ELSE a.since END,
        used = CASE WHEN a.since <= %(over)s THEN 1 ELSE a.used + 1 END
    RETURNING since, used
"""


class PerCaller(BaseThrottle):
    """One statement. What it found goes on the request, for the headers of the answer."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        now, limit = timezone.now(), rate_of(request)
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"caller": caller_of(request), "now": now, "over": now - WINDOW})
            since, used = cursor.fetchone()
        self.seconds = seconds_left(since, now=now)
        request._request.allowance = (limit, max(0, limit - used), self.seconds)  # type: ignore[attr-defined]
        return bool(used <= limit)

    def wait(self) -> float:
        return float(self.seconds)


def rate_of(request: Request) -> int:
    """Requests a minute."""
    own = request.auth.rate if isinstance(request.auth, ApiToken) else None
    return own if own is not None else settings.API_RATE


def seconds_left(since: datetime, *, now: datetime) -> int:
    return max(1, math.ceil((since + WINDOW - now).total_seconds()))


def write_headers(response: HttpResponseBase, request: Request) -> None:
    """RateLimit-Limit, -Remaining and -Reset (seconds), where the caller was counted."""
    allowance = getattr(request, "allowance", None)
    if allowance is not None:
        for name, value in zip(("Limit", "Remaining", "Reset"), allowance, strict=True):
            response[f"RateLimit-{name}"] = str(value)

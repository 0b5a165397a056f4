"""Addresses that only take what is sent to them, and stay in a browser's bar after a mistake: who comes by one alone,
after signing in or from the history, is led to the page it belongs to."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tickets.views.access import View


def leads_back(page: str, find: Callable[[HttpRequest, int], object]) -> Callable[[View], View]:
    """To the page of that name with the same number, where `find` finds what it is about; else there is nothing (404).
    Nothing is changed by looking."""

    def wrap(view: View) -> View:
        posted = require_POST(view)

        @require_safe
        def led(request: HttpRequest, number: int) -> HttpResponseBase:
            find(request, number)
            return redirect(page, number=number)

        @wraps(view)
        def taken(request: HttpRequest, **where: Any) -> HttpResponseBase:
            return (led if request.method in ("GET", "HEAD") else posted)(request, **where)

        return taken

    return wrap

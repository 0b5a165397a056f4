"""Who may connect accounts and press the buttons: staff who may change partner configurations. For others there is
nothing here."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

View = TypeVar("View", bound=Callable[..., HttpResponse])


def administrators_only(view: View) -> View:
    """Sign in first; whoever then may not change partner configurations finds no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url=reverse("admin:login"))
        if not (user.is_active and user.is_staff and user.has_perm("twitter_integration.change_partneraccount")):
            raise Http404
        return view(request, *args, **kwargs)

    return cast(View, guarded)


def configuration_page(pk: int) -> str:
    return reverse("admin:twitter_integration_partneraccount_change", args=[pk])


def app_page(pk: int) -> str:
    return reverse("admin:twitter_integration_xapp_change", args=[pk])


def start_page(*, account: int | None = None, another: int | None = None) -> str:
    """The first run of that account, or of another one of that app."""
    query = f"?account={account}" if account else f"?another={another}" if another else ""
    return f"{reverse('x_start')}{query}"


def may_enter_keys(user: Any) -> bool:
    """As on the app's page in the admin."""
    return any(user.has_perm(right) for right in ("twitter_integration.add_xapp", "tickets.configure_desk"))

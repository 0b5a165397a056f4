"""Who has a second factor and has not shown it in this session is nobody yet: on every page, of the desk and of the
administration, and in the API."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from tickets.models import SecondFactor

SHOWN = "second_factor"  # in a session: the key of the factor that was shown


class SecondFactorMiddleware:
    """Right behind the one that says who is signed in. `request.half_signed_in`: who has given the password alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not owes(request):
            return self.get_response(request)
        request.half_signed_in = request.user  # type: ignore[attr-defined]  # for the page that asks for the code
        nobody = AnonymousUser()
        request.user = nobody

        async def nobody_yet() -> AnonymousUser:
            return nobody

        request.auser = nobody_yet
        if request.path in (reverse("sign_in"), reverse("admin:login")):
            asked = {"next": request.GET["next"]} if "next" in request.GET else {}
            return HttpResponseRedirect(f"{reverse('sign_in_code')}{'?' if asked else ''}{urlencode(asked)}")
        return self.get_response(request)


def owes(request: HttpRequest) -> bool:
    """Whether a code is still to be shown. Costs nothing: it was read with the person."""
    factor = factor_of(request.user)
    return factor is not None and request.session.get(SHOWN) != str(factor.key)


def note_shown(request: HttpRequest, factor: SecondFactor) -> None:
    request.session.cycle_key()
    request.session[SHOWN] = str(factor.key)


def factor_of(user: User | AnonymousUser) -> SecondFactor | None:
    """That is in use."""
    if not user.is_authenticated:
        return None
    try:
        factor = user.second_factor
    except SecondFactor.DoesNotExist:
        return None
    return factor if factor.confirmed_at is not None else None

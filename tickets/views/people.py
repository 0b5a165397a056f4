"""What concerns a person rather than a ticket: signing in, the theme."""

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tickets.context import THEME_COOKIE
from tickets.forms import SignInForm, ThemeForm

sign_in = LoginView.as_view(
    template_name="account/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
_YEAR = 365 * 24 * 3600


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    asked, form = request.POST.get("next", ""), ThemeForm(request.POST)
    back = asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else resolve_url("home")
    response = redirect(back)
    if form.is_valid():
        response.set_cookie(
            THEME_COOKIE,
            form.cleaned_data["theme"],
            max_age=_YEAR,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response

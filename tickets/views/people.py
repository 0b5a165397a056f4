"""What concerns a person rather than a ticket: signing in, the theme."""

from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tickets.notices.choosing import change
from tickets.views.access import page_of_ours
from tickets.views.own_forms import SignInForm, ThemeForm
from tickets.zones.middleware import keep_theme

sign_in = LoginView.as_view(
    template_name="account/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
)


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Kept with who is signed in, and in this browser."""
    form = ThemeForm(request.POST)
    response = redirect(page_of_ours(request.POST.get("next", "")) or "home")
    if form.is_valid():
        theme = form.cleaned_data["theme"]
        if isinstance(request.user, User):
            change(request.user, now=timezone.now(), theme=theme)
        keep_theme(request, response, theme)
    return response

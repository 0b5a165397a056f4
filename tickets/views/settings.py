"""A person's own settings: their clock, how pages look, whether single keys do something, their password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tickets.choices import Theme
from tickets.errors import CannotChange
from tickets.models import NoticeSettings
from tickets.notices.choosing import change, settings_of
from tickets.reading.context import Desk, theme_of
from tickets.views.access import for_agents, person
from tickets.views.own_forms import PasswordForm, PersonalForm
from tickets.zones.listed import is_listed, zones_by_region
from tickets.zones.middleware import keep_language, keep_theme


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def own_settings(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if request.method != "POST":
        return _show(request, settings_of(user))
    form, faults = PersonalForm(request.POST), []
    if not form.is_valid():
        return _show(request, settings_of(user), faults=_said(form))
    try:
        change(user, now=timezone.now(), **form.cleaned_data)
    except CannotChange as refusal:
        wish, faults = settings_of(user), [str(refusal)]
        for name, value in form.cleaned_data.items():
            setattr(wish, name, value)
        return _show(request, wish, faults=faults)
    messages.success(request, _("Saved."))
    response = redirect("own_settings")
    keep_theme(request, response, form.cleaned_data["theme"])
    keep_language(request, response, form.cleaned_data["language"])
    return response


@sensitive_post_parameters()
@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Asks for the one of before; every other browser of theirs is signed out by it. The address stays in the bar
    after a mistake: who comes by it alone is led to the page."""
    user = person(request)
    if request.method != "POST":
        return redirect("own_settings")
    form = PasswordForm(user, request.POST)
    if not form.is_valid():
        return _show(request, settings_of(user), password=form)
    form.save()
    update_session_auth_hash(request, user)
    messages.success(request, _("Your password is changed. Other browsers where you were signed in are signed out."))
    return redirect("own_settings")


def _show(
    request: HttpRequest, wish: NoticeSettings, *, faults: list[str] | None = None, password: PasswordForm | None = None
) -> HttpResponse:
    context = {
        "desk": Desk(person(request)),
        "view": "settings",
        "wish": wish,
        "themes": Theme.choices,
        "chosen_theme": wish.theme or theme_of(request),
        "languages": settings.LANGUAGES,
        "regions": zones_by_region().items(),
        "unlisted_zone": "" if is_listed(wish.time_zone) else wish.time_zone,
        "house_zone": settings.TIME_ZONE,
        "faults": faults or [],
        "password": password or PasswordForm(person(request)),
    }
    wrong: Any = faults or (password is not None and password.errors)
    return render(request, "account/settings.html", context, status=422 if wrong else 200)


def _said(form: forms.Form) -> list[str]:
    return [str(fault) for faults in form.errors.values() for fault in faults]

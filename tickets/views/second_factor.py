"""The second factor: the page on which a person turns it on and off, and the one that asks for a code."""

from collections.abc import Sequence
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tickets.errors import CannotChange
from tickets.models import SecondFactor
from tickets.reading.context import Desk
from tickets.signing_in import factor as factors
from tickets.signing_in.codes import address_for_apps
from tickets.signing_in.middleware import note_shown
from tickets.views.access import for_agents, page_of_ours, person
from tickets.views.own_forms import CodeForm, PasswordOnceForm

_HOUSE = "Kapture"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """For who has given the password and owes a code; nobody else has such a page."""
    user = getattr(request, "half_signed_in", None)
    there = page_of_ours(request.POST.get("next", "") or request.GET.get("next", ""))
    if user is None:
        return redirect(there or "home")
    fault = ""
    if request.method == "POST":
        form = CodeForm(request.POST)
        try:
            factor = factors.prove(user, form.typed(), now=timezone.now())
        except CannotChange as refusal:
            fault = str(refusal)
        else:
            note_shown(request, factor)
            return redirect(there or "home")
    facts = {"who": user.get_username(), "next": there, "fault": fault}
    return render(request, "account/code.html", facts, status=422 if fault else 200)


@never_cache
@sensitive_post_parameters()
@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """`what`: begin (by the password), confirm, codes or off (by a code)."""
    deed = _DEEDS.get(request.POST.get("what", "")) if request.method == "POST" else _look
    if deed is None:
        raise Http404
    user, fault, codes = person(request), "", list[str]()
    try:
        codes = list(deed(request, user))
    except CannotChange as refusal:
        fault = str(refusal)
    if request.method == "POST" and not fault and not codes:
        return redirect("second_factor")
    row = SecondFactor.objects.filter(person=user).first()
    facts = {"desk": Desk(user), "view": "settings", "factor": row, "fault": fault, "codes": codes}
    facts |= _picture(row) if row is not None and row.confirmed_at is None else {}
    return render(request, "account/second_factor.html", facts, status=422 if fault else 200)


def _look(_request: HttpRequest, _user: User) -> Sequence[str]:
    return ()


def _begin(request: HttpRequest, user: User) -> Sequence[str]:
    form = PasswordOnceForm(request.POST)
    if not user.check_password(form.typed()):
        raise CannotChange(_("That is not your password."))
    factors.begin(user, now=timezone.now())
    return ()


def _confirm(request: HttpRequest, user: User) -> Sequence[str]:
    codes = factors.confirm(user, CodeForm(request.POST).typed(), now=timezone.now())
    note_shown(request, SecondFactor.objects.get(person=user))
    messages.success(request, _("Two-factor sign-in is on. Other browsers are asked for a code now."))
    return codes


def _renew(request: HttpRequest, user: User) -> Sequence[str]:
    return factors.renew_codes(user, CodeForm(request.POST).typed(), now=timezone.now())


def _off(request: HttpRequest, user: User) -> Sequence[str]:
    factors.turn_off(user, CodeForm(request.POST).typed(), now=timezone.now())
    messages.success(request, _("Two-factor sign-in is off."))
    return ()


_DEEDS = {"begin": _begin, "confirm": _confirm, "codes": _renew, "off": _off}


def _picture(row: SecondFactor) -> dict[str, Any]:
    address = address_for_apps(row.secret, person=row.person.get_username(), house=_HOUSE)
    groups = [row.secret[at : at + 4] for at in range(0, len(row.secret), 4)]
    return {"picture": _drawn(address), "address": address, "secret": " ".join(groups)}


def _drawn(address: str) -> SafeString:
    """Black on white in either theme: cameras want it so."""
    drawing = segno.make(address, error="m", micro=False)
    # As large as its place: a size of its own would leave part of that empty.
    svg = drawing.svg_inline(border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(svg)  # noqa: S308  (drawn from our own secret)

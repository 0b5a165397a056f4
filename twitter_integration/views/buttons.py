"""The buttons of a partner configuration and of an X app: each asks X for one thing and says what came of it. What ends
something is asked once more."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from kapture.sealing import CannotOpen
from twitter_integration.accounts import NotConnected
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.registering.dialect import NotOffered
from twitter_integration.setup.oauth2 import CannotRefresh
from twitter_integration.setup.operating import ACCOUNT_ACTS, APP_ACTS, Act
from twitter_integration.setup.webhooks import NotOurs
from twitter_integration.views.who import administrators_only, app_page, configuration_page

T = TypeVar("T")


@administrators_only
@require_POST
def on_account(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    account = get_object_or_404(PartnerAccount.objects.select_related("app", "address"), pk=pk)
    return _answer(request, _named(ACCOUNT_ACTS, act), account, back=configuration_page(pk))


@administrators_only
@require_POST
def on_app(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    app = get_object_or_404(XApp, pk=pk)
    return _answer(request, _named(APP_ACTS, act), app, back=app_page(pk))


def _named(acts: Mapping[str, Act[T]], name: str) -> Act[T]:
    if name not in acts:
        raise Http404
    return acts[name]


def _answer(request: HttpRequest, act: Act[T], row: T, *, back: str) -> HttpResponse:
    """What ends something is asked once more."""
    if act.warning and request.POST.get("sure") != "yes":
        return render(request, "x/sure.html", {"act": act, "row": row, "back": back})
    _press(request, lambda: act.run(row, timezone.now()))
    return redirect(back)


def _press(request: HttpRequest, run: Callable[[], list[str]]) -> None:
    try:
        for sentence in run():
            messages.info(request, sentence)
    except XError as error:
        messages.error(request, error.said)
    except (CannotOpen, CannotRefresh, NotConnected, NotOffered, NotOurs) as error:
        messages.error(request, str(error))

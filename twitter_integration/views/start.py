"""The first run: five steps from nothing to the first ticket, each with a button that asks X."""

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from twitter_integration.accounts import webhook_url
from twitter_integration.checks import is_on_this_machine
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.setup.connecting import CannotConnect, shortfall
from twitter_integration.setup.provisioning import save_app
from twitter_integration.starting import checking, reading
from twitter_integration.starting.checking import Told
from twitter_integration.starting.places import fault_of
from twitter_integration.starting.reading import Subject
from twitter_integration.starting.silence import why
from twitter_integration.starting.steps import Name, Standing, steps
from twitter_integration.starting.troubles import of_address
from twitter_integration.views import under_way
from twitter_integration.views.connect import begin, callback_address, let_lead_to_x
from twitter_integration.views.start_form import KeysForm
from twitter_integration.views.who import administrators_only, may_enter_keys, start_page


@never_cache
@administrators_only
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return _show(request, _subject(request.GET))


@never_cache
@administrators_only
@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    """What changes by itself while the test message is waited for."""
    return render(request, "x/start/parts.html", _facts(_subject(request.GET)))


@sensitive_post_parameters("consumer_secret")
@administrators_only
@require_POST
def keys(request: HttpRequest) -> HttpResponse:
    """Saves the keys, then has X look at them: what X refuses stays, to be corrected."""
    if not may_enter_keys(request.user):
        raise Http404
    subject, now = _subject(request.POST), timezone.now()
    form = KeysForm(request.POST, app=subject.app, now=now)
    if not form.is_valid():
        return _show(request, subject, form=form, status=422)
    app = save_app(form.facts(), now=now)
    account = _account_of(subject) if subject.account else None
    return _answer(request, Subject(app, account), Name.KEYS, checking.check_keys(app, now=now))


@administrators_only
@require_POST
def connect(request: HttpRequest) -> HttpResponse:
    """Off to X, and back here."""
    subject = _subject(request.POST)
    app = _app_of(subject)
    try:
        return HttpResponseRedirect(begin(request, app, subject.account, first_run=True))
    except CannotConnect as error:
        under_way.forget_opened(request)
        return _answer(request, subject, Name.ACCOUNT, checking.refused(error))


@administrators_only
@require_POST
def act(request: HttpRequest, name: str) -> HttpResponse:
    """One check of X; what it kept is shown by the steps themselves."""
    subject = _subject(request.POST)
    if name not in _ACTS:
        raise Http404
    step, run = _ACTS[name]
    return _answer(request, subject, step, run(subject))


def _app_of(subject: Subject) -> XApp:
    """With its secrets. There is no such step before there is an app."""
    if subject.app is None:
        raise Http404
    return XApp.objects.get(pk=subject.app.pk)


def _account_of(subject: Subject) -> PartnerAccount:
    if subject.account is None:
        raise Http404
    return PartnerAccount.objects.select_related("app", "address").get(pk=subject.account.pk)


_ACTS: Mapping[str, tuple[Name, Callable[[Subject], Told]]] = {
    "callback": (Name.ACCOUNT, lambda one: checking.check_callback(_app_of(one), callback_address("x_callback"))),
    "webhook": (Name.WEBHOOK, lambda one: checking.register(_app_of(one), now=timezone.now())),
    "subscribe": (Name.ORDERS, lambda one: checking.order(_account_of(one), now=timezone.now())),
    "look": (Name.MESSAGE, lambda one: checking.look_for_more(_account_of(one), now=timezone.now())),
}


def _subject(asked: Mapping[str, str]) -> Subject:
    found = reading.find(account=asked.get("account", ""), another=asked.get("another", ""))
    if found is None:
        raise Http404
    return found


def _answer(request: HttpRequest, subject: Subject, step: Name, told: Told) -> HttpResponse:
    """What went well is told on the page anew; what did not stands in its step."""
    if told.trouble is not None:
        return _show(request, subject, at=step, told=told, status=422)
    for sentence in told.good:
        messages.success(request, sentence)
    account, app = subject.account, subject.app
    place = start_page(account=account.pk if account else None, another=app.pk if app else None)
    return redirect(f"{place}#step-{step}")


def _show(
    request: HttpRequest,
    subject: Subject,
    *,
    at: Name | None = None,
    told: Told | None = None,
    form: KeysForm | None = None,
    status: int = 200,
) -> HttpResponse:
    facts = _facts(subject)
    facts |= {
        "view": "start",
        "at": at,
        "told": told,
        "form": form or KeysForm(app=subject.app, now=timezone.now()),
        "enters_keys": may_enter_keys(request.user),
        "title": _("Set up X"),
    }
    return let_lead_to_x(render(request, "x/start.html", facts, status=status))


def _facts(subject: Subject) -> dict[str, Any]:
    now, standing = timezone.now(), reading.stand(subject)
    found = steps(standing)
    account, app = subject.account, subject.app
    waiting = account is not None and found[-1].is_now
    arrived = reading.arrived(account) if account is not None and waiting else None
    return {
        "subject": subject,
        "app": app,
        "account": account,
        "steps": found,
        "done": sum(step.is_done for step in found),
        "standing": standing,
        "no_policy": standing.ticket is not None and not _policies().exists(),
        "waiting": waiting,
        "arrived": arrived,
        "why": why(arrived, now=now) if arrived else None,
        "lacking": shortfall(account.access_level) if account is not None else "",
        "callback": callback_address("x_callback"),
        "webhook": webhook_url(app) if app else "",
        "out_of_reach": _out_of_reach(standing, app),
        "local_x": is_on_this_machine(settings.X_API_URL),
        "x_web": settings.X_WEB_URL,
    }


def _policies() -> Any:
    return apps.get_model("tickets", "SlaPolicy")._default_manager


def _out_of_reach(standing: Standing, app: XApp | None) -> Any:
    """What can be said of our address before X is asked. A local X takes any."""
    if app is None or standing.registered or is_on_this_machine(settings.X_API_URL):
        return None
    fault = fault_of(webhook_url(app))
    return of_address(fault) if fault else None

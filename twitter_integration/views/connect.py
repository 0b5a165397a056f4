"""“Connect with X”: what will happen, off to X, and “is this the right page?” before anything is saved."""

import time
from typing import Any, TypedDict

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from twitter_integration.accounts import purge_first
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.setup import connecting, oauth2
from twitter_integration.setup.connecting import CannotConnect, Connected
from twitter_integration.views import under_way
from twitter_integration.views.who import administrators_only, app_page, configuration_page, start_page


class Places(TypedDict):
    """Where a sign-in began: primary keys, and whether in the first run."""

    account: int | None
    app: int | None
    first_run: bool


@administrators_only
@require_http_methods(["GET", "POST"])
def connect_new(request: HttpRequest, pk: int) -> HttpResponse:
    app = get_object_or_404(XApp.objects.defer(*XApp.SEALED), pk=pk)
    return _connect(request, app, None)


@administrators_only
@require_http_methods(["GET", "POST"])
def connect_again(request: HttpRequest, pk: int) -> HttpResponse:
    rows = PartnerAccount.objects.select_related("app", "address").defer(*PartnerAccount.SEALED_WITH_APP)
    account = get_object_or_404(rows, pk=pk)
    return _connect(request, account.app, account)


@administrators_only
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Nothing is saved before somebody has looked at the face and the handle."""
    found = under_way.granted(request, now=time.time())
    if found is None:
        return _nothing_to_confirm(request)
    candidate = found.candidate
    app = get_object_or_404(XApp, pk=found.app_pk)
    account = get_object_or_404(PartnerAccount, pk=found.account_pk) if found.account_pk else None
    answered = request.method == "POST" and under_way.use_granted(request, request.POST.get("sign_in", ""))
    if answered and request.POST.get("decision") != "save":
        messages.info(request, _("Nothing was changed."))
        return redirect(_back(account.pk if account else None, app.pk, first_run=found.first_run))
    try:
        known = connecting.check_page(candidate, app, account)
        if answered:
            connected = connecting.connect(candidate, app, account, now=timezone.now())
            return _tell(request, connected, first_run=found.first_run)
    except CannotConnect as error:
        places: Places = {"account": found.account_pk, "app": found.app_pk, "first_run": found.first_run}
        return trouble(request, str(error), status=409, **places)
    context = {"found": found, "who": candidate, "app": app, "known": known}
    context |= {"shortfall": connecting.shortfall(candidate.level), "another": request.method == "POST"}
    return render(request, "x/confirm.html", context, status=409 if context["another"] else 200)


def trouble(
    request: HttpRequest,
    sentence: str,
    *,
    account: int | None = None,
    app: int | None = None,
    first_run: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Why it did not work, and the way back to where it began: the account's or the app's primary key."""
    again = reverse("x_connect", args=[account]) if account else ""
    again = again or (reverse("x_connect_new", args=[app]) if app else "")
    back = _back(account, app, first_run=first_run)
    context = {"sentence": sentence, "again": back if first_run else again, "back": back}
    return render(request, "x/trouble.html", context, status=status)


def _back(account: int | None, app: int | None, *, first_run: bool) -> str:
    """Where a sign-in of this account, or of a new one of this app, began."""
    if first_run:
        return start_page(account=account, another=app)
    if account:
        return configuration_page(account)
    return app_page(app) if app else reverse("admin:index")


def _nothing_to_confirm(request: HttpRequest) -> HttpResponse:
    """Not yet: another request of this browser is asking X. Or it came to nothing, or ended elsewhere."""
    opened = under_way.opened(request, now=time.time())
    if opened is None:
        return trouble(request, _("This sign-in has run out or was used already. Start again."), status=410)
    if not opened.status:
        answer = render(request, "x/asking.html", {"here": reverse("x_confirm")})
        answer["Refresh"] = "1"
        return answer
    if opened.where:
        return redirect(opened.where)
    places: Places = {"account": opened.account_pk, "app": opened.app_pk, "first_run": opened.first_run}
    return trouble(request, _(opened.sentence), status=opened.status, **places)


def callback_address(name: str) -> str:
    """What must stand in the app's settings at X, letter by letter."""
    return f"{settings.PUBLIC_URL}{reverse(name)}"


def _connect(request: HttpRequest, app: XApp, account: PartnerAccount | None) -> HttpResponse:
    if request.method == "POST":
        start = _begin_oauth2 if "oauth2" in request.POST else begin
        try:
            return HttpResponseRedirect(start(request, app, account))
        except CannotConnect as error:
            under_way.forget_opened(request)
            return trouble(request, str(error), account=account.pk if account else None, app=app.pk, status=502)
    context = {
        "app": app,
        "account": account,
        "callback": callback_address("x_callback"),
        "callback_oauth2": callback_address("x_callback_oauth2") if app.client_id and account else "",
        "back": configuration_page(account.pk) if account else app_page(app.pk),
    }
    return let_lead_to_x(render(request, "x/connect.html", context))


def let_lead_to_x(answer: HttpResponse) -> HttpResponse:
    """The form's answer leads to X; browsers hold a redirect after a form to form-action as well."""
    answer._csp_update = {"form-action": [settings.X_API_URL, settings.X_WEB_URL]}  # type: ignore[attr-defined]  # django-csp's own
    return answer


def begin(request: HttpRequest, app: XApp, account: PartnerAccount | None, *, first_run: bool = False) -> str:
    """Where the browser goes to approve. Raises CannotConnect."""
    begun = connecting.begin(
        app,
        callback=callback_address("x_callback"),
        screen_name=account.page_name if account else "",
        force_login="other" in request.POST,
    )
    of = {"app_pk": app.pk, "account_pk": account.pk if account else None, "first_run": first_run}
    _keep(request, begun.token, begun.secret, way=under_way.OAUTH1, **of)
    return begun.address


def _begin_oauth2(request: HttpRequest, app: XApp, account: PartnerAccount | None) -> str:
    if account is None or not app.client_id:
        raise CannotConnect(_("OAuth 2.0 needs the app's client ID, and the account connected first."))
    if account.is_purge_unfinished:
        raise CannotConnect(purge_first(account))
    begun = oauth2.begin(app, callback=callback_address("x_callback_oauth2"))
    _keep(request, begun.state, begun.verifier, way=under_way.OAUTH2, app_pk=app.pk, account_pk=account.pk)
    return begun.address


def _keep(request: HttpRequest, key: str, secret: str, **of: Any) -> None:
    under_way.keep(request, under_way.SignIn(key=key, secret=secret, at=time.time(), **of))


def _tell(request: HttpRequest, connected: Connected, *, first_run: bool) -> HttpResponse:
    account = connected.account
    handle = {"handle": account.page_name}
    messages.success(request, _("@%(handle)s is connected.") % handle)
    lacking = connecting.shortfall(account.access_level)
    if lacking:
        messages.warning(request, lacking)
    if connected.trouble:
        messages.error(request, _("Its subscriptions could not be placed again: %s") % connected.trouble)
    elif connected.ordered is not None:
        messages.info(request, _("X tells us again what concerns @%(handle)s.") % handle)
    elif connected.is_new and not first_run:
        messages.info(request, _("Choose where its tickets go, then connect the webhook."))
    return redirect(_back(account.pk, None, first_run=first_run))

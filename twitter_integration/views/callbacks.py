"""Where X sends the browser back to. Bound to the session that began the sign-in; each works once."""

import logging
import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from twitter_integration.client import XClient
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.oauth import Keys
from twitter_integration.setup import connecting
from twitter_integration.setup import oauth2 as modern
from twitter_integration.setup.connecting import CannotConnect
from twitter_integration.views import under_way
from twitter_integration.views.connect import Places, callback_address, trouble
from twitter_integration.views.who import administrators_only, configuration_page

log = logging.getLogger(__name__)

CANCELLED = gettext_noop("You cancelled at X. Nothing was changed.")
_STRANGE = gettext_noop("This sign-in was not begun in this browser, has run out, or was used already. Start again.")


@administrators_only
@require_GET
def oauth1(request: HttpRequest) -> HttpResponse:
    """Step 3 of the sign-in, or its cancellation: then X sends `denied` and nothing else (x-api 1.1, 3')."""
    denied = request.GET.get("denied", "")
    token = denied or request.GET.get("oauth_token", "")
    sign_in = under_way.take(request, token, way=under_way.OAUTH1, now=time.time())
    if sign_in is None:
        return _again(request, token)
    app, account = _parties(sign_in)
    if denied:
        return _ended(request, sign_in, CANCELLED)
    verifier = request.GET.get("oauth_verifier", "")
    try:
        candidate = connecting.finish(app, token=sign_in.key, secret=sign_in.secret, verifier=verifier)
        connecting.check_page(candidate, app, account)
    except CannotConnect as error:
        return _ended(request, sign_in, str(error), status=409)
    under_way.conclude(request, sign_in, candidate=candidate)
    return redirect("x_confirm")


@administrators_only
@require_GET
def oauth2(request: HttpRequest) -> HttpResponse:
    """The code, which lives for 30 seconds, or a refusal: any `error` is one (x-api 1.4)."""
    state = request.GET.get("state", "")
    sign_in = under_way.take(request, state, way=under_way.OAUTH2, now=time.time())
    if sign_in is None or sign_in.account_pk is None:
        return _again(request, state)
    app, account = _parties(sign_in)
    assert account is not None
    code = request.GET.get("code", "")
    if not code or "error" in request.GET:
        return _ended(request, sign_in, CANCELLED)
    now, callback = timezone.now(), callback_address("x_callback_oauth2")
    try:
        granted = modern.finish(app, code=code, verifier=sign_in.secret, callback=callback, now=now)
    except XError as error:
        return _ended(request, sign_in, error.said, status=502)
    refusal, status = _unfit(granted, account)
    if refusal:
        return _ended(request, sign_in, f"{refusal} {_given_up(app, granted)}", status=status)
    modern.keep(account, granted, now=now)
    messages.success(request, _("@%s is connected with OAuth 2.0 as well.") % account.page_name)
    under_way.conclude(request, sign_in, where=configuration_page(account.pk))
    return redirect(configuration_page(account.pk))


def _again(request: HttpRequest, key: str) -> HttpResponse:
    """Opened once more, or twice at once, by the browser that began it: led to where the first time ends."""
    if key and under_way.opened(request, now=time.time(), key=key):
        return redirect("x_confirm")
    under_way.forget_opened(request)
    return trouble(request, _(_STRANGE), status=410)


def _ended(request: HttpRequest, sign_in: under_way.SignIn, sentence: str, *, status: int = 200) -> HttpResponse:
    under_way.conclude(request, sign_in, sentence=sentence, status=status)
    places: Places = {"account": sign_in.account_pk, "app": sign_in.app_pk, "first_run": sign_in.first_run}
    return trouble(request, _(sentence), status=status, **places)


def _parties(sign_in: under_way.SignIn) -> tuple[XApp, PartnerAccount | None]:
    app = get_object_or_404(XApp, pk=sign_in.app_pk)
    if sign_in.account_pk is None:
        return app, None
    return app, get_object_or_404(PartnerAccount.objects.select_related("app", "address"), pk=sign_in.account_pk)


def _unfit(granted: modern.Granted, account: PartnerAccount) -> tuple[str, int]:
    """Why these tokens are not kept, and the status of the page that says so; no words when they are this account's."""
    try:
        with XClient(Keys(consumer_key="", consumer_secret="", oauth2_token=granted.access_token)) as client:
            who = client.me(auth="oauth2").data
    except XError as error:
        return error.said, 502
    if str(who.get("id")) == account.page_id:
        return "", 200
    names = {"handle": who.get("username"), "wanted": account.page_name}
    words = _("You approved as @%(handle)s, but this configuration is that of @%(wanted)s. Nothing was changed.")
    return words % names, 409


def _given_up(app: XApp, granted: modern.Granted) -> str:
    """Nobody holds on to what was granted for somebody else; what became of it, as a sentence."""
    try:
        modern.give_up(app, granted.refresh_token, granted.access_token)
    except XError as error:
        log.warning("OAuth 2.0 tokens that are not kept could not be revoked, app %s: %s", app.pk, error)
        remedy = _("Take the app's access away under “Connected apps” in that account's settings at X.")
        return " ".join((_("The tokens X had granted could not be given up:"), error.said, remedy))
    return _("The tokens X had granted were given up again.")

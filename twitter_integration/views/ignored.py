"""What is ignored around an account: a list with how often it held, one more, and taking back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from twitter_integration.console.fields import BadInput
from twitter_integration.console.offering import read_day
from twitter_integration.console.refused import NotPermitted
from twitter_integration.models import Ignored, PartnerAccount
from twitter_integration.stream import ignoring
from twitter_integration.stream.wording import Shown
from twitter_integration.views.console import account_or_404, around, for_operators
from twitter_integration.views.stream import person_of, row_or_404

_LATEST = 100


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def ignored(request: HttpRequest, key: str) -> HttpResponse:
    """`?event=ID`: of whom one row of the stream is; POST: they, or words, are ignored."""
    account = account_or_404(request, key)
    asked = request.POST.get("event", "") or request.GET.get("event", "")
    about = row_or_404(request, account, asked) if asked else None
    if about is not None and not about.ignorable:
        raise Http404
    if request.method != "POST":
        return render(request, "x/stream/ignored.html", _facts(request, account, about))
    try:
        row = _ignore(request, account, about)
    except NotPermitted as refusal:
        messages.error(request, refusal.sentence)
    except BadInput as error:
        facts = _facts(request, account, about) | {"error": error, "typed": request.POST}
        return render(request, "x/stream/ignored.html", facts, status=422)
    else:
        messages.success(request, _("%(what)s is ignored from now on.") % {"what": row})
    return redirect("x_ignored", key=key)


@for_operators
@require_POST
def take_back(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    account = account_or_404(request, key)
    row = get_object_or_404(ignoring.ignored_of(account), pk=pk)
    try:
        ignoring.take_back(row, by=person_of(request), now=timezone.now())
    except NotPermitted as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("%(what)s is ignored no longer.") % {"what": row})
    return redirect("x_ignored", key=key)


def _ignore(request: HttpRequest, account: PartnerAccount, about: Shown | None) -> Ignored:
    by, now, until = person_of(request), timezone.now(), read_day(request.POST.get("until", ""))
    if about is not None:
        return ignoring.ignore_author(account, about.person, handle=about.handle, until=until, by=by, now=now)
    return ignoring.ignore_words(account, request.POST.get("words", ""), until=until, by=by, now=now)


def _facts(request: HttpRequest, account: PartnerAccount, about: Shown | None) -> dict[str, Any]:
    rows, now = ignoring.ignored_of(account), timezone.now()
    return {
        **around(request, account, "stream"),
        "about": about,
        "may_ignore": ignoring.may_ignore(person_of(request)),
        "rows": ignoring.still(rows, now=now)[:_LATEST],
        "over": ignoring.over(rows, now=now)[:_LATEST],
    }

"""The stream of an account: every activity as it arrives, and what came of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from twitter_integration.console import who
from twitter_integration.console.action import Scope
from twitter_integration.models import PartnerAccount
from twitter_integration.stream.kinds import groups_for, kinds_of
from twitter_integration.stream.lines import lines_of
from twitter_integration.stream.reading import read_page
from twitter_integration.stream.wording import show
from twitter_integration.views.console import account_or_404, around, for_operators

_LONGEST = 18


@for_operators
@require_safe
def stream(request: HttpRequest, key: str) -> HttpResponse:
    account = account_or_404(request, key)
    return render(request, "x/stream/page.html", around(request, account, "stream") | _facts(request, account))


@for_operators
@require_safe
def stream_parts(request: HttpRequest, key: str) -> HttpResponse:
    """The parts of the page that move."""
    return render(request, "x/stream/parts.html", _facts(request, account_or_404(request, key)))


def _facts(request: HttpRequest, account: PartnerAccount) -> dict[str, Any]:
    private, asked = who.may(request.user, Scope.PRIVATE), request.GET.get("kind", "")
    kinds = kinds_of(asked, private=private)
    if kinds is None:
        raise Http404
    before = _number(request.GET.get("before", ""))
    page = read_page(account.page_id, kinds, before=before)
    rows = [show(line) for line in lines_of(account, page.events, user=request.user)]
    kind = f"kind={asked}" if asked else ""
    return {
        "account": account,
        "now": timezone.now(),
        "rows": rows,
        "groups": groups_for(private=private),
        "asked": asked,
        "first": before is None,
        "here": kind,
        "next": "&".join(filter(None, (kind, f"before={page.after}"))) if page.after else "",
        "parts": f"{reverse('x_stream_parts', args=[account.page_id])}?{request.GET.urlencode()}",
    }


def _number(text: str) -> int | None:
    """Http404 for what is no key."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST:
        raise Http404
    return int(text)

"""The stream of an account: every activity as it arrives, and what came of it."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tickets.sight import why_not_work
from twitter_integration.console import who
from twitter_integration.console.action import Scope
from twitter_integration.console.refused import Refused
from twitter_integration.models import Event, PartnerAccount
from twitter_integration.stream import ignoring, making
from twitter_integration.stream.kinds import groups_for, kinds_of
from twitter_integration.stream.lines import lines_of
from twitter_integration.stream.reading import read_page
from twitter_integration.stream.wording import Shown, show
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
        "may_ignore": ignoring.may_ignore(person_of(request)),
        "may_make": not why_not_work(request.user),
        "query": request.GET.urlencode(),
        "groups": groups_for(private=private),
        "asked": asked,
        "first": before is None,
        "here": kind,
        "next": "&".join(filter(None, (kind, f"before={page.after}"))) if page.after else "",
        "parts": f"{reverse('x_stream_parts', args=[account.page_id])}?{request.GET.urlencode()}",
    }


@for_operators
@require_POST
def make(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """A ticket of one activity; pressed twice, it is the same one."""
    account, back = account_or_404(request, key), request.POST.get("back", "")
    row = _event_or_404(request, account, pk)
    try:
        made = making.make_ticket(account, row, by=person_of(request), now=timezone.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, made.sentence)
    query = urlencode([(name, value) for name, value in parse_qsl(back) if name in ("kind", "before")])
    return redirect(f"{reverse('x_stream', args=[key])}{'?' if query else ''}{query}")


def row_or_404(request: HttpRequest, account: PartnerAccount, text: str) -> Shown:
    """One row of the stream that this person may see."""
    event = _event_or_404(request, account, _number(text) or 0)
    (line,) = lines_of(account, [event], user=request.user)
    return show(line)


def _event_or_404(request: HttpRequest, account: PartnerAccount, pk: int) -> Event:
    kinds = kinds_of("", private=who.may(request.user, Scope.PRIVATE)) or ()
    return get_object_or_404(Event, pk=pk, account_id=account.page_id, kind__in=[kind.value for kind in kinds])


def person_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _number(text: str) -> int | None:
    """Http404 for what is no key."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST:
        raise Http404
    return int(text)

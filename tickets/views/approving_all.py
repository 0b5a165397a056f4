"""To approve: all that waits of one statement, at once."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tickets.errors import DeskError
from tickets.incidents import letting_go
from tickets.incidents.letting_go import Decided
from tickets.models import Statement
from tickets.permissions import may
from tickets.views.access import for_agents, person

_NAMED = 5  # of what was left


@for_agents
@require_POST
def let_all_go(request: HttpRequest, pk: int) -> HttpResponse:
    found = _statement_or_404(request, pk)
    act = lambda: letting_go.approve_all(found, by=person(request), now=timezone.now())  # noqa: E731
    return _do(request, act, said=lambda n: ngettext("{n} answer goes out.", "{n} answers go out.", n).format(n=n))


@for_agents
@require_POST
def give_all_back(request: HttpRequest, pk: int) -> HttpResponse:
    """All of them; with `void`, only what is not told any more."""
    found, by, now = _statement_or_404(request, pk), person(request), timezone.now()

    def act() -> Decided:
        if request.POST.get("void"):
            return letting_go.clear(found, by=by, now=now)
        return letting_go.send_back_all(found, by=by, now=now, reason=request.POST.get("reason", ""))

    return _do(request, act, said=lambda n: ngettext("{n} went back.", "{n} went back.", n).format(n=n))


def _do(request: HttpRequest, act: Callable[[], Decided], *, said: Callable[[int], str]) -> HttpResponse:
    try:
        told = act()
    except DeskError as refusal:
        messages.error(request, str(refusal))
        return redirect("approvals")
    words = [said(len(told.done)), *_left(told)]
    (messages.warning if told.left or not told.done else messages.success)(request, " ".join(words))
    return redirect("approvals")


def _left(told: Decided) -> list[str]:
    named = [f"#{ticket}: {why}" for ticket, why in list(told.left.items())[:_NAMED]]
    words = [_("Left: {named}").format(named=" ".join(named))] if named else []
    if len(told.left) > _NAMED:
        words.append(_("And {n} more.").format(n=len(told.left) - _NAMED))
    if told.others:
        words.append(ngettext("{n} waits for somebody else.", "{n} wait for somebody else.", told.others))
        words[-1] = words[-1].format(n=told.others)
    return words


def _statement_or_404(request: HttpRequest, pk: int) -> Statement:
    user = person(request)
    if not may(user, "approve"):
        raise Http404
    return get_object_or_404(letting_go.statements_for(user), pk=pk)

"""To approve: the answers that wait, beside what they answer; let go, perhaps changed, or sent back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.answering import LONGEST_TEXT
from tickets.approving.deciding import approve, send_back, waiting
from tickets.approving.showing import cases
from tickets.errors import DeskError, Repeats
from tickets.forms import read_seen
from tickets.models import Approval
from tickets.permissions import may
from tickets.views.access import for_agents, person


@for_agents
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _show(request: HttpRequest, *, pk: int = 0, refusal: DeskError | None = None) -> HttpResponse:
    """The page; with what came of the last try at one of them, whose words stand as they were changed."""
    user = person(request)
    if not may(user, "approve"):
        raise Http404
    found = cases(user)
    for case in found:
        if refusal is not None and case.approval.pk == pk:
            case.error, case.ask_repeat = str(refusal), isinstance(refusal, Repeats)
            case.text = request.POST.get("text", case.text)
    if refusal is not None and pk not in {case.approval.pk for case in found}:
        messages.error(request, str(refusal))
    facts = {"cases": found, "now": timezone.now(), "view": "approvals"}
    return render(request, "tickets/approvals.html", facts, status=422 if refusal is not None else 200)


@for_agents
@require_POST
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    approval, text = _approval_or_404(request, pk), request.POST.get("text", "")
    if len(text) > LONGEST_TEXT:
        return HttpResponse(status=413)
    seen, repeat = read_seen(request.POST), bool(request.POST.get("repeat"))
    words = text.replace("\r\n", "\n") if "text" in request.POST else None
    try:
        approve(approval, by=person(request), now=timezone.now(), text=words, seen=seen, repeat=repeat)
    except DeskError as refusal:
        return _show(request, pk=pk, refusal=refusal)
    messages.success(request, _("It goes out."))
    return redirect("approvals")


@for_agents
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    approval, reason = _approval_or_404(request, pk), request.POST.get("reason", "")
    try:
        send_back(approval, by=person(request), now=timezone.now(), reason=reason)
    except DeskError as refusal:
        return _show(request, pk=pk, refusal=refusal)
    messages.success(request, _("Sent back to who wrote it."))
    return redirect("approvals")


def _approval_or_404(request: HttpRequest, pk: int) -> Approval:
    """What waits for this person, or was decided meanwhile: then they are told by whom."""
    user = person(request)
    if not may(user, "approve"):
        raise Http404
    found = waiting(user).select_related("message__ticket", "writer", "decided_by").filter(pk=pk).first()
    if found is not None:
        return found
    decided = Approval.objects.exclude(state="waiting").exclude(writer=user).select_related("decided_by", "writer")
    return get_object_or_404(decided, pk=pk)

"""To approve: the answers that wait, beside what they answer; let go, perhaps changed, or sent back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.approving.deciding import approve, decided, send_back, waiting
from tickets.approving.showing import cases, weigh_again
from tickets.composing.answering import LONGEST_TEXT
from tickets.errors import DeskError, Repeats
from tickets.incidents.letting_go import waiting_of
from tickets.models import Approval
from tickets.permissions import may
from tickets.views.access import for_agents, person
from tickets.views.sheet_forms import read_seen, read_wording

_WHO = ("address", "writer", "decided_by")


@for_agents
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    return _show(request)


def _show(request: HttpRequest, *, pk: int = 0, refusal: DeskError | None = None) -> HttpResponse:
    """The page; with what came of the last try at one of them, whose words stand as they were changed."""
    user = person(request)
    if not may(user, "approve"):
        raise Http404
    now = timezone.now()
    together = waiting_of(user)
    apart = [pk for one in together for pk in one.keys]
    found = cases(user, now=now, apart=apart)
    within = cases(user, now=now, only=apart) if apart else []
    for case in (*found, *within):
        if refusal is not None and case.approval.pk == pk:
            case.error, case.ask_repeat = str(refusal), isinstance(refusal, Repeats)
            case.text = request.POST.get("text", case.text)
    if refusal is not None and pk not in {case.approval.pk for case in (*found, *within)}:
        messages.error(request, str(refusal))
    shown = [(one, [case for case in within if case.approval.pk in one.keys]) for one in together]
    count = len(found) + sum(len(one.going) for one in together)
    entries = len(found) + sum(bool(one.going) for one in together)
    facts = {"cases": found, "together": shown, "count": count, "entries": entries, "now": now, "view": "approvals"}
    return render(request, "tickets/approvals.html", facts, status=422 if refusal is not None else 200)


@for_agents
@require_POST
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    approval, text = _approval_or_404(request, pk), request.POST.get("text", "")
    if len(text) > LONGEST_TEXT:
        return HttpResponse(status=413)
    seen, repeat = read_seen(request.POST), bool(request.POST.get("repeat"))
    wording = read_wording(request.POST) or 0
    words = text.replace("\r\n", "\n") if "text" in request.POST else None
    try:
        made = approve(
            approval, by=person(request), now=timezone.now(), text=words, seen=seen, wording=wording, repeat=repeat
        )
    except DeskError as refusal:
        return _show(request, pk=pk, refusal=refusal)
    messages.success(request, _("It goes out."))
    return _back(request, made.ticket_id, f"#m{made.pk}")


@for_agents
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    approval, reason = _approval_or_404(request, pk), request.POST.get("reason", "")
    ticket = approval.message.ticket_id if approval.message is not None else None
    try:
        send_back(approval, by=person(request), now=timezone.now(), reason=reason)
    except DeskError as refusal:
        return _show(request, pk=pk, refusal=refusal)
    messages.success(request, _("Sent back to who wrote it."))
    return _back(request, ticket, "#read")


def _back(request: HttpRequest, ticket: int | None, where: str) -> HttpResponse:
    """To the ticket, if it was decided there."""
    if "on_ticket" in request.POST and ticket is not None:
        return redirect(reverse("ticket", args=[ticket]) + where)
    return redirect("approvals")


@for_agents
@require_POST
def measure_approval(request: HttpRequest, pk: int) -> HttpResponse:
    """The counter for what is being changed."""
    approval, text = _approval_or_404(request, pk), request.POST.get("text", "")
    if len(text) > LONGEST_TEXT:
        return HttpResponse(status=413)
    if approval.message is None:
        raise Http404
    return render(request, "tickets/ring.html", weigh_again(approval.address, approval, approval.message, text))


def _approval_or_404(request: HttpRequest, pk: int) -> Approval:
    """What waits for this person, or was decided meanwhile: then they are told by whom."""
    user = person(request)
    if not may(user, "approve"):
        raise Http404
    found = waiting(user).select_related("message__ticket", "message__identity", *_WHO).filter(pk=pk).first()
    if found is not None:
        return found
    return get_object_or_404(decided(user).select_related(*_WHO), pk=pk)

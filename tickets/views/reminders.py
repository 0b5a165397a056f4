"""Answering a reminder: what was done is taken back now, or stays."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tickets import reminding
from tickets.models import Ticket
from tickets.views.access import changed, for_agents, page_of_ours, person, ticket_or_404


@for_agents
@require_POST
def answer(request: HttpRequest, channel: str, key: str, answer: str) -> HttpResponse:
    if channel not in settings.CHANNELS or answer not in ("undo", "keep"):
        raise Http404
    ticket, undo = _ticket(request), answer == "undo"
    by, now = person(request), timezone.now()
    try:
        told = reminding.answer(
            channel, key, undo=undo, sheet=_sheet(request.POST.get("sheet", "")), by=by, now=now, ticket=ticket
        )
        messages.success(request, told)
    except reminding.CannotDo as refusal:
        messages.error(request, refusal.sentence)
    here = reverse("ticket", args=[ticket.pk]) + "#acts" if ticket else ""
    return changed(request, back=here or page_of_ours(request.POST.get("next", "")) or reverse("home"))


def _ticket(request: HttpRequest) -> Ticket | None:
    """On whose card it was answered; none on other pages."""
    told = request.POST.get("ticket", "")
    if told and (not told.isdecimal() or len(told) > 18):
        raise Http404
    return ticket_or_404(request, int(told)) if told else None


def _sheet(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        return uuid4()

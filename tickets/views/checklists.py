"""A ticket's checklist: add, tick, take out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tickets.checklists import items
from tickets.errors import DeskError
from tickets.models import Checklist, ChecklistItem, Ticket
from tickets.views.access import changed, for_agents, person, ticket_or_404


@for_agents
@require_POST
def checklist(request: HttpRequest, number: int) -> HttpResponse:
    """One thing (`text`), or a whole list kept for it (`list`)."""
    ticket, user, now = ticket_or_404(request, number), person(request), timezone.now()
    chosen = request.POST.get("list", "")
    try:
        if chosen.isdecimal() and len(chosen) < 19:
            kept = get_object_or_404(Checklist, pk=int(chosen), enabled=True)
            items.add_checklist(ticket, kept, by=user, now=now)
        else:
            required = bool(request.POST.get("required"))
            items.add_item(ticket, request.POST.get("text", ""), by=user, now=now, required=required)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    return _back(request, ticket)


@for_agents
@require_POST
def checklist_item(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    ticket, user, now = ticket_or_404(request, number), person(request), timezone.now()
    item = get_object_or_404(ChecklistItem, pk=pk, ticket=ticket)
    try:
        if request.POST.get("do") == "remove":
            items.remove(item, by=user, now=now)
        else:
            items.tick(item, done=request.POST.get("do") == "tick", by=user, now=now)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    return _back(request, ticket)


def _back(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    return changed(request, back=reverse("ticket", args=[ticket.pk]) + "#card-checklist")

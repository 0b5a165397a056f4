"""Who else is on a ticket: its open page says so every 20 seconds, and asks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tickets.notices.presence import MOST, others_on, say_gone, say_here
from tickets.notices.reading import mark_read
from tickets.views.access import for_agents, person, ticket_or_404


@for_agents
@require_POST
def here(request: HttpRequest, number: int) -> HttpResponse:
    """The person has it open (`typing`: and writes; `gone`: no more). What they were told of it is read by that."""
    ticket, user, now = ticket_or_404(request, number), person(request), timezone.now()
    if "gone" in request.POST:
        say_gone(ticket, by=user)
        return HttpResponse(status=204)
    say_here(ticket, by=user, now=now, typing="typing" in request.POST)
    mark_read(user, now=now, ticket=ticket)
    return _others(request, [ticket.pk])


@for_agents
@require_safe
def who_is_here(request: HttpRequest) -> HttpResponse:
    """`?t=12&t=13`: who else is on each; nothing of a ticket they may not see."""
    asked = [text for text in request.GET.getlist("t")[:MOST] if text.isascii() and text.isdigit() and len(text) < 19]
    return _others(request, [int(text) for text in asked])


def _others(request: HttpRequest, pks: list[int]) -> HttpResponse:
    found = others_on(pks, reader=person(request), now=timezone.now())
    return render(request, "tickets/here.html", {"found": [(pk, found.get(pk, [])) for pk in pks]})

"""The board of who watches over a shift: figures that lead to the tickets behind them. What is done with
people's work is done on the page of agents (staffing.py)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets.permissions import may
from tickets.reading.context import Desk
from tickets.shift.board import shift_now
from tickets.views.access import for_agents, person


@for_agents
@require_safe
def shift(request: HttpRequest) -> HttpResponse:
    return render(request, "tickets/shift/page.html", _board(request))


@for_agents
@require_safe
def shift_parts(request: HttpRequest) -> HttpResponse:
    return render(request, "tickets/shift/parts.html", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    desk = Desk(person(request))
    if not desk.oversees:
        raise Http404
    return {"desk": desk, "view": "shift", "reports": may(desk.user, "report"), "board": shift_now(desk)}

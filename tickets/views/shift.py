"""The board of who watches over a shift: figures that lead to the tickets behind them. What is done with
people's work is done on the page of agents (staffing.py)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets.permissions import may
from tickets.reading.context import Desk
from tickets.shift.accounts import accounts_now
from tickets.shift.people import people_now
from tickets.shift.queues import all_now, queues_now
from tickets.staffing.board import leads, looked_after_by
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
    queues, looks_after = queues_now(desk), leads(desk.user)
    people = people_now(looked_after_by(desk.user), to=desk.user, now=desk.now) if looks_after else []
    return {
        "desk": desk,
        "view": "shift",
        "all": all_now(desk, queues),
        "queues": queues,
        "looks_after": looks_after,
        "reports": may(desk.user, "report"),
        "people": people,
        "here": sum(one.at_work.state == "here" for one in people),
        "accounts": accounts_now(to=desk.user, now=desk.now),
    }

"""Run a macro: what it would do on the tickets chosen, and then doing it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.errors import DeskError
from tickets.forms import read_seen
from tickets.models import Macro, Ticket
from tickets.permissions import may, visible_tickets
from tickets.phrases.macros import MOST, Ran, Step, preview, run, run_many, usable
from tickets.terms import latest_of
from tickets.views.access import for_agents, person

_SHOWN = 20


@dataclass(slots=True)
class Row:
    """One of the tickets; `steps`: what would be done, or `ran`: what became of it."""

    ticket: Ticket
    steps: list[Step]
    ran: Ran | None = None


@for_agents
def macros(request: HttpRequest) -> HttpResponse:
    """Choose one, look at what it would do, run it. On one ticket it leads back there; on many, each is told."""
    user, now = person(request), timezone.now()
    if not may(user, "work"):
        raise Http404
    told = request.POST if request.method == "POST" else request.GET
    numbers = [int(one) for one in told.getlist("t") if one.isdecimal() and len(one) < 19]
    numbers = list(dict.fromkeys(numbers))[:MOST]
    chosen = usable(user).filter(pk=int(told["macro"])).first() if told.get("macro", "").isdecimal() else None
    tickets = list(visible_tickets(user).filter(pk__in=numbers).select_related("identity", "address", "queue"))
    if request.method == "POST" and chosen is not None:
        if len(tickets) == 1:
            return _run_one(request, chosen, tickets[0])
        ran = {one.ticket: one for one in run_many(chosen, [one.pk for one in tickets], by=user, now=now)}
        return _show(request, chosen, [Row(one, [], ran.get(one.pk)) for one in tickets], done=True)
    shown = tickets[:_SHOWN]
    rows = [Row(one, preview(chosen, one, by=user, now=now) if chosen else []) for one in shown]
    return _show(request, chosen, rows, all_of_them=tickets)


def _run_one(request: HttpRequest, macro: Macro, ticket: Ticket) -> HttpResponse:
    back = reverse("ticket", args=[ticket.pk]) + ("#writer" if macro.reply_id and not macro.send else "")
    try:
        run(macro, ticket, by=person(request), now=timezone.now(), seen=read_seen(request.POST))
    except DeskError as refusal:
        messages.error(request, _("Nothing was done: %s") % refusal)
    else:
        messages.success(request, _("Done: %s") % macro.name)
    return redirect(back)


def _show(
    request: HttpRequest,
    macro: Macro | None,
    rows: list[Row],
    *,
    all_of_them: list[Ticket] | None = None,
    done: bool = False,
) -> HttpResponse:
    tickets = all_of_them if all_of_them is not None else [row.ticket for row in rows]
    facts = {
        "macros": list(usable(person(request))),
        "macro": macro,
        "rows": rows,
        "tickets": tickets,
        "more": len(tickets) - len(rows),
        "done": done,
        "seen": latest_of(tickets[0]) if len(tickets) == 1 else 0,
        "failed": sum(1 for row in rows if row.ran is not None and row.ran.refusal),
    }
    return render(request, "tickets/macros.html", facts)

"""An incident's own page: its parts, what they were told, and one statement for all, looked at before it goes."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.choices import UNDONE_STATUSES
from tickets.errors import DeskError
from tickets.forms import StatementForm, read_number
from tickets.incidents import grouping, stating
from tickets.incidents.gathering import gather
from tickets.incidents.hoping import may_go
from tickets.incidents.tallying import tally
from tickets.incidents.untelling import why_void
from tickets.models import Incident, Statement, StatementPart
from tickets.permissions import may, visible_tickets
from tickets.reading.context import Desk
from tickets.sending.waiting import note_waits, span_words
from tickets.views.access import changed, for_agents, page_of_ours, person
from tickets.views.leading import leads_back

_STATEMENTS = 10
_FEW = 20  # parts; more stand below what is told


@for_agents
@require_safe
def incident(request: HttpRequest, number: int) -> HttpResponse:
    """One that was unmade tells what was told, and nothing else."""
    return show_incident(request, incident_of_old_or_404(request, number), suggestions=True)


@for_agents
@require_safe
def incident_parts(request: HttpRequest, number: int) -> HttpResponse:
    """The parts of the page that move."""
    found = incident_of_old_or_404(request, number)
    return render(request, "tickets/incidents/incident_parts.html", _page(request, found))


def incident_or_404(request: HttpRequest, number: int) -> Incident:
    return _or_404(request, Incident.objects.all(), number)


def incident_of_old_or_404(request: HttpRequest, number: int) -> Incident:
    """Also one that was unmade."""
    return _or_404(request, Incident.every.all(), number)


def _or_404(request: HttpRequest, rows: QuerySet[Incident], number: int) -> Incident:
    seen = rows.filter(ticket__in=visible_tickets(person(request)))
    return get_object_or_404(
        seen.select_related("ticket__address", "ticket__identity", "ticket__folder"), ticket=number
    )


def show_incident(
    request: HttpRequest, found: Incident, *, status: int = 200, suggestions: bool = False, **more: Any
) -> HttpResponse:
    context = _page(request, found, suggestions=suggestions)
    written = {"key": uuid4(), "public": "", "private": ""}
    return render(request, "tickets/incidents/incident.html", context | written | more, status=status)


def _page(request: HttpRequest, found: Incident, *, suggestions: bool = False) -> dict[str, Any]:
    """A fixed number of statements, however many parts there are and however often they were told something."""
    desk = Desk(person(request))
    parts = list(grouping.parts_of(found, by=desk.user).select_related("identity", "folder").order_by("-id"))
    known = [part.pk for part in parts]
    statements, shown = _statements(found, by=desk.user, asked=read_number(request.GET.get("statement", "")))
    return {
        "desk": desk,
        "now": desk.now,
        "sees_private": may(desk.user, "see_private"),
        "incident": found,
        "ticket": found.ticket,
        "parts": parts,
        "few": len(parts) <= _FEW,
        "of": [found.ticket_id, *known],
        "count": grouping.count_parts(found, by=desk.user),
        "done": grouping.lately_done(found, parts, by=desk.user),
        "open_itself": found.ticket.status in UNDONE_STATUSES,
        "statements": statements,
        "shown": shown,
        "told": _rows(found, shown, by=desk.user, desk=desk) if shown else [],
        "again": _again(shown, by=desk.user, desk=desk) if shown and shown.tally.untold and desk.sends else {},
        "suggestions": gather(found, parts, by=desk.user) if suggestions else [],
        "refresh": f"?statement={shown.pk}" if shown else "",
    }


def _statements(found: Incident, *, by: User, asked: int | None) -> tuple[list[Any], Any]:
    """The latest, each with how far it is as far as they may see that; and the one whose rows are shown: the one they
    ask for, else the latest. Two statements."""
    statements: list[Any] = list(found.statements.select_related("by")[:_STATEMENTS])
    tallies = tally(statements, by=by)
    for one in statements:
        one.tally = tallies[one.pk]
    return statements, next((one for one in statements if one.pk == asked), statements[0] if statements else None)


def _again(statement: Statement, *, by: User, desk: Desk) -> dict[str, int]:
    """How many of those who were told nothing could be told now; and whom somebody may tell the same once more."""
    found = may_go(statement, by=by, now=desk.now)
    again = statement.parts.filter(pk__in=found, repeats=True) if found else statement.parts.none()
    private = list(again.values_list("ticket__private", flat=True))
    return {"able": len(found), "repeats": len(private), "public": private.count(False)}


def _rows(incident: Incident, statement: Any, *, by: User, desk: Desk) -> list[StatementPart]:
    """What became of it for each customer, and why what waits does, or is not told any more."""
    related = ("ticket__identity", "message__ticket", "message__outbox__address", "message__outbox__follows")
    rows: list[Any] = list(statement.parts.filter(ticket__in=visible_tickets(by)).select_related(*related))
    for row in rows:
        row.elsewhere, row.void = statement.tally.elsewhere.get(row.pk), why_void(row, incident)
    said = [row.message for row in rows if row.message is not None and hasattr(row.message, "outbox")]
    note_waits((message.outbox for message in said), now=desk.now)
    return rows


@for_agents
@leads_back("incident", incident_of_old_or_404)
def state(request: HttpRequest, number: int) -> HttpResponse:
    """First what each customer would be told, what it costs and how long it takes; then, confirmed, it goes."""
    found, form = incident_or_404(request, number), StatementForm(request.POST)
    words: dict[str, Any] = {"public": request.POST.get("public", ""), "private": request.POST.get("private", "")}
    if not form.is_valid():
        return show_incident(request, found, status=400, error=_("That is too long."), **words)
    told = {name: form.cleaned_data[name] for name in words} | {"own": not form.cleaned_data["without_own"]}
    by, now = person(request), timezone.now()
    try:
        if form.cleaned_data["sure"]:
            stating.state(found, by=by, now=now, key=form.cleaned_data["key"], **told)
            messages.success(request, _("It is on its way to each of them. What becomes of it stands below."))
            return redirect("incident", number=number)
        preview = stating.preview(found, by=by, now=now, **told)
    except DeskError as refusal:
        return show_incident(request, found, status=409, error=str(refusal), **words)
    facts: dict[str, Any] = {
        "looked_at": True,
        "preview": preview.told,
        "span": preview.span if preview.going else None,
        "pause": span_words(preview.span.pause),
        "able": len(preview.able),
        "held": len(preview.able) - len(preview.going),
        "rules": preview.rules,
        "own": any(one.ticket.pk == number for one in preview.told),
        "without_own": form.cleaned_data["without_own"],
        "price": sum(one.price for one in preview.able),
    }
    return show_incident(request, found, key=form.cleaned_data["key"], **facts, **words)


@for_agents
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Incident.every.filter(ticket__in=visible_tickets(person(request)))
    statement = get_object_or_404(Statement.objects.select_related("incident__ticket"), pk=pk, incident__in=seen)
    home = reverse("incident", args=[statement.incident.ticket_id])
    if request.method != "POST":
        return redirect(home)
    try:
        stating.retry(statement, by=person(request), repeat=bool(request.POST.get("repeat")))
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("What was refused is tried once more."))
    return changed(request, back=page_of_ours(request.POST.get("next", "")) or home)

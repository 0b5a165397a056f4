"""Incidents: the list, one with its parts, and one statement for all of their customers, looked at before it goes."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tickets.choices import PartState
from tickets.context import Desk
from tickets.errors import CannotChange, DeskError
from tickets.forms import IncidentForm, MergeForm, OtherForm, StatementForm
from tickets.incidents import grouping, stating
from tickets.models import Incident, Statement
from tickets.permissions import may, visible_tickets
from tickets.suggesting import suggest
from tickets.views.access import changed, for_agents, page_of_ours, person, ticket_or_404

_SHOWN = 50
_STATEMENTS = 10


@for_agents
@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """Those there are; with tickets chosen on the list (`t`), to which of them these are added."""
    by = person(request)
    seen = Incident.objects.filter(ticket__in=visible_tickets(by)).select_related("ticket").order_by("-id")
    chosen = MergeForm(request.GET).tickets
    context = {"desk": Desk(by), "incidents": seen[:_SHOWN], "chosen": chosen}
    return render(request, "tickets/incidents/list.html", context)


@for_agents
@require_safe
def incident(request: HttpRequest, number: int) -> HttpResponse:
    return _show(request, _incident_or_404(request, number))


def _show(request: HttpRequest, found: Incident, *, status: int = 200, **more: Any) -> HttpResponse:
    by = person(request)
    parts = grouping.parts_of(found, by=by).select_related("identity").order_by("-id")
    seen = grouping.parts_of(found, by=by).values("pk")
    statements = list(found.statements.select_related("by")[:_STATEMENTS])
    for one in statements:
        told = one.parts.filter(ticket__in=seen).select_related("ticket__identity", "message__outbox")
        one.told = list(told)  # type: ignore[attr-defined]  # for the template alone
        one.refused = any(part.state == PartState.REFUSED for part in told)  # type: ignore[attr-defined]
    known = {part.pk for part in parts} | {found.ticket_id}
    near = [one for one in suggest(found.ticket, by=by) if one.ticket.pk not in known and not one.ticket.part_of_id]
    incidents = set(
        Incident.objects.filter(ticket__in=[one.ticket.pk for one in near]).values_list("ticket", flat=True)
    )
    context = {
        "desk": Desk(by),
        "sees_private": may(by, "see_private"),
        "incident": found,
        "ticket": found.ticket,
        "parts": parts,
        "count": grouping.count_parts(found, by=by),
        "statements": statements,
        "suggestions": [one for one in near if one.ticket.pk not in incidents],
        "key": uuid4(),
        "public": "",
        "private": "",
    }
    return render(request, "tickets/incidents/incident.html", context | more, status=status)


def _incident_or_404(request: HttpRequest, number: int) -> Incident:
    rows = Incident.objects.filter(ticket__in=visible_tickets(person(request)))
    return get_object_or_404(rows.select_related("ticket__address", "ticket__identity"), ticket=number)


@for_agents
@require_POST
def make(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), IncidentForm(request.POST)
    return _do(
        request,
        lambda **facts: grouping.make(ticket, form.name, **facts),
        said=_("It is an incident now: tickets can be made part of it."),
        back=reverse("ticket", args=[number]),
    )


@for_agents
@require_POST
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Tickets by their numbers."""
    found, form = _incident_or_404(request, number), IncidentForm(request.POST)
    if form.wrong:
        messages.error(request, _("“{word}” is no number of a ticket.").format(word=form.wrong))
        return changed(request, back=_back(request, found))
    said = ngettext("{n} ticket is part of it now.", "{n} tickets are part of it now.", len(form.tickets))
    told = said.format(n=len(form.tickets))
    return _do(
        request,
        lambda **facts: grouping.add(found, form.tickets, **facts),
        said=told,
        back=_back(request, found),
    )


@for_agents
@require_POST
def join(request: HttpRequest, number: int) -> HttpResponse:
    """This ticket into the incident of that number."""
    ticket, form = ticket_or_404(request, number), OtherForm(request.POST)
    seen = Incident.objects.filter(ticket__in=visible_tickets(person(request))).select_related("ticket")
    found = seen.filter(ticket=form.number).first() if form.number else None

    def act(**facts: Any) -> None:
        if found is None:
            raise CannotChange(_("There is no incident of that number."))
        grouping.add(found, [ticket.pk], **facts)

    return _do(request, act, said=_("It is part of the incident now."), back=reverse("ticket", args=[number]))


@for_agents
@require_POST
def take_out(request: HttpRequest, number: int) -> HttpResponse:
    """This ticket, of its incident."""
    ticket = ticket_or_404(request, number)
    seen = Incident.objects.filter(ticket__in=visible_tickets(person(request))).select_related("ticket")
    found = get_object_or_404(seen, ticket=ticket.part_of_id)
    return _do(
        request,
        lambda **facts: grouping.take_out(found, ticket, **facts),
        said=_("It is no part of the incident any more."),
        back=page_of_ours(request.POST.get("next", "")) or reverse("ticket", args=[number]),
    )


@for_agents
@require_POST
def resolve(request: HttpRequest, number: int) -> HttpResponse:
    found, too = _incident_or_404(request, number), bool(request.POST.get("parts"))
    return _do(
        request,
        lambda **facts: grouping.resolve(found, parts_too=too, **facts),
        said=_("Resolved, with its parts.") if too else _("Resolved; its parts stay as they are."),
        back=_back(request, found),
    )


@for_agents
@require_http_methods(["POST"])
def state(request: HttpRequest, number: int) -> HttpResponse:
    """First what each customer would be told and what it costs; then, confirmed, it goes."""
    found, form = _incident_or_404(request, number), StatementForm(request.POST)
    words: dict[str, Any] = {"public": request.POST.get("public", ""), "private": request.POST.get("private", "")}
    if not form.is_valid():
        return _show(request, found, status=400, error=_("That is too long."), **words)
    told = {name: form.cleaned_data[name] for name in words}
    try:
        if form.cleaned_data["sure"]:
            stating.state(found, by=person(request), now=timezone.now(), key=form.cleaned_data["key"], **told)
            messages.success(request, _("It is on its way to each of them. What becomes of it stands below."))
            return redirect("incident", number=number)
        preview = stating.preview(found, by=person(request), **told)
    except DeskError as refusal:
        return _show(request, found, status=409, error=str(refusal), **words)
    able = [one for one in preview if not one.reason]
    facts: dict[str, Any] = {
        "looked_at": True,
        "preview": preview,
        "able": len(able),
        "price": sum(one.price for one in able),
    }
    return _show(request, found, key=form.cleaned_data["key"], **facts, **words)


@for_agents
@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Incident.objects.filter(ticket__in=visible_tickets(person(request)))
    statement = get_object_or_404(Statement.objects.select_related("incident__ticket"), pk=pk, incident__in=seen)
    return _do(
        request,
        lambda by, now: stating.retry(statement, by=by),
        said=_("What was refused is tried once more."),
        back=_back(request, statement.incident),
    )


def _do(request: HttpRequest, action: Callable[..., Any], *, said: str, back: str) -> HttpResponse:
    try:
        action(by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return changed(request, back=back)


def _back(request: HttpRequest, found: Incident) -> str:
    return page_of_ours(request.POST.get("next", "")) or reverse("incident", args=[found.ticket_id])

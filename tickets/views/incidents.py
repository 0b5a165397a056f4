"""Incidents: the list, and what is done with one and its parts. Its own page is incident_page.py."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tickets.errors import CannotChange, DeskError
from tickets.forms import GestureForm, IncidentForm, MergeForm, OtherForm, read_number
from tickets.incidents import founding, grouping
from tickets.models import Incident
from tickets.models.incident import LONGEST_NAME
from tickets.permissions import visible_tickets
from tickets.reading.context import Desk
from tickets.views.access import changed, for_agents, page_of_ours, person, ticket_or_404
from tickets.views.incident_page import incident_of_old_or_404, incident_or_404, show_incident
from tickets.views.leading import leads_back

_SHOWN = 50


@for_agents
@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """Those there are; with tickets chosen on the list (`t`), to which of them these are added."""
    by = person(request)
    seen = Incident.objects.filter(ticket__in=visible_tickets(by)).select_related("ticket").order_by("-id")
    chosen = MergeForm(request.GET).tickets
    context = {"desk": Desk(by), "view": "incidents", "incidents": seen[:_SHOWN], "chosen": chosen} | (
        _chosen(chosen, by) if chosen else {}
    )
    return render(request, "tickets/incidents/list.html", context)


def _chosen(numbers: list[int], by: User) -> dict[str, Any]:
    """What they are, and which of them could become a new incident. Two statements."""
    rows = visible_tickets(by).filter(pk__in=numbers).select_related("identity").order_by("opened_at", "pk")
    return {"tickets": rows[:_SHOWN], "able": founding.able_of(numbers, by=by)[:_SHOWN], "name_length": LONGEST_NAME}


@for_agents
def begin(request: HttpRequest) -> HttpResponse:
    """A new one of chosen tickets."""
    if request.method != "POST":
        return redirect("incidents")
    form, chosen = IncidentForm(request.POST), {"t": request.POST.getlist("t")}
    home = read_number(request.POST.get("home", ""))
    try:
        made, joined = founding.begin(form.tickets, form.name, by=person(request), now=timezone.now(), home=home)
    except DeskError as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('incidents')}?{urlencode(chosen, doseq=True)}")
    messages.success(request, _("It is an incident now. {parts}").format(parts=_count(len(joined.added))))
    return _told_of(request, made, joined.left) if joined.left else redirect("incident", number=made.ticket_id)


@for_agents
@leads_back("ticket", ticket_or_404)
def make(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), IncidentForm(request.POST)
    return _do(
        request,
        lambda **facts: grouping.make(ticket, form.name, **facts),
        said=_("It is an incident now: tickets can be made part of it."),
        back=reverse("ticket", args=[number]),
    )


@for_agents
@leads_back("incident", incident_of_old_or_404)
def add(request: HttpRequest, number: int) -> HttpResponse:
    """Tickets by their numbers."""
    found, form = incident_or_404(request, number), IncidentForm(request.POST)
    if form.wrong:
        messages.error(request, _("“{word}” is no number of a ticket.").format(word=form.wrong))
        return changed(request, back=back_to(request, found))
    try:
        joined = grouping.add(found, form.tickets, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
        return changed(request, back=back_to(request, found))
    messages.success(request, _count(len(joined.added)))
    return _told_of(request, found, joined.left) if joined.left else changed(request, back=back_to(request, found))


def _count(n: int) -> str:
    if not n:
        return _("Nothing was added: they are part of it already.")
    return ngettext("{n} ticket is part of it now.", "{n} tickets are part of it now.", n).format(n=n)


def _told_of(request: HttpRequest, found: Incident, left: Mapping[int, str]) -> HttpResponse:
    """What could not be added stands on the incident's page, until it is left."""
    return show_incident(request, found, suggestions=True, left=list(left.values()))


@for_agents
@leads_back("ticket", ticket_or_404)
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
@leads_back("ticket", ticket_or_404)
def take_out(request: HttpRequest, number: int) -> HttpResponse:
    """This ticket, of its incident."""
    ticket = ticket_or_404(request, number)
    seen = Incident.every.filter(ticket__in=visible_tickets(person(request))).select_related("ticket")
    found = get_object_or_404(seen, ticket=ticket.part_of_id)
    return _do(
        request,
        lambda **facts: grouping.take_out(found, ticket, **facts),
        said=_("It is no part of the incident any more."),
        back=page_of_ours(request.POST.get("next", "")) or reverse("ticket", args=[number]),
    )


@for_agents
@leads_back("incident", incident_of_old_or_404)
def unmake(request: HttpRequest, number: int) -> HttpResponse:
    found = incident_or_404(request, number)
    return _do(
        request,
        lambda **facts: grouping.unmake(found, **facts),
        said=_("It is no incident any more, and nothing is part of it."),
        back=reverse("ticket", args=[number]),
    )


@for_agents
@leads_back("incident", incident_of_old_or_404)
def undo_add(request: HttpRequest, number: int) -> HttpResponse:
    """What was added in one gesture."""
    found, form = incident_or_404(request, number), GestureForm(request.POST)
    if not form.is_valid():
        raise Http404
    return _do(
        request,
        lambda **facts: grouping.undo_adding(found, form.cleaned_data["gesture"], **facts),
        said=_("Taken out again."),
        back=back_to(request, found),
    )


def _do(request: HttpRequest, action: Callable[..., Any], *, said: str, back: str) -> HttpResponse:
    try:
        action(by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return changed(request, back=back)


def back_to(request: HttpRequest, found: Incident) -> str:
    return page_of_ours(request.POST.get("next", "")) or reverse("incident", args=[found.ticket_id])

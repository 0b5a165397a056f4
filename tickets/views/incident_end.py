"""An incident is resolved, with its parts after a look at them; and that is undone."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.errors import DeskError
from tickets.forms import GestureForm, IncidentForm
from tickets.incidents import ending
from tickets.incidents.lagging import SAID_SINCE
from tickets.incidents.protesting import words_since
from tickets.views.access import changed, for_agents, person
from tickets.views.incident_page import incident_of_old_or_404, incident_or_404, show_incident
from tickets.views.incidents import back_to
from tickets.views.leading import leads_back
from tickets.views.undoable import undo_at

_NAMED = 12


@for_agents
@leads_back("incident", incident_of_old_or_404)
def resolve(request: HttpRequest, number: int) -> HttpResponse:
    """With its parts first what becomes of each; alone at once, but where something was said since they were told."""
    found, too, by = incident_or_404(request, number), bool(request.POST.get("parts")), person(request)
    if not request.POST.get("sure"):
        seen = _look(ending.look(found, by=by), number, by=by)
        if too or seen["held"]:
            return show_incident(request, found, **seen, alone=not too)
    also = IncidentForm(request.POST).tickets
    try:
        ended = ending.resolve(found, parts_too=too, by=by, now=timezone.now(), also=also)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        back = undo_at("undo_resolve_incident", number, gesture=ended.gesture)
        messages.success(request, _words(ended, too), extra_tags=back)
    return changed(request, back=back_to(request, found))


def _look(endings: list[ending.Ending], number: int, *, by: User) -> dict[str, Any]:
    """`itself`: where the incident's own ticket is resolved without being chosen; `held`: where it is not."""
    itself = next((one for one in endings if one.ticket.pk == number), None)
    held = itself if itself is not None and itself.lag in SAID_SINCE else None
    parts = [one for one in endings if one.ticket.pk != number]
    late = sorted((one for one in endings if one.lag is not None), key=lambda one: one.wrote_on is None)
    told = {one.read: one.told_at for one in late}
    return {
        "ending": True,
        "itself": itself if held is None else None,
        "held": held,
        "goes": [one.ticket for one in parts if one.lag is None],
        "lags": [one for one in endings if one is held or (one in parts and one.lag is not None)],
        "said": words_since(told, by=by),
    }


def _words(ended: ending.Ended, too: bool) -> str:
    n, left = len(ended.resolved), [one.ticket.pk for one in ended.left]
    said = ngettext("{n} ticket is resolved: {which}.", "{n} tickets are resolved: {which}.", n)
    told = said.format(n=n, which=_named(ended.resolved))
    if left:
        return _("{told} Left as they are: {which}.").format(told=told, which=_named(left))
    return told if too else _("{told} Its parts stay as they are.").format(told=told)


def _named(numbers: Iterable[int]) -> str:
    every = [f"#{number}" for number in sorted(numbers)]
    return ", ".join(every[:_NAMED]) + (" …" if len(every) > _NAMED else "")


@for_agents
@leads_back("incident", incident_of_old_or_404)
def undo_resolve(request: HttpRequest, number: int) -> HttpResponse:
    """What was resolved with it in one gesture, also of one that was unmade since."""
    found, form = incident_of_old_or_404(request, number), GestureForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        back = ending.undo(found, form.cleaned_data["gesture"], by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext("{n} ticket stands as before: {which}.", "{n} tickets stand as before: {which}.", len(back))
        messages.success(request, said.format(n=len(back), which=_named(back)))
    return changed(request, back=back_to(request, found))

"""Who is there, and the next ticket: the switch in one's own menu, the page of who looks after others, the button."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapture.people import shown_name
from tickets.errors import DeskError
from tickets.forms import LeftForm, PresenceForm, SkillsForm
from tickets.reading.context import Desk
from tickets.staffing.board import at_work, leads, looked_after_by
from tickets.staffing.going_on import go_on
from tickets.staffing.needing import set_skills
from tickets.staffing.presence import come_back, go_away, release, stays_in_hand, undo_release
from tickets.staffing.returning import Taken, taken_lately
from tickets.views.access import changed, for_agents, page_of_ours, person, ticket_or_404


@for_agents
@require_POST
def next_ticket(request: HttpRequest) -> HttpResponse:
    """One's own that wait first, then what is nobody's."""
    form = LeftForm(request.POST)
    left = form.cleaned_data["left"] if form.is_valid() else None
    try:
        ticket, own = go_on(by=person(request), now=timezone.now(), left=left)
    except DeskError as refusal:
        messages.info(request, str(refusal))
        return redirect(page_of_ours(request.POST.get("next", "")) or "home")
    said = _("#{number} is yours, and waits") if own else _("#{number} is yours")
    messages.success(request, said.format(number=ticket.pk))
    return redirect("ticket", number=ticket.pk)


@for_agents
@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    """Of oneself."""
    _set_presence(request, person(request))
    return redirect(page_of_ours(request.POST.get("next", "")) or "home")


@for_agents
@require_safe
def agents(request: HttpRequest) -> HttpResponse:
    return render(request, "tickets/agents.html", _board(request))


@for_agents
@require_safe
def agents_parts(request: HttpRequest) -> HttpResponse:
    return render(request, "tickets/agents_parts.html", _board(request))


@for_agents
@require_POST
def agent_presence(request: HttpRequest, pk: int) -> HttpResponse:
    """Of somebody one looks after."""
    _set_presence(request, get_object_or_404(looked_after_by(person(request)), pk=pk))
    return redirect("agents")


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def agent_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks first."""
    desk = Desk(person(request))
    looked_after = looked_after_by(desk.user)
    whose = get_object_or_404(looked_after, pk=pk)
    if request.method != "POST":
        (row,) = at_work(looked_after.filter(pk=pk), to=desk.user, now=desk.now)
        taken, stays = taken_lately(whose.pk, by=desk.user, now=desk.now), stays_in_hand(whose, by=desk.user)
        facts = {"desk": desk, "view": "agents", "row": row, "taken": taken, "hours": _hours(settings.RELEASED_HOURS)}
        facts |= {"stays": stays, "goes": max(row.in_hand - stays, 0)}
        return render(request, "tickets/agent_release.html", facts)
    count = release(whose, by=desk.user, now=timezone.now())
    messages.success(request, _returned(count, stays=stays_in_hand(whose, by=desk.user)))
    return redirect("agent_release", pk=pk)


@for_agents
@require_POST
def agent_release_undo(request: HttpRequest, pk: int) -> HttpResponse:
    whose = get_object_or_404(looked_after_by(person(request)), pk=pk)
    found = undo_release(whose, by=person(request), now=timezone.now())
    (messages.success if found.free else messages.warning)(request, _given_again(found, shown_name(whose)))
    return redirect("agents")


@for_agents
@require_POST
def skills(request: HttpRequest, number: int) -> HttpResponse:
    """What a ticket needs."""
    ticket, form = ticket_or_404(request, number), SkillsForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("That choice is not there any more. The page now shows what is."))
        return changed(request, back=reverse("ticket", args=[ticket.pk]))
    try:
        chosen = [skill.pk for skill in form.cleaned_data["skills"]]
        set_skills(ticket, chosen, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Skills set"))
    return changed(request, back=reverse("ticket", args=[ticket.pk]))


def _board(request: HttpRequest) -> dict[str, object]:
    desk = Desk(person(request))
    if not leads(desk.user):
        raise Http404
    rows = at_work(looked_after_by(desk.user), to=desk.user, now=desk.now)
    return {"desk": desk, "view": "agents", "rows": rows, "here": sum(row.state == "here" for row in rows)}


def _set_presence(request: HttpRequest, whose: User) -> None:
    form, by = PresenceForm(request.POST), person(request)
    if not form.is_valid():
        messages.error(request, _("That choice is not there any more. The page now shows what is."))
        return
    chosen, itself = form.cleaned_data["presence"], whose.pk == by.pk
    try:
        if chosen == "back":
            come_back(whose, by=by, now=timezone.now())
            said = _("You are back") if itself else _("{name} is back")
        else:
            count = go_away(whose, by=by, now=timezone.now(), give_back=chosen == "away_give_back")
            said = _("You are away") if itself else _("{name} is away")
            said += f". {_returned(count)}" if chosen == "away_give_back" else ""
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said.format(name=shown_name(whose)))


def _given_again(found: Taken, name: str) -> str:
    """How many came back, and why not the others."""
    count = len(found.free)
    said = [
        ngettext("{n} ticket is {name}’s again", "{n} tickets are {name}’s again", count).format(n=count, name=name)
    ]
    if found.barred:
        one, many = _("{n} stays: {name} may not work it now"), _("{n} stay: {name} may not work them now")
        said.append((one if found.barred == 1 else many).format(n=found.barred, name=name))
    if found.gone:
        one, many = _("{n} is others’ by now, or done"), _("{n} are others’ by now, or done")
        said.append((one if found.gone == 1 else many).format(n=found.gone))
    return ". ".join(said)


def _hours(hours: float) -> str:
    return f"{hours:g}"


def _returned(count: int, *, stays: int = 0) -> str:
    said = ngettext("{n} ticket went back to its queue", "{n} tickets went back to their queues", count)
    said = said.format(n=count)
    rest = ngettext("{n} other stays with them", "{n} others stay with them", stays)
    return f"{said}. {rest.format(n=stays)}" if stays else said

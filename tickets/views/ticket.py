"""The ticket page and its moving parts."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.automatic.opting_out import seen_opt_out
from tickets.checklists.items import on_ticket
from tickets.choices import Priority, Status, StatusCategory
from tickets.customers.notes import BESIDE, notes_about
from tickets.deeds import doable
from tickets.incidents.grouping import count_parts
from tickets.models import Ticket
from tickets.notices.naming import people_around
from tickets.notices.watching import watchers_of
from tickets.permissions import (
    find_unseen,
    may,
    may_on,
    rights_of,
)
from tickets.reading.context import Desk
from tickets.reminding import due_about
from tickets.resting.presets import presets
from tickets.shown.beside import around, lately, scheduled
from tickets.shown.clocks import show_clocks
from tickets.shown.there import what_is_there
from tickets.timeline import MOST, STEP, load
from tickets.views.access import for_agents, person, ticket_or_404
from tickets.views.aiming import why_not
from tickets.views.composer import writing
from tickets.views.origins import Way, came_from, lead_there, way_on
from tickets.views.sheet_forms import read_answer, read_targets

# Of so many latest messages the page carries what may be done about them; of older ones it is asked for.
NEAR = 10


@for_agents
@require_safe
def ticket_page(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    if "own" not in request.GET and _seen(ticket.merged_into_id, by=person(request)):
        said = _("#{number} was merged into this ticket. {link}")
        own = format_html('<a href="{}?own=1">{}</a>', reverse("ticket", args=[number]), _("Its own history"))
        messages.info(request, format_html(said, number=number, link=own))
        there = reverse("ticket", args=[ticket.merged_into_id])
        return redirect(f"{there}?{urlencode({'of': request.GET['of']})}" if "of" in request.GET else there)
    of = came_from(request, ticket, Desk(person(request)))
    if of is not None and (there := lead_there(request, of, ticket)):
        return redirect(there)
    answer = read_answer(request.GET)
    if answer and (gone := why_not(ticket, answer, private=False, by=person(request))):
        messages.warning(request, gone)
        answer = None
    return show_ticket(request, ticket, opening=True, answer=answer)


@for_agents
@require_safe
def ticket_parts(request: HttpRequest, number: int) -> HttpResponse:
    """Everything of the page but what somebody may be writing in."""
    ticket = ticket_or_404(request, number)
    context = _page(request, ticket)
    context["way"] = _way(request, ticket, context["desk"])
    context |= writing(request, ticket, to=read_targets(request.GET), shown=context["timeline"], there=context["there"])
    return render(request, "tickets/ticket_parts.html", context)


def show_ticket(request: HttpRequest, ticket: Ticket, *, status: int = 200, **written: Any) -> HttpResponse:
    """The whole page; `written` goes back into the composer."""
    context = _page(request, ticket)
    context["way"] = _way(request, ticket, context["desk"])
    context |= writing(request, ticket, shown=context["timeline"], there=context["there"], **written)
    return render(request, "tickets/ticket.html", context, status=status)


def _way(request: HttpRequest, ticket: Ticket, desk: Desk) -> Way | None:
    """On from here in the list it was opened from; None where it was not opened from one."""
    of = came_from(request, ticket, desk)
    return way_on(of, ticket, desk) if of else None


def _page(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    user, show = person(request), _steps(request.GET.get("show", ""))
    desk = Desk(user)
    timeline = load(ticket, user=user, show=show)
    others, links = around(user, ticket)
    people = people_around(ticket)
    there = what_is_there(ticket, by=user)
    watchers = watchers_of(ticket, seeing=people.seeing) if there.watches else []
    return {
        "doable": doable(ticket, timeline.messages, by=user, now=desk.now),
        **_near_and_far([message.pk for message in timeline.messages]),
        "reminders": due_about(ticket, by=user, now=desk.now),
        "sheet": uuid4(),
        "desk": desk,
        "ticket": ticket,
        "now": desk.now,
        "snoozes": presets(desk.now, get_current_timezone()),
        "show": show,
        "show_more": show + STEP,
        "done": ticket.category == StatusCategory.DONE,
        "timeline": timeline,
        "there": there,
        "scheduled": scheduled(rights_of(user), ticket=ticket.pk) if there.unsaid else [],
        "clocks": show_clocks(ticket, by=user, now=desk.now, paused=there.pauses, under_way=timeline.under_way),
        "earlier_handles": [one for one in dict.fromkeys(there.handles) if one != ticket.identity.handle],
        "other_tickets": others,
        "links": links,
        "part_of": _seen(ticket.part_of_id, by=user),
        "brought_to": _seen(ticket.merged_into_id, by=user),
        "incident_parts": count_parts(ticket.incident, by=user) if ticket.incident_name else {},
        "happenings": lately(identity=ticket.identity_id) if there.happenings else [],
        "customer_notes": notes_about(BESIDE + 1, customer=ticket.customer_id) if there.notes else [],
        "opt_out": seen_opt_out(ticket, by=user) if there.opt_outs else None,
        "may_lift": may(user, "lift"),
        "items": on_ticket(ticket) if there.items else [],
        "checklists": there.checklists,
        "tags": there.tags,
        "watchers": watchers,
        "watching": any(one.person_id == user.pk for one in watchers),
        "skills": there.skills,
        "needs_some": any(skill["needed"] for skill in there.skills),
        "agents": people.agents if may_on(user, "work", ticket) else [],
        "colleagues": people.colleagues,
        "queues": desk.all_queues,
        "folders": desk.all_folders,
        "statuses": [choice for choice in Status.choices if choice[0] != Status.NEW],
        "asked_why": {rule["status"] for rule in there.pause_rules} | {Status.ON_HOLD},
        "why_needed": {rule["status"] for rule in there.pause_rules if rule["needs_reason"]},
        "priorities": Priority.choices[::-1],
    }


def _seen(number: int | None, *, by: User) -> int | None:
    """Of another ticket, when they may see it."""
    return None if number is None or find_unseen({number}, user=by) else number


def _steps(asked: str) -> int:
    return min(max(int(asked), STEP), MOST) if asked.isdecimal() and len(asked) < 6 else STEP


def _near_and_far(keys: list[int]) -> dict[str, set[int]]:
    """Of which messages the page carries what may be done; of which, where it shows very many, it only leads to it."""
    many = len(keys) > STEP
    near = NEAR // 2 if many else NEAR
    return {"near": set(keys[-near:]), "far": set(keys[:-near] if many else ())}

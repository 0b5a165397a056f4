"""The ticket page and its moving parts."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.checklists.items import on_ticket
from tickets.choices import UNSAID_STATES, Priority, Status, StatusCategory
from tickets.context import Desk
from tickets.deeds import doable
from tickets.forms import read_targets
from tickets.incidents.grouping import count_parts
from tickets.linking import MOST as MOST_LINKS
from tickets.linking import is_linked, linked_keys
from tickets.listing import with_authors
from tickets.models import Checklist, HandleChange, Happening, Message, PauseRule, Ticket
from tickets.notices.watching import watchers_of
from tickets.opting_out import seen_opt_out
from tickets.permissions import Verb, find_unseen, may, may_on, visible_messages, visible_tickets, who_may_on
from tickets.reminding import due_about
from tickets.resting.presets import presets
from tickets.staffing.needing import needs_of
from tickets.timeline import MOST, STEP, load
from tickets.views.access import for_agents, person, ticket_or_404
from tickets.views.clock_card import show_clocks
from tickets.views.composer import writing

OTHER_TICKETS = 5


@for_agents
@require_safe
def ticket_page(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    if "own" not in request.GET and _seen(ticket.merged_into_id, by=person(request)):
        said = _("#{number} was merged into this ticket. {link}")
        own = format_html('<a href="{}?own=1">{}</a>', reverse("ticket", args=[number]), _("Its own history"))
        messages.info(request, format_html(said, number=number, link=own))
        return redirect("ticket", number=ticket.merged_into_id or 0)
    return show_ticket(request, ticket, opening=True)


@for_agents
@require_safe
def ticket_parts(request: HttpRequest, number: int) -> HttpResponse:
    """Everything of the page but what somebody may be writing in."""
    ticket = ticket_or_404(request, number)
    context = _page(request, ticket)
    context |= writing(request, ticket, to=read_targets(request.GET), shown=context["timeline"])
    return render(request, "tickets/ticket_parts.html", context)


def show_ticket(request: HttpRequest, ticket: Ticket, *, status: int = 200, **written: Any) -> HttpResponse:
    """The whole page; `written` goes back into the composer."""
    context = _page(request, ticket)
    context |= writing(request, ticket, shown=context["timeline"], **written)
    return render(request, "tickets/ticket.html", context, status=status)


def _page(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    user, show = person(request), _steps(request.GET.get("show", ""))
    desk = Desk(user)
    timeline = load(ticket, user=user, show=show)
    others, links = _around(user, ticket)
    people = agents(ticket) if may_on(user, "work", ticket) else []
    watchers = watchers_of(ticket, seeing={one.pk for one in people})
    rules = list(PauseRule.objects.filter(policy=ticket.sla_policy_id))
    return {
        "doable": doable(ticket, timeline.messages, by=user, now=desk.now),
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
        "scheduled": _scheduled(user, ticket),
        "clocks": show_clocks(ticket, now=desk.now),
        "earlier_handles": _earlier_handles(ticket),
        "other_tickets": others,
        "links": links,
        "part_of": _seen(ticket.part_of_id, by=user),
        "brought_to": _seen(ticket.merged_into_id, by=user),
        "incident_parts": count_parts(ticket.incident, by=user) if ticket.incident_name else {},
        "happenings": _lately(ticket),
        "opt_out": seen_opt_out(ticket, by=user),
        "may_lift": may(user, "lift"),
        "items": list(on_ticket(ticket)),
        "checklists": Checklist.objects.filter(enabled=True),
        "tags": list(ticket.tags.all()),
        "watchers": watchers,
        "watching": any(one.person_id == user.pk for one in watchers),
        "skills": (skills := needs_of(ticket)),
        "needs_some": any(getattr(skill, "needed", False) for skill in skills),
        "agents": people,
        "queues": desk.all_queues,
        "folders": desk.all_folders,
        "statuses": [choice for choice in Status.choices if choice[0] != Status.NEW],
        "asked_why": {rule.status for rule in rules} | {Status.ON_HOLD},
        "why_needed": {rule.status for rule in rules if rule.needs_reason},
        "priorities": Priority.choices[::-1],
    }


def _seen(number: int | None, *, by: User) -> int | None:
    """Of another ticket, when they may see it."""
    return None if number is None or find_unseen({number}, user=by) else number


def _steps(asked: str) -> int:
    return min(max(int(asked), STEP), MOST) if asked.isdecimal() and len(asked) < 6 else STEP


def _lately(ticket: Ticket) -> list[Any]:
    """Beside what the customer said, each kind of thing once: how often, and when last."""
    told = Happening.objects.filter(identity=ticket.identity_id).order_by().values("kind")
    return list(told.annotate(count=Count("pk"), newest=Max("at")).order_by("-newest")[:OTHER_TICKETS])


def _scheduled(user: User, ticket: Ticket) -> list[Message]:
    """What is to go out later, or when somebody lets it, the next one first; of a thread its first part."""
    said = visible_messages(user).filter(ticket=ticket, outbox__state__in=UNSAID_STATES)
    return list(said.select_related("agent", "outbox", "approval").order_by("outbox__not_before", "pk"))


def _earlier_handles(ticket: Ticket) -> list[str]:
    changes = HandleChange.objects.filter(identity=ticket.identity_id).values_list("before", flat=True)[:5]
    return list(dict.fromkeys(before for before in changes if before != ticket.identity.handle))


def _around(user: User, ticket: Ticket) -> tuple[list[Ticket], list[Ticket]]:
    """The customer's other tickets, and what is linked with this one. One statement; another where links
    were brought elsewhere and they do not see all."""
    seen = visible_tickets(user)
    own = seen.filter(customer=ticket.customer_id).exclude(pk=ticket.pk).order_by("-last_message_at", "-id")
    keys = linked_keys(ticket, own.values_list("pk")[:OTHER_TICKETS])
    rows = with_authors(seen.filter(pk__in=keys).exclude(pk=ticket.pk)).annotate(linked=is_linked(ticket))
    latest = rows.select_related("identity").order_by("-last_message_at", "-id")
    found: list[Any] = list(latest[: MOST_LINKS + OTHER_TICKETS])
    theirs = [one for one in found if one.customer_id == ticket.customer_id]
    links = [one for one in found if one.linked and one.merged_into_id != ticket.pk]
    unseen = find_unseen({one.merged_into_id for one in links if one.merged_into_id}, user=user)
    for one in links:
        one.brought_to = None if one.merged_into_id in unseen else one.merged_into_id
    return theirs[:OTHER_TICKETS], links


def agents(ticket: Ticket) -> list[User]:
    """Who may be given it, by name."""
    confided: list[Verb] = ["see_private"] if ticket.private else []
    found = who_may_on(ticket.queue_id, "see", "work", *confided)
    return sorted(found, key=lambda user: (user.get_full_name() or user.get_username()).casefold())

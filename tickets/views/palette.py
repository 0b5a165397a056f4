"""The palette: every action and place by name. A script opens it beside any page; without one it is a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.models import Ticket
from tickets.palette.acts import KINDS, Acts
from tickets.palette.finding import tickets_that_say
from tickets.palette.matching import Choice, fitting
from tickets.palette.places import deeds, places, views
from tickets.palette.several import KINDS as OF_SEVERAL
from tickets.palette.several import Several
from tickets.permissions import visible_tickets
from tickets.reading.context import Desk
from tickets.views.access import for_agents, is_fragment, page_of_ours, person

LONGEST = 200
_MOST_TICKETS = 100  # as many as a page of a list can have chosen, and more
_MOST, _MOST_WITH_SEVERAL, _MOST_OF_KIND = 8, 12, 60
_ACTIONS_ONLY = ">"


@dataclass(frozen=True, slots=True)
class Group:
    heading: str
    choices: Sequence[Choice]


@for_agents
@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """`q`: what is typed; `t`: the ticket one is on, or those chosen; `do`: only choices of that kind; `at`: the page
    it was opened from. A script asks for `part`: the list alone."""
    desk, typed = Desk(person(request)), request.GET.get("q", "").strip()[:LONGEST]
    kind = request.GET.get("do", "")
    kind = kind if kind in {*KINDS, *OF_SEVERAL} else ""
    chosen = _chosen(request, desk)
    groups = _groups(desk, chosen, typed, kind)
    context = {
        "desk": desk,
        "view": "palette",
        "groups": [group for group in groups if group.choices],
        "typed": typed,
        "kind": kind,
        "chosen": chosen,
        "at": page_of_ours(request.GET.get("at", "")),
    }
    if not is_fragment(request):
        return render(request, "palette/page.html", context)
    return render(request, "palette/list.html" if "part" in request.GET else "palette/whole.html", context)


def _chosen(request: HttpRequest, desk: Desk) -> list[Ticket]:
    """Of those named the ones that this person may see."""
    numbers = [int(one) for one in request.GET.getlist("t") if one.isdecimal() and len(one) < 19][:_MOST_TICKETS]
    if not numbers:
        return []
    related = ("identity", "queue", "address", "customer")
    found = visible_tickets(desk.user).select_related(*related).in_bulk(numbers)
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


def _groups(desk: Desk, chosen: Sequence[Ticket], typed: str, kind: str) -> list[Group]:
    """What can be done where one is comes first, then places, then a search."""
    only, looked = typed.startswith(_ACTIONS_ONLY), typed.removeprefix(_ACTIONS_ONLY).strip()
    found = []
    if chosen:
        acts = _acts(desk, chosen, looked)
        offered = acts.of_kind(kind) if kind else acts.offered()
        most = _MOST if len(chosen) == 1 else _MOST_WITH_SEVERAL
        told = _fit(offered, looked, most=_MOST_OF_KIND if kind or only else most, all_of_them=bool(kind or only))
        new = acts.new_tag(offered) if kind == "tag" else []
        found.append(Group(_with(chosen), [*told, *new]))
    if kind:
        return found
    if not only:
        found.append(Group(_("Places"), _fit(places(desk), looked, most=_MOST)))
        found.append(Group(_("Saved views"), _fit(views(desk), looked, most=_MOST) if looked else []))
    found.append(Group(_("From anywhere"), _fit(deeds(desk), looked, most=_MOST, all_of_them=only)))
    if looked and not only:
        found.append(Group(_("Tickets that say “%s”") % looked, tickets_that_say(looked, desk)))
    return found


def _fit(choices: Sequence[Choice], looked: str, *, most: int, all_of_them: bool = False) -> list[Choice]:
    """Before anything is typed, the usual ones."""
    return fitting([one for one in choices if looked or all_of_them or one.usual], looked, most=most)


def _acts(desk: Desk, chosen: Sequence[Ticket], looked: str) -> Acts | Several:
    zone = get_current_timezone()
    if len(chosen) == 1:
        return Acts(desk, chosen[0], looked, desk.now, zone)
    return Several(desk, [one.pk for one in chosen], looked, desk.now, zone)


def _with(chosen: Sequence[Ticket]) -> str:
    if len(chosen) > 1:
        return _("With the %s chosen tickets") % len(chosen)
    return _("With #{number}, {name}").format(number=chosen[0].pk, name=chosen[0].identity.shown_name)

"""Pages with rows of tickets: the agent's home and the list."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tickets.composing import drafts
from tickets.models import Ticket
from tickets.reading.context import Desk, Place, Tally, total
from tickets.reading.listing import DONE, ListView, Order, Page, choose, group, read_page
from tickets.reading.origin import Origin
from tickets.reminding import due_to
from tickets.sending.unsent import Unsent
from tickets.shift.own import own_today
from tickets.views.access import for_agents, person
from tickets.views.narrowing import narrowed, offers
from tickets.views.origins import told_by
from tickets.views.searching import search

# Of what somebody has begun to write, so much stands on their home.
MOST_DRAFTS = 10
_OWN_ORDER = (*DONE, ListView.SNOOZED)


@for_agents
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "tickets/home.html", _home(request))


@for_agents
@require_safe
def home_parts(request: HttpRequest) -> HttpResponse:
    return render(request, "tickets/home_parts.html", _home(request))


def _home(request: HttpRequest) -> dict[str, Any]:
    desk = Desk(person(request))
    chosen = choose(desk.user, ListView.MINE, now=desk.now, queue=None, folder=None)
    page = read_page(chosen, ListView.MINE)
    return {
        "desk": desk,
        "view": "home",
        "of": Origin(ListView.MINE),
        "groups": group(page, ListView.MINE, now=desk.now),
        "more": bool(page.after),
        "today": own_today(desk.user, now=desk.now) if desk.works else None,
        "drafts": list(drafts.mine(desk.user)[:MOST_DRAFTS]),
        "reminders": due_to(desk.user, now=desk.now),
        "sheet": uuid4(),
        "queues": [queue for queue in desk.queues if queue.all],
        "back": request.GET.get("back", "") or request.path,
    }


@for_agents
@require_safe
def ticket_list(request: HttpRequest) -> HttpResponse:
    """`narrow`: what was chosen beside the box becomes a part of the search, whose address it is then."""
    if "narrow" in request.GET:
        return redirect(f"{reverse('tickets')}?{urlencode({'q': narrowed(request.GET)})}")
    return render(request, "tickets/list.html", _list(request))


@for_agents
@require_safe
def ticket_rows(request: HttpRequest) -> HttpResponse:
    """The parts of the list that move, for a page that is open."""
    return render(request, "tickets/list_parts.html", _list(request))


def _list(request: HttpRequest) -> dict[str, Any]:
    desk, view = Desk(person(request)), request.GET.get("view", ListView.ALL)
    if view not in ListView.values:
        raise Http404
    queue = _named(desk.queues, request.GET.get("queue", ""))
    folder = _named(desk.folders, request.GET.get("folder", ""))
    places = {"queue": queue.pk if queue else None, "folder": folder.pk if folder else None}
    order = request.GET.get("order", Order.DUE)
    unsent = desk.unsent if view == ListView.UNSENT else ()
    if line := request.GET.get("q", "").strip():
        return _found(request, line, desk, queue=queue, folder=folder)
    try:
        chosen = choose(desk.user, view, now=desk.now, unsent=unsent, **places)
        page = read_page(chosen, view, after=request.GET.get("after", ""), order=Order(order))
        new = _new(request, chosen, page)
    except ValueError:
        raise Http404 from None
    return {
        "order": "" if view in _OWN_ORDER else order,
        "orders": [] if view in _OWN_ORDER else Order.choices,
        "live": _query(request, since=desk.now.isoformat()),
        "new": new,
        "desk": desk,
        "filters": offers(desk) if "filter" in request.GET else (),
        "view": view,
        "views_done": [(value, ListView(value).label) for value in DONE] if view in DONE else [],
        "place": queue or folder,
        "queue": queue,
        "folder": folder,
        "of": told_by(desk, request.GET),
        "title": _title(view, queue or folder),
        **_counts(desk, view, queue, folder),
        "groups": group(page, view, now=desk.now, order=order),
        "picks": True,
        "page": page,
        "query": _query(request, after=None),
        "unordered": _query(request, after=None, order=None),
        "first": "after" not in request.GET,
    }


def _found(request: HttpRequest, line: str, desk: Desk, **places: Place | None) -> dict[str, Any]:
    """What was searched for: everywhere, or inside the view and the place the address names as well."""
    view = request.GET.get("view", "")
    inside = None
    if view or any(places.values()):
        keys = {name: place.pk if place else None for name, place in places.items()}
        unsent = desk.unsent if view == ListView.UNSENT else ()
        inside = choose(desk.user, view or ListView.ALL, now=desk.now, unsent=unsent, **keys)
    try:
        found = search(line, desk, inside=inside, after=request.GET.get("after", ""))
    except ValueError:
        raise Http404 from None
    kept = next((one for one in desk.saved if one.query == line), None)
    return found | {
        "desk": desk,
        "filters": offers(desk) if "filter" in request.GET else (),
        "view": "search",
        "of": told_by(desk, request.GET),
        "saves": inside is None and kept is None and "mistake" not in found,
        "title": kept.name if kept else _("Search"),
        "picks": True,
        "count": None,
        "live": _query(request),
        "query": _query(request, after=None),
        "first": "after" not in request.GET,
    }


def _query(request: HttpRequest, **values: object) -> str:
    """The page's own question with these values in place of its own; None leaves one out."""
    query = request.GET.copy()
    query.pop("since", None)
    query.pop("filter", None)
    for name, value in values.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return query.urlencode()


def _new(request: HttpRequest, chosen: QuerySet[Ticket], page: Page) -> int:
    """How many tickets of the view came in since the page was opened, and are not on it: behind those that are due
    earlier. A page that is just being opened has none. Raises ValueError for a moment that is none."""
    asked = request.GET.get("since", "")
    if not asked:
        return 0
    since = datetime.fromisoformat(asked)
    if timezone.is_naive(since):
        raise ValueError(asked)
    return chosen.filter(created_at__gt=since).exclude(pk__in=[ticket.pk for ticket in page.tickets]).count()


def _named(places: list[Place], slug: str) -> Place | None:
    """The place of that short name; None when none is asked for, 404 when there is no such."""
    if not slug:
        return None
    found = next((place for place in places if place.slug == slug), None)
    if found is None:
        raise Http404
    return found


def _title(view: str, place: Place | None) -> str:
    label = str(ListView(view).label)
    if place is None:
        return label
    return place.name if view == ListView.ALL else f"{place.name}: {label}"


def _counts(desk: Desk, view: str, queue: Place | None, folder: Place | None) -> dict[str, int | None]:
    """How many tickets the view has; unknown for finished ones, which are never counted."""
    inside = _inside(queue, folder)
    counts = total(desk.tallies, where=inside)
    if view == ListView.UNSENT:
        counts[view] = sum(map(inside, desk.unsent.values()))
    late = {ListView.ALL: "late", ListView.MINE: "mine_late"}.get(ListView(view))
    return {"count": counts.get(view), "late": counts[late] if late else 0}


def _inside(queue: Place | None, folder: Place | None) -> Any:
    def matches(tally: Tally | Unsent) -> bool:
        return (queue is None or tally.queue_id == queue.pk) and (folder is None or tally.folder_id == folder.pk)

    return matches

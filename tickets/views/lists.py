"""Pages with rows of tickets: the agent's home and the list."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tickets.context import Desk, Place, Tally, total
from tickets.views.access import for_agents, person
from tickets.views.listing import DONE, ListView, choose, group, read_page


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
        "groups": group(page, ListView.MINE, now=desk.now),
        "more": bool(page.after),
        "queues": [queue for queue in desk.queues if queue.all],
        "back": request.GET.get("back", "") or request.path,
    }


@for_agents
@require_safe
def ticket_list(request: HttpRequest) -> HttpResponse:
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
    try:
        chosen = choose(desk.user, view, now=desk.now, **places)
        page = read_page(chosen, view, after=request.GET.get("after", ""))
    except ValueError:
        raise Http404 from None
    query = request.GET.copy()
    query.pop("after", None)
    return {
        "desk": desk,
        "view": view,
        "views_done": [(value, ListView(value).label) for value in DONE] if view in DONE else [],
        "place": queue or folder,
        "queue": queue,
        "folder": folder,
        "title": _title(view, queue or folder),
        **_counts(desk, view, queue, folder),
        "groups": group(page, view, now=desk.now),
        "page": page,
        "query": query.urlencode(),
        "first": "after" not in request.GET,
    }


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
    counts = total(desk.tallies, where=_inside(queue, folder))
    late = {ListView.ALL: "late", ListView.MINE: "mine_late"}.get(ListView(view))
    return {"count": counts.get(view), "late": counts[late] if late else 0}


def _inside(queue: Place | None, folder: Place | None) -> Any:
    def matches(tally: Tally) -> bool:
        return (queue is None or tally.queue_id == queue.pk) and (folder is None or tally.folder_id == folder.pk)

    return matches

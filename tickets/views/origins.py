"""From which list a ticket was opened, and the way on from there: before it, behind it, back."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.formats import number_format

from kapture.addresses import address_of
from tickets.finding.meaning import understand
from tickets.finding.terms import NotUnderstood
from tickets.models import Ticket
from tickets.reading.context import Desk, Place
from tickets.reading.listing import ListView, Order, choose
from tickets.reading.neighbours import Neighbours, Side, in_search, in_view
from tickets.reading.origin import Origin


@dataclass(frozen=True, slots=True)
class Way:
    """For the head of a ticket. `of`: as its own address tells it; `before` and `behind` are addresses, where there is
    one. `within`: whether the ticket is in the list (still); `place` and `total` as they are read."""

    of: str
    list: str
    before: str
    behind: str
    within: bool
    place: str
    total: str


def told_by(desk: Desk, asked: QueryDict) -> Origin | None:
    """The list of this address, without a place; None where it is none."""
    line = asked.get("q", "").strip()
    view = asked.get("view", "") or ("" if line else ListView.ALL)
    keys = [_key(places, asked.get(name, "")) for name, places in (("queue", desk.queues), ("folder", desk.folders))]
    newest = ".n" if asked.get("order") == Order.NEWEST else ""
    places = "".join(f".{letter}{key}" for letter, key in zip("qf", keys, strict=True) if key)
    return Origin.read(f"{view}{places}{'' if line else newest}{f'~{line}' if line else ''}")


def _key(places: list[Place], slug: str) -> int | None:
    return next((place.pk for place in places if slug and place.slug == slug), None)


def came_from(request: HttpRequest, ticket: Ticket, desk: Desk) -> Origin | None:
    """As the address says it. Where it says nothing, as the page of this ticket did from which it was asked for: who
    sends a form of it, or unfolds a part of it, without a script stays in the list. A search is told by its own page.
    """
    before = urlsplit(request.headers.get("Referer", ""))
    told = request.GET.get("of", "")
    if not told and before.path == address_of("ticket", ticket.pk):
        told = QueryDict(before.query).get("of", "")
    of = Origin.read(told)
    if of is None or not of.searched or of.line:
        return of
    return told_by(desk, QueryDict(before.query)) if before.path == reverse("tickets") else None


def lead_there(request: HttpRequest, of: Origin, ticket: Ticket) -> str:
    """The address that says all of it, for one that does not: what a form of that page does leads back there."""
    if of.whole and "of" in request.GET:
        return ""
    asked = request.GET.copy()
    asked["of"] = str(of if of.whole else of.at(ticket))
    return f"{request.path}?{asked.urlencode(safe='~')}"


def way_on(of: Origin, ticket: Ticket, desk: Desk) -> Way | None:
    """None for a list that is not there for this person, or is none."""
    queue, folder = (_of(places, key) for places, key in ((desk.queues, of.queue), (desk.folders, of.folder)))
    if (of.queue is not None and queue is None) or (of.folder is not None and folder is None):
        return None
    found = _find(of, ticket, desk)
    if found is None:
        return None
    return Way(
        of=quote(str(of), safe="~"),
        list=_list(of, queue, folder),
        before=_at(of, found.before),
        behind=_at(of, found.behind),
        within=found.within,
        place=_number(*found.place),
        total=_number(*found.total),
    )


def _of(places: list[Place], key: int | None) -> Place | None:
    return next((place for place in places if place.pk == key), None)


def _find(of: Origin, ticket: Ticket, desk: Desk) -> Neighbours | None:
    inside = None
    if of.view or of.queue or of.folder:
        unsent = desk.unsent if of.view == ListView.UNSENT else ()
        places: dict[str, Any] = {"queue": of.queue, "folder": of.folder}
        inside = choose(desk.user, of.view or ListView.ALL, now=desk.now, unsent=unsent, **places)
    if not of.searched:
        return None if inside is None else in_view(inside, ticket, of)
    try:
        return in_search(understand(of.line, user=desk.user, now=desk.now, tickets=inside), ticket, of)
    except NotUnderstood:
        return None


def _at(of: Origin, side: Side) -> str:
    if side.nearest is None:
        return ""
    return f"{address_of('ticket', side.nearest)}?of={quote(str(of.at_moment(side.moment)), safe='~')}"


def _list(of: Origin, queue: Place | None, folder: Place | None) -> str:
    """Its own address, its first page."""
    asked = {"view": of.view, "queue": queue.slug if queue else "", "folder": folder.slug if folder else ""}
    asked |= {"order": Order.NEWEST.value if of.newest else "", "q": of.line}
    return f"{reverse('tickets')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _number(number: int, more: bool) -> str:
    return f"{number_format(number, use_l10n=True, force_grouping=True)}{'+' if more else ''}"

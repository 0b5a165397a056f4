"""What the person is told: the bell, its panel, the page, and what pops up."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tickets.models import NoticeSettings
from tickets.notices.excerpts import first_words
from tickets.notices.places import place_of
from tickets.notices.reading import Group, mark_read, read_page, seen_notices, urgent_since
from tickets.reading.context import Desk
from tickets.views.access import for_agents, is_fragment, page_of_ours, person, ticket_or_404

_LONGEST = 19


@for_agents
@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    return render(request, "notices/page.html", _page(request))


@for_agents
@require_safe
def notice_parts(request: HttpRequest) -> HttpResponse:
    """The parts of the page that move."""
    return render(request, "notices/parts.html", _page(request))


def _page(request: HttpRequest) -> dict[str, Any]:
    desk, everything = Desk(person(request)), request.GET.get("show") == "all"
    groups, after = read_page(desk.user, unread=not everything, before=_key(request.GET.get("before", "")))
    told = {"groups": groups, "said": _said(desk, groups)}
    return told | {"desk": desk, "view": "notices", "after": after, "everything": everything}


def _said(desk: Desk, groups: Iterable[Group]) -> dict[int, str]:
    return first_words(desk.user, [one for group in groups for one in group.notices])


@for_agents
@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """The latest unread ones, beside whatever page is open."""
    return _panel(request)


def _panel(request: HttpRequest) -> HttpResponse:
    desk = Desk(person(request))
    groups, _after = read_page(desk.user, unread=True)
    return render(request, "notices/panel.html", {"desk": desk, "groups": groups, "said": _said(desk, groups)})


@for_agents
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bells, and what is urgent since `since`, the newest notice the page knows of; not in quiet hours."""
    desk, since = Desk(person(request)), _key(request.GET.get("since", ""))
    newest = seen_notices(desk.user).order_by("-id").values_list("pk", flat=True).first() or 0
    urgent = urgent_since(desk.user, since) if since is not None and newest > since and _pops_up(desk) else ()
    told = {"urgent": urgent, "said": first_words(desk.user, urgent)}
    return render(request, "notices/bells.html", told | {"desk": desk, "newest": newest})


def _pops_up(desk: Desk) -> bool:
    wish = NoticeSettings.objects.filter(person=desk.user).first() or NoticeSettings()
    return wish.toasts and not wish.is_quiet(desk.now)


@for_agents
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark as read: all, those of one ticket, or one."""
    user, now = person(request), timezone.now()
    pk, number = _key(request.POST.get("notice", "")), _key(request.POST.get("ticket", ""))
    if pk is not None:
        mark_read(user, now=now, pks=[pk])
    elif number is not None:
        mark_read(user, now=now, ticket=ticket_or_404(request, number))
    else:
        mark_read(user, now=now)
    if is_fragment(request):
        return _panel(request)
    return redirect(page_of_ours(request.POST.get("next", "")) or reverse("notices"))


@for_agents
@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """To what a notice speaks of; it is read by that."""
    notice = seen_notices(person(request)).filter(pk=pk).first()
    if notice is None:
        raise Http404
    mark_read(person(request), now=timezone.now(), pks=[pk])
    return redirect(place_of(notice))


def _key(text: str) -> int | None:
    """Http404 for what is no key."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) >= _LONGEST:
        raise Http404
    return int(text)

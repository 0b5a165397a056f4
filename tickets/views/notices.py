"""What the person is told: the bell, its panel, the page, and what pops up."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tickets.choices import NoticeEvent
from tickets.context import Desk
from tickets.models import Notice, NoticeSettings
from tickets.notices.reading import mark_read, read_page, seen_notices, urgent_since
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
    return {"desk": desk, "view": "notices", "groups": groups, "after": after, "everything": everything}


@for_agents
@require_safe
def panel(request: HttpRequest) -> HttpResponse:
    """The latest unread ones, beside whatever page is open."""
    return _panel(request)


def _panel(request: HttpRequest) -> HttpResponse:
    desk = Desk(person(request))
    groups, _after = read_page(desk.user, unread=True)
    return render(request, "notices/panel.html", {"desk": desk, "groups": groups})


@for_agents
@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bells, and what is urgent since `since`, the newest notice the page knows of; not in quiet hours."""
    desk, since = Desk(person(request)), _key(request.GET.get("since", ""))
    newest = seen_notices(desk.user).order_by("-id").values_list("pk", flat=True).first() or 0
    urgent = urgent_since(desk.user, since) if since is not None and newest > since and _pops_up(desk) else ()
    return render(request, "notices/bells.html", {"desk": desk, "newest": newest, "urgent": urgent})


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
    return redirect(_place(notice))


# Of what is about no single ticket.
_PLACES: Mapping[str, Callable[[], str]] = {
    NoticeEvent.ACCOUNT: lambda: reverse("outbox"),
    NoticeEvent.ASSIGNED: lambda: f"{reverse('tickets')}?view=mine",
    NoticeEvent.RETURNED: lambda: f"{reverse('tickets')}?view=unassigned",
}


def _place(notice: Notice) -> str:
    """Where it happened: the message, if it was one."""
    if notice.ticket_id is None:
        return _PLACES[notice.event]() if notice.event in _PLACES else reverse("notices")
    place = reverse("ticket", args=[notice.ticket_id])
    return f"{place}#m{notice.data['message']}" if "message" in notice.data else place


def _key(text: str) -> int | None:
    """Http404 for what is no key."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) >= _LONGEST:
        raise Http404
    return int(text)

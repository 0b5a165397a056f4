"""The reports, for who may see them: the figures of a period, side by side by queue and the like, and as files."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tickets.permissions import may
from tickets.reports import asking, exporting, showing
from tickets.reports.offering import SIDES, offered, sentence
from tickets.reports.periods import NoPeriod
from tickets.reports.reading import By
from tickets.views.access import for_agents, person

_FILES = {"figures": exporting.figures_file, "tickets": exporting.tickets_file}


@for_agents
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    return _page(request, "tickets/reports/whole.html", "")


@for_agents
@require_safe
def reports_by(request: HttpRequest, by: str) -> HttpResponse:
    if by not in SIDES:
        raise Http404
    return _page(request, "tickets/reports/sides.html", by)


def _page(request: HttpRequest, template: str, by: str) -> HttpResponse:
    _check(request)
    around = offered(person(request), _told(request), by)
    try:
        asked = _asked(request)
        shown = showing.show_sides(asked, cast(By, by)) if by else showing.show_whole(asked)
    except (asking.NotAsked, NoPeriod) as mistake:
        facts = around | {"mistake": sentence(mistake)}
        return render(request, "tickets/reports/mistake.html", facts, status=400)
    return render(request, template, shown | around)


@for_agents
@require_safe
def reports_file(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """Written while it is read, whatever its length."""
    _check(request)
    if name not in _FILES:
        raise Http404
    try:
        asked = _asked(request)
    except (asking.NotAsked, NoPeriod) as mistake:
        return HttpResponse(sentence(mistake), status=400, content_type="text/plain; charset=utf-8")
    called = f"{name}-{asked.period.first}-{asked.period.last}.csv"
    response = StreamingHttpResponse(_pieces(_FILES[name](asked)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, called) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


async def _pieces(rows: Iterator[str]) -> AsyncIterator[str]:
    """Each is asked for when the one before is gone; whoever goes away ends the reading too."""
    following, close = sync_to_async(lambda: next(rows, None)), sync_to_async(cast(Any, rows).close)
    try:
        while (piece := await following()) is not None:
            yield piece
    finally:
        await close()


def _check(request: HttpRequest) -> None:
    if not may(person(request), "report"):
        raise Http404


def _asked(request: HttpRequest) -> asking.Asked:
    return asking.understand(_told(request), user=person(request), now=timezone.now())


def _told(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in request.GET}

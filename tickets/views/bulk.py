"""Many tickets at once: choose what is done, look at what would come of it, order it, follow it, take it back."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tickets.bulk import running
from tickets.bulk.ordering import Aim, Preview, count, order, preview
from tickets.bulk.showing import Shown, first_of, own, title_of
from tickets.choices import BulkDeed
from tickets.errors import DeskError
from tickets.finding.problems import placed
from tickets.finding.terms import NotUnderstood
from tickets.models import BulkRun, Ticket
from tickets.reading.context import Desk
from tickets.views.access import for_agents, person
from tickets.views.bulk_sheet import FORMS, DeedForm, read_aim
from tickets.views.sheet_forms import read_seen, read_wording

_LATEST = 20
_NAMED = 6  # of the tickets it is about
_ICONS = {
    BulkDeed.ASSIGN: "user",
    BulkDeed.STATUS: "check",
    BulkDeed.PRIORITY: "p-normal",
    BulkDeed.SNOOZE: "moon",
    BulkDeed.TAG: "tag",
    BulkDeed.UNTAG: "x",
    BulkDeed.QUEUE: "box",
    BulkDeed.FOLDER: "folder",
    BulkDeed.MACRO: "bolt",
}


@for_agents
def bulk(request: HttpRequest) -> HttpResponse:
    """Of tickets that are named, or of a list: what is to be done, and once that is said (`look`), what would come of
    it; POST orders it. Without any: what the person ordered lately."""
    desk = Desk(person(request))
    if not desk.works:
        raise Http404
    told = request.POST if request.method == "POST" else request.GET
    aim = read_aim(told, desk)
    if not aim.everything and not aim.numbers:
        runs = [Shown(run, by=desk.user, now=desk.now) for run in own(desk.user)[:_LATEST]]
        return render(request, "tickets/bulk/latest.html", {"desk": desk, "runs": runs, "view": "bulk"})
    deed = told.get("deed", "") if told.get("deed", "") in FORMS else ""
    looks = request.method == "POST" or bool(told.get("look"))
    form = FORMS[deed](told if looks else None, desk=desk) if deed else None
    if form is not None and request.method == "POST" and form.is_valid():
        return _ordered(request, aim, deed, form)
    return _sheet(request, desk, aim, deed, form, look=looks)


def _ordered(request: HttpRequest, aim: Aim, deed: str, form: DeedForm) -> HttpResponse:
    facts: dict[str, Any] = {"by": form.desk.user, "now": form.desk.now, "sheet": _sheet_of(request)}
    try:
        run = order(aim, deed, form.value | _known(request, deed), **facts)
    except (DeskError, NotUnderstood) as refusal:
        messages.error(request, _said(refusal))
        return _sheet(request, form.desk, aim, deed, form, look=True)
    return redirect("bulk_run", run.pk)


def _known(request: HttpRequest, deed: str) -> dict[str, Any]:
    """Of a macro that sends: what they had read when it was shown to them."""
    if deed != BulkDeed.MACRO:
        return {}
    return {"seen": read_seen(request.POST), "wording": read_wording(request.POST)}


def _sheet_of(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("sheet", ""))
    except ValueError:
        return uuid4()


def _sheet(request: HttpRequest, desk: Desk, aim: Aim, deed: str, form: DeedForm | None, *, look: bool) -> HttpResponse:
    told = request.POST if request.method == "POST" else request.GET
    found, fault, number = None, "", None
    named: Sequence[Ticket] = ()
    try:
        if form is not None and look and form.is_valid():
            found = preview(aim, deed, form.value, by=desk.user, now=desk.now)
        number = found.count if found else count(aim, user=desk.user, now=desk.now)
        named = first_of(aim, _NAMED, user=desk.user, now=desk.now)
    except (DeskError, NotUnderstood) as refusal:
        fault = _said(refusal)
    facts = {
        "desk": desk,
        "view": "bulk",
        "aim": aim,
        "title": _title(desk, aim),
        "deed": deed,
        "deeds": [(one, one.label, f"?{_query(told, deed=one)}", _ICONS[one]) for one in BulkDeed],
        "named": named,
        "unnamed": max(0, number.number - len(named)) if number else 0,
        "back": QueryDict(told.get("of", "")).urlencode(),
        "kept": _hidden(told),
        "form": form,
        "typed": _typed(form) if found else [],
        "found": found,
        "number": number,
        "fault": fault,
        "button": _button(found) if found else "",
        "sheet": uuid4(),
    }
    wrong = bool(fault) or (form is not None and form.is_bound and not form.is_valid())
    return render(request, "tickets/bulk/sheet.html", facts, status=422 if wrong else 200)


def _said(refusal: Exception) -> str:
    return " ".join(placed(refusal)) if isinstance(refusal, NotUnderstood) else str(refusal)


def _title(desk: Desk, aim: Aim) -> str:
    if not aim.everything:
        return ""
    queue = next((one for one in desk.all_queues if one.pk == aim.queue), None)
    folder = next((one for one in desk.all_folders if one.pk == aim.folder), None)
    return title_of(aim.view, queue, folder, searched=bool(aim.line))


def _hidden(told: QueryDict) -> list[tuple[str, str]]:
    """Which tickets, as the next press says it again."""
    if told.get("all"):
        return [("all", "1"), ("of", told.get("of", ""))]
    of = [("of", list_of)] if (list_of := told.get("of", "")) else []
    return [*(("t", one) for one in told.getlist("t")), *of]


def _query(told: QueryDict, **more: str) -> str:
    return urlencode([*_hidden(told), *more.items()])


def _typed(form: DeedForm | None) -> list[tuple[str, str]]:
    """What was chosen, to be confirmed as it was looked at."""
    return [(field.html_name, str(field.value() or "")) for field in form] if form is not None else []


def _button(found: Preview) -> str:
    n = f"{found.count.number:,}"
    if found.count.sort == "more":
        return _("%(words)s, on more than %(n)s tickets") % {"words": found.words, "n": n}
    if found.count.sort == "least":
        return _("%(words)s, on %(n)s tickets or more") % {"words": found.words, "n": n}
    if found.count.number == 1:
        return _("%(words)s, on one ticket") % {"words": found.words}
    return _("%(words)s, on %(n)s tickets") % {"words": found.words, "n": n}


@for_agents
@require_safe
def bulk_run(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "tickets/bulk/run.html", _shown(request, pk))


@for_agents
@require_safe
def bulk_parts(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of it that move, for a page that is open."""
    return render(request, "tickets/bulk/run_parts.html", _shown(request, pk))


def _shown(request: HttpRequest, pk: int) -> dict[str, Any]:
    desk = Desk(person(request))
    return {"desk": desk, "view": "bulk", "shown": Shown(_run(request, pk), by=desk.user, now=desk.now)}


def _run(request: HttpRequest, pk: int) -> BulkRun:
    return get_object_or_404(own(person(request)), pk=pk)


@for_agents
@require_POST
def bulk_stop(request: HttpRequest, pk: int) -> HttpResponse:
    return _then(request, pk, running.stop)


@for_agents
@require_POST
def bulk_undo(request: HttpRequest, pk: int) -> HttpResponse:
    return _then(request, pk, running.undo)


def _then(request: HttpRequest, pk: int, act: Any) -> HttpResponse:
    try:
        act(_run(request, pk), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    return redirect("bulk_run", pk)

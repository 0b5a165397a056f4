"""Run a macro: what it would do on the tickets chosen, and then doing it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tickets.errors import DeskError
from tickets.forms import GestureForm
from tickets.models import Macro, Ticket
from tickets.permissions import may, visible_tickets
from tickets.phrases.foreseeing import LeftBehind, left_behind
from tickets.phrases.macros import MOST, NO_STEP, Ran, Step, brief, preview, run, run_many, search, usable
from tickets.phrases.steps import gestures
from tickets.phrases.unrunning import unrun
from tickets.resting.reverting import Reverted, told_of_words
from tickets.sending.rewording import latest_wording
from tickets.sending.terms import latest_among
from tickets.views.access import changed, for_agents, is_fragment, person
from tickets.views.sheet_forms import read_seen, read_wording
from tickets.views.undoable import undo_at

_SHOWN, _NAMED, _LEFT = 20, 12, 5


@dataclass(slots=True)
class Row:
    """One of the tickets; `steps`: what would be done, or `ran`: what became of it."""

    ticket: Ticket
    steps: list[Step]
    ran: Ran | None = None

    @property
    def stopped(self) -> bool:
        """All of it is done, or none."""
        return any(step.why_not for step in self.steps)


@for_agents
def macros(request: HttpRequest) -> HttpResponse:
    """Choose one, look at what it would do, run it. On one ticket it leads back there; on many, each is told. A script
    asks for `part`: the list of those that fit what was typed, or what the one chosen does."""
    user, now = person(request), timezone.now()
    if not may(user, "work"):
        raise Http404
    told = request.POST if request.method == "POST" else request.GET
    numbers = [int(one) for one in told.getlist("t") if one.isdecimal() and len(one) < 19]
    numbers = list(dict.fromkeys(numbers))[:MOST]
    chosen = usable(user).filter(pk=int(told["macro"])).first() if _is_key(told.get("macro", "")) else None
    if is_fragment(request) and request.GET.get("part") == "list":
        return render(request, "tickets/macro_list.html", _listed(request, numbers))
    tickets = list(visible_tickets(user).filter(pk__in=numbers).select_related("identity", "address", "queue"))
    if request.method == "POST" and chosen is not None:
        if len(tickets) == 1:
            return _run_one(request, chosen, tickets[0])
        numbers = [one.pk for one in tickets]
        ran = {one.ticket: one for one in run_many(chosen, numbers, by=user, now=now, **_known(request))}
        return _show(request, chosen, [Row(one, [], ran.get(one.pk)) for one in tickets], done=True)
    read = _latest(tickets) if chosen else {}  # before it is shown: what comes in meanwhile is news
    shown = tickets[:_SHOWN] if chosen else []
    rows = [Row(one, preview(chosen, one, by=user, now=now)) for one in shown] if chosen else []
    able = [one.pk for one in tickets if one.pk not in {row.ticket.pk for row in rows if row.stopped}]
    left = left_behind(chosen, able, now=now) if chosen else None
    return _show(request, chosen, rows, all_of_them=tickets, left=left, read=read)


def _is_key(word: str) -> bool:
    return word.isdecimal() and len(word) < 19


def _listed(request: HttpRequest, numbers: list[int], macro: Macro | None = None) -> dict[str, Any]:
    """The list: each with what it does in one line, and where a press leads without a script."""
    user, asked = person(request), request.GET.get("q", "")
    found = [(one, brief(one)) for one in search(user, asked)]
    return {"found": found, "asked": asked, "macro": macro, "numbers": numbers}


def _latest(tickets: list[Ticket]) -> dict[str, int]:
    """What whoever looks at these tickets now has read."""
    numbers = [one.pk for one in tickets]
    return {"seen": latest_among(numbers), "wording": latest_wording(numbers)}


def _known(request: HttpRequest) -> dict[str, int | None]:
    """What they had read when it was shown to them."""
    return {"seen": read_seen(request.POST), "wording": read_wording(request.POST)}


def _run_one(request: HttpRequest, macro: Macro, ticket: Ticket) -> HttpResponse:
    back = reverse("ticket", args=[ticket.pk]) + ("#writer" if macro.reply_id and not macro.send else "")
    try:
        gesture = run(macro, ticket, by=person(request), now=timezone.now(), **_known(request))
    except DeskError as refusal:
        messages.error(request, _("Nothing was done: %s") % refusal)
    else:
        messages.success(request, _("Done: %s") % macro.name, extra_tags=undo_at("undo_macro", gesture=gesture))
    return redirect(back)


@for_agents
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """What a macro changed on one ticket or many is taken back, as far as nobody has changed that since."""
    form = GestureForm(request.POST)
    try:
        told = unrun(form.cleaned_data["gesture"], by=person(request), now=timezone.now()) if form.is_valid() else []
    except DeskError as refusal:
        messages.error(request, str(refusal))
        return changed(request, back=reverse("tickets"))
    if not told:
        raise Http404
    back = [f"#{one.ticket}" for one in told if one.undone and not one.left]
    if back:
        said = ngettext("{n} ticket stands as before: {which}.", "{n} tickets stand as before: {which}.", len(back))
        which = ", ".join(back[:_NAMED]) + (" …" if len(back) > _NAMED else "")
        messages.success(request, said.format(n=len(back), which=which) + _written(told))
    if left := [f"#{one.ticket}: {_in_part(one)}{one.left}" for one in told if one.left]:
        messages.warning(
            request, " ".join(left[:_LEFT]) + (" …" if len(left) > _LEFT else "") + ("" if back else _written(told))
        )
    one = reverse("ticket", args=[told[0].ticket])
    return changed(request, back=one if len(told) == 1 else reverse("tickets"))


def _in_part(one: Reverted) -> str:
    """What went back where something else did not."""
    return _("Taken back: %s. The rest stays:") % ", ".join(one.back) + " " if one.back else ""


def _written(told: Iterable[Reverted]) -> str:
    return f" {words}" if (words := told_of_words(told)) else ""


def _show(
    request: HttpRequest,
    macro: Macro | None,
    rows: list[Row],
    *,
    all_of_them: list[Ticket] | None = None,
    left: LeftBehind | None = None,
    read: dict[str, int] | None = None,
    done: bool = False,
) -> HttpResponse:
    tickets = all_of_them if all_of_them is not None else [row.ticket for row in rows]
    facts = {
        "macro": macro,
        "rows": rows,
        "tickets": tickets,
        "more": len(tickets) - len(rows),
        "left": left,
        "done": done,
        "read": read,
        "failed": sum(1 for row in rows if row.ran is not None and row.ran.refusal),
        "stopped": bool(rows) and len(tickets) == len(rows) == sum(row.stopped for row in rows),
        "left_out": sum(row.stopped for row in rows),
        "able": len(tickets) - sum(row.stopped for row in rows),
        "gesture": next((row.ran.gesture for row in rows if row.ran is not None and row.ran.gesture), None),
        "no_step": NO_STEP if macro is not None and not done and not gestures(macro) else "",
    }
    if is_fragment(request) and request.GET.get("part") == "shown":
        return render(request, "tickets/macro_shown.html", facts)
    return render(request, "tickets/macros.html", facts | _listed(request, [one.pk for one in tickets], macro))

"""What is on its way out: the page over all tickets, and what may be done to it there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tickets import replies
from tickets.errors import DeskError, Repeats
from tickets.forms import ReasonForm
from tickets.incidents.untelling import note_void
from tickets.models import Address, OutboxEntry
from tickets.permissions import may, visible_outbox
from tickets.reading.context import Desk
from tickets.sending import leaving, outgoing, retrying
from tickets.sending.waiting import note_waits
from tickets.views.access import changed, for_agents, page_of_ours, person
from tickets.views.drafting import taken_back_words
from tickets.views.repeating import ask


@for_agents
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    return render(request, "tickets/outbox.html", _page(request))


@for_agents
@require_safe
def outbox_parts(request: HttpRequest) -> HttpResponse:
    """The parts of the page that move."""
    return render(request, "tickets/outbox_parts.html", _page(request))


def _page(request: HttpRequest) -> dict[str, Any]:
    desk, tab = Desk(person(request)), request.GET.get("state", "")
    if not desk.sends or (tab and tab not in outgoing.STATES):
        raise Http404
    address = _number(request.GET.get("account", ""))
    entries = outgoing.unsent(desk.user, address=address)
    chosen = entries.filter(state__in=outgoing.STATES[tab][1]) if tab else entries
    rows, after = outgoing.read_page(chosen, before=_number(request.GET.get("before", "")))
    note_waits(rows, now=desk.now)
    note_void(rows)
    outgoing.note_quoted(rows, user=desk.user)
    counts = outgoing.counts(entries)
    addresses = list(Address.objects.order_by("name"))
    why = outgoing.reasons(entries) if tab in ("", "failed") and counts["failed"] else []
    return {
        "desk": desk,
        "view": "outbox",
        "now": desk.now,
        "tab": tab,
        "tabs": [(name, words, counts[name]) for name, (words, _states) in outgoing.STATES.items()],
        "total": sum(counts.values()),
        "address": address,
        "addresses": addresses,
        # One that is stopped without a word was meant to be (purged), and nothing of it waits.
        "stops": outgoing.stops(one for one in addresses if one.banner),
        "may_resume": outgoing.may_resume(desk.user),
        "reasons": why,
        "over": len(retrying.find_over(desk.user, now=desk.now, address=address)) if why else 0,
        "rows": rows,
        "query": _query(request, before=None),
        "live": _query(request),
        "next": _query(request, before=after) if after else "",
        "first": "before" not in request.GET,
    }


@for_agents
@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _entry_or_404(request, pk)
    try:
        replies.try_again(entry.message, by=person(request), now=timezone.now())
    except Repeats:
        return ask(request, entry.message, back=_place(request))
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It will be sent again."))
    return _back(request)


@for_agents
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Its words become a draft, where it was written."""
    entry = _entry_or_404(request, pk)
    try:
        taken = replies.take_back(entry.message, by=person(request), now=timezone.now(), as_draft=True)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, taken_back_words(entry.message, taken.ticket))
    return _back(request)


@for_agents
@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """From the outbox, its ticket, or the account's posts."""
    entry, back = _entry_or_404(request, pk), page_of_ours(request.POST.get("back", ""))
    try:
        leaving.leave(entry, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Left unsent. It keeps its words and its reason."))
    return changed(request, back=back or _place(request))


@for_agents
@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Everything that failed for one reason."""
    form, address = ReasonForm(request.POST), _number(request.POST.get("account", ""))
    if not form.is_valid():
        messages.error(request, _("Nothing is left that failed for this reason."))
        return _back(request)
    try:
        again = retrying.retry_all(**form.cleaned_data, by=person(request), now=timezone.now(), address=address)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        _tell_again(request, again)
    return _back(request)


def _tell_again(request: HttpRequest, again: retrying.Again) -> None:
    sentence = ngettext("%(n)d answer will be sent again.", "%(n)d answers will be sent again.", again.count)
    told = sentence % {"n": again.count}
    if again.elsewhere:
        stays = ngettext(
            "%(n)d stays: its customer writes in private on another ticket. Answer it there.",
            "%(n)d stay: their customers write in private on other tickets. Answer them there.",
            again.elsewhere,
        )
        told = f"{told} {stays % {'n': again.elsewhere}}"
    messages.success(request, told)


@for_agents
@require_POST
def retry_over(request: HttpRequest) -> HttpResponse:
    """Everything that was refused for a reason that is over."""
    address = _number(request.POST.get("account", ""))
    try:
        again = retrying.retry_over(by=person(request), now=timezone.now(), address=address)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        _tell_again(request, again)
    return _back(request)


@for_agents
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    address = get_object_or_404(Address, pk=pk)
    try:
        outgoing.resume(address, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sending goes on."))
    return _back(request)


def _entry_or_404(request: HttpRequest, pk: int) -> OutboxEntry:
    if not may(person(request), "send"):
        raise Http404
    return get_object_or_404(visible_outbox(person(request)).select_related("message__ticket"), pk=pk)


def _back(request: HttpRequest) -> HttpResponse:
    return changed(request, back=_place(request))


def _place(request: HttpRequest) -> str:
    """Where the person was: the page's own question travels with its forms."""
    query = request.POST.get("query", "")
    return reverse("outbox") + (f"?{query}" if query else "")


def _query(request: HttpRequest, **values: object) -> str:
    """The page's question with these values in place of its own; None leaves one out."""
    query = request.GET.copy()
    for name, value in values.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return query.urlencode()


def _number(text: str) -> int | None:
    """Http404 for what is no key."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Http404
    return int(text)

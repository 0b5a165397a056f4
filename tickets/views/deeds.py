"""Doing something on the channel about a message or a customer: at once, or after a page that asks once more, and for
what the channel has to be told.
"""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tickets.channels import Deed
from tickets.composing.answering import LONGEST_TEXT
from tickets.composing.weighing import counted_on, weigh
from tickets.deeds import CannotDo, Wish, do, doable, find_deed, wants_of
from tickets.models import Message, Ticket
from tickets.reading.context import Desk
from tickets.timeline import STEP
from tickets.views.access import changed, for_agents, is_fragment, message_or_404, person, ticket_or_404


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """GET: the page that asks. POST: do it; what wants to be asked first, and was not, is asked. `anew`: the page once
    more, with what the channel was asked for. What is not offered any more, for it was done meanwhile, is the channel's
    to say: it knows a second click."""
    ticket, about = ticket_or_404(request, number), _about(request)
    by, now = person(request), timezone.now()
    found, external_id = find_deed(ticket, name, about=about, by=by, now=now)
    if request.method != "POST" or "anew" in request.POST:
        if found is None:
            raise Http404
        return _ask(request, ticket, found, about, external_id)
    try:
        did = do(ticket, _wish(request, name, external_id), by=by, now=now, message=about)
        (messages.info if did.before else messages.success)(request, did.sentence)
    except CannotDo as refusal:
        if found is not None and refusal.asks and not found.why_not:
            error = refusal.sentence if "sheet" in request.POST else ""
            return _ask(request, ticket, found, about, external_id, error=error)
        messages.error(request, refusal.sentence)
    return changed(request, back=_back(ticket, about))


@for_agents
@require_safe
def message_deeds(request: HttpRequest, pk: int) -> HttpResponse:
    """What may be done about one message: a page, or what an older one of the timeline unfolds to. `all`, `answer`:
    with what leads elsewhere, where the timeline names none of it (templatetags/far.py)."""
    message = message_or_404(request, pk)
    ticket, by, now = message.ticket, person(request), timezone.now()
    assert ticket is not None  # message_or_404 finds only those on a ticket
    offered = doable(ticket, [message], by=by, now=now).on_messages.get(message.pk, ())
    every = bool({"all", "answer"} & request.GET.keys())
    if not offered and not every:
        raise Http404
    facts = {"ticket": ticket, "message": message, "offered": offered, "unfolded": True, "desk": Desk(by)}
    facts |= {"answers": "answer" in request.GET, "every": every, "show": STEP}
    if is_fragment(request):
        return render(request, "tickets/message_rest.html" if every else "tickets/react.html", facts)
    return render(request, "tickets/message_deeds.html", facts | {"back": _back(ticket, message.pk)})


@for_agents
@require_POST
def measure_deed(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """The counter for the words that a deed is told, and the parts they go as."""
    ticket, text = ticket_or_404(request, number), request.POST.get("told-text", "")
    if len(text) > LONGEST_TEXT:
        return HttpResponse(status=413)
    counted = weigh(ticket.address, text, private=False) | counted_on(name, "told-parts")
    return render(request, "tickets/recounted.html", counted | {"address": ticket.address})


def _wish(request: HttpRequest, name: str, external_id: str) -> Wish:
    """Raises CannotDo for a day that is none."""
    told = request.POST
    return Wish(
        name=name,
        about=external_id,
        key=_key(told.get("sheet", "")),
        told={name[5:]: told.get(name, "") for name in told if name.startswith("told-") and told.get(name)},
        reason=told.get("reason", ""),
        until=_day(told.get("until", "")),
        sure=told.get("sure") == "yes",
    )


def _ask(
    request: HttpRequest, ticket: Ticket, found: Deed, about: int | None, external_id: str, *, error: str = ""
) -> HttpResponse:
    """What is to be done, to whom, with what, and why."""
    message = Message.objects.filter(pk=about).first() if about is not None else None
    by, now = person(request), timezone.now()
    try:
        wants = wants_of(ticket, found, about=external_id, by=by, now=now, anew="anew" in request.POST)
    except CannotDo as refusal:
        wants, error = wants_of(ticket, found, about=external_id, by=by, now=now), refusal.sentence
    facts = {
        "desk": Desk(by),
        "wants": [(want, request.POST.get(f"told-{want.name}", "")) for want in wants],
        "ticket": ticket,
        "deed": found,
        "message": message,
        "sheet": uuid4(),
        "error": error,
        "told": request.POST,
        "back": _back(ticket, about),
    }
    return render(request, "tickets/deed_ask.html", facts, status=422 if error else 200)


def _about(request: HttpRequest) -> int | None:
    """The message's key; None where the customer is meant."""
    told = (request.POST if request.method == "POST" else request.GET).get("message", "")
    if told and (not told.isdecimal() or len(told) > 18):
        raise Http404
    return int(told) if told else None


def _back(ticket: Ticket, about: int | None) -> str:
    return reverse("ticket", args=[ticket.pk]) + (f"#m{about}" if about else "#acts")


def _key(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        return uuid4()


def _day(told: str) -> datetime | None:
    """A day, from its first moment in UTC. Raises CannotDo."""
    if not told:
        return None
    try:
        return datetime.fromisoformat(told).replace(tzinfo=UTC)
    except ValueError:
        raise CannotDo(_("A day is wanted, as 2026-12-24."), asks=True) from None

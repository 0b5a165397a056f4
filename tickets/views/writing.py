"""The composer: write, count, take back, try again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from tickets import replies
from tickets.choices import Visibility
from tickets.errors import DeskError
from tickets.forms import MODES, WriteForm
from tickets.models import Ticket
from tickets.views.access import changed, for_agents, is_fragment, message_or_404, person, ticket_or_404
from tickets.views.ticket import ring, show_ticket, show_writer


@for_agents
@require_POST
def write(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), WriteForm(request.POST)
    if not form.is_valid():
        return _again(request, ticket, " ".join(map(str, form.non_field_errors())) or _("Choose how to answer."))
    try:
        _write(ticket, form, request)
    except DeskError as refusal:
        return _again(request, ticket, str(refusal))
    if not is_fragment(request):
        return redirect(reverse("ticket", args=[ticket.pk]) + "#writer")
    mode = form.cleaned_data["mode"] if form.cleaned_data["mode"] != "note" else ""
    return trigger_client_event(show_writer(request, ticket, mode=mode), "desk:changed", after="settle")


def _write(ticket: Ticket, form: WriteForm, request: HttpRequest) -> None:
    mode, text, by, now = form.cleaned_data["mode"], form.cleaned_data["text"], person(request), timezone.now()
    if mode == "note":
        replies.note(ticket, text=text, by=by, now=now)
        messages.success(request, _("Note saved"))
        return
    replies.reply(ticket, text=text, private=mode == "private", by=by, now=now)


def _again(request: HttpRequest, ticket: Ticket, error: str) -> HttpResponse:
    """The composer as it was sent, with what is wrong beside the field."""
    show = show_writer if is_fragment(request) else show_ticket
    mode, began = request.POST.get("mode", ""), request.POST.get("began", "")
    return show(
        request,
        ticket,
        status=422,
        error=error,
        text=request.POST.get("text", ""),
        mode=mode if mode in MODES else "",
        began=began if began in MODES else "",
    )


@for_agents
@require_POST
def measure(request: HttpRequest, number: int) -> HttpResponse:
    """The counter for a text not sent yet. A POST, so that what people write never stands in an address."""
    ticket, mode = ticket_or_404(request, number), request.POST.get("mode", "")
    context = ring(ticket, request.POST.get("text", ""), mode=mode if mode in MODES else "public")
    return render(request, "tickets/ring.html", context)


@for_agents
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer back; its words return to the composer, before what stands there already."""
    message = message_or_404(request, pk)
    ticket, private = ticket_or_404(request, message.ticket_id or 0), message.visibility == Visibility.PRIVATE
    try:
        text = replies.undo(message, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
        return changed(request, back=reverse("ticket", args=[ticket.pk]))
    messages.success(request, _("Taken back. Its text is in the composer."))
    private = private or request.POST.get("began") == "private"
    text = "\n\n".join(part for part in (text, request.POST.get("text", "").strip()) if part)
    mode = "private" if private else "public"
    if not is_fragment(request):
        return show_ticket(request, ticket, text=text, mode=mode)
    return trigger_client_event(show_writer(request, ticket, text=text, mode=mode), "desk:changed", after="settle")


@for_agents
@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    message = message_or_404(request, pk)
    try:
        replies.try_again(message, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It will be sent again."))
    return changed(request, back=reverse("ticket", args=[message.ticket_id]))

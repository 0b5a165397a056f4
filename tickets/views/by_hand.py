"""Going to answer on the channel itself: from the composer, from an answer that was refused, and the second thought."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from tickets.channels import title_of
from tickets.choices import Visibility
from tickets.composing import by_hand
from tickets.composing.answering import LONGEST_TEXT
from tickets.composing.targets import answerable, answered_by
from tickets.errors import DeskError
from tickets.models import Message, Ticket
from tickets.views.access import changed, for_agents, is_fragment, message_or_404, person, ticket_or_404
from tickets.views.composer import show_writer
from tickets.views.drafting import read_began
from tickets.views.sheet_forms import MODES, read_targets


@for_agents
@require_POST
def go(request: HttpRequest, number: int) -> HttpResponse:
    """With what stands in the composer, which stays there."""
    ticket, mode, text = ticket_or_404(request, number), request.POST.get("mode", ""), request.POST.get("text", "")
    private, to = mode == "private", read_targets(request.POST)
    answered = answerable(ticket, private=private, pk=to.get(mode))
    _go(request, ticket, text[:LONGEST_TEXT], private=private, answered=answered)
    if not is_fragment(request):
        return redirect(reverse("ticket", args=[ticket.pk]) + "#by-hand")
    mode = mode if mode in MODES else ""
    shown = show_writer(request, ticket, text=text, mode=mode, began=read_began(request.POST), to=to)
    return trigger_client_event(shown, "desk:changed", after="settle")


@for_agents
@require_POST
def go_with(request: HttpRequest, pk: int) -> HttpResponse:
    """With an answer that could not be sent."""
    message = message_or_404(request, pk)
    ticket, private = ticket_or_404(request, message.ticket_id or 0), message.visibility == Visibility.PRIVATE
    _go(request, ticket, message.text, private=private, answered=answered_by(message))
    return changed(request, back=reverse("ticket", args=[ticket.pk]) + "#by-hand")


@for_agents
@require_POST
def come_back(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    try:
        by_hand.withdraw(ticket, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    return changed(request, back=reverse("ticket", args=[ticket.pk]))


def _go(request: HttpRequest, ticket: Ticket, text: str, *, private: bool, answered: Message | None) -> None:
    by, now = person(request), timezone.now()
    try:
        by_hand.hand_over(ticket, text=text, private=private, by=by, now=now, answered=answered)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        place = title_of(ticket.address.channel)
        messages.success(request, _("The ticket is marked as being answered on %(place)s by you.") % {"place": place})

"""Putting a ticket aside, and bringing it back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tickets.forms import SnoozeForm
from tickets.models import Ticket
from tickets.resting import snoozing
from tickets.views.access import for_agents, ticket_or_404
from tickets.views.changes import do_with


@for_agents
@require_POST
def snooze(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    form = SnoozeForm(request.POST, now=timezone.now(), zone=timezone.get_current_timezone())
    return do_with(request, ticket, form, _snooze, said=lambda data: _told(ticket, data))


@for_agents
@require_POST
def wake(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    return do_with(request, ticket, None, snoozing.wake, said=lambda _: _back(ticket))


def _snooze(ticket: Ticket, until: Any, reason: str, **facts: Any) -> None:
    snoozing.snooze(ticket, until, reason=reason, **facts)


def _told(ticket: Ticket, data: dict[str, Any]) -> str:
    """Where a promise runs out first, that is said: it does not wait."""
    until, due = data["until"], ticket.next_due_at
    if until is None:
        said = _("#{number} is put aside until the customer writes.").format(number=ticket.pk)
    else:
        moment = date_format(timezone.localtime(until), "j M, H:i")
        said = _("#{number} is put aside until {moment}.").format(number=ticket.pk, moment=moment)
    if due is None or (until is not None and due >= until):
        return said
    when = date_format(timezone.localtime(due), "j M, H:i")
    warning = _("{promise} is due before that, at {moment}: its clock runs on.")
    if due <= timezone.now():
        warning = _("{promise} was due at {moment}: it is late already, and its clock runs on.")
    return f"{said} {warning.format(promise=ticket.get_next_due_metric_display(), moment=when)}"


def _back(ticket: Ticket) -> str:
    return _("#{number} is back").format(number=ticket.pk)

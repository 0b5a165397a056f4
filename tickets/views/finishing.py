"""What else the buttons beside the one that sends do: resolve the ticket, go on to the next one."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from tickets.choices import SendState, Status, Visibility
from tickets.composing.finishing import and_resolve
from tickets.errors import DeskError
from tickets.models import Message, Ticket
from tickets.resting import slips
from tickets.staffing import going_on
from tickets.views.access import is_fragment, person
from tickets.views.undoable import undo_at

_RESOLVE, _NEXT = ("resolve", "resolve_next"), ("next", "resolve_next")


def finish(
    request: HttpRequest, ticket: Ticket, write: Callable[[], Message], *, token: UUID | None, by: User, now: datetime
) -> Message:
    """Write it, and resolve the ticket where that button was pressed; both or nothing."""
    if request.POST.get("then") not in _RESOLVE:
        return write()
    before = Status(ticket.status)
    made, why_not = and_resolve(ticket, write, token=token, by=by, now=now)
    if why_not:
        messages.warning(request, why_not)
    else:
        back = _undo(ticket, made, before, now=now)
        messages.success(request, f"#{ticket.pk}: {Status.RESOLVED.label}", extra_tags=back)
    return made


def _undo(ticket: Ticket, made: Message, before: Status, *, now: datetime) -> str:
    """How it is taken back where it is said: with the answer as long as that is not out, after a note by itself."""
    if made.visibility == Visibility.INTERNAL:
        back = slips.goes_back(before, Status.RESOLVED)
        return undo_at("status", ticket.pk, undoes=Status.RESOLVED, status=back) if back else ""
    entry = made.outbox
    if entry.state != SendState.HELD or entry.not_before <= now:
        return ""
    return f"{ticket.pk} {made.pk} {entry.pk} {entry.not_before.isoformat()}"


def go_on(request: HttpRequest, ticket: Ticket) -> HttpResponse | None:
    """To the next ticket, where that was asked for; None where it was not, or nothing waits."""
    if request.POST.get("then") not in _NEXT:
        return None
    try:
        after, _own = going_on.go_on(by=person(request), now=timezone.now(), left=ticket.pk)
    except DeskError as refusal:
        messages.info(request, str(refusal))
        return None
    link = format_html('<a class="link" href="{}">#{}</a>', reverse("ticket", args=[ticket.pk]), ticket.pk)
    messages.success(
        request, format_html(_("What you wrote is on {link}. #{number} is yours."), link=link, number=after.pk)
    )
    there = reverse("ticket", args=[after.pk])
    return HttpResponseClientRedirect(there) if is_fragment(request) else redirect(there)

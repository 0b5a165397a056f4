"""Changes of a ticket by its page and its row: one form, one action, one sentence back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from kapture.people import shown_name
from tickets import assignment, lifecycle
from tickets.automatic import opting_out
from tickets.choices import Priority, SendState, Status
from tickets.errors import DeskError
from tickets.forms import AssigneeForm, FolderForm, PriorityForm, QueueForm, StatusForm, TagForm, UntagForm
from tickets.models import OutboxEntry, Queue, Ticket
from tickets.notices import watching
from tickets.permissions import queues_for
from tickets.resting import slips
from tickets.views.access import changed, for_agents, gone, is_fragment, page_of_ours, person, ticket_or_404
from tickets.views.undoable import undo_at


@for_agents
@require_POST
def take(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    return do_with(request, ticket, None, assignment.take, said=lambda _: _taken(ticket))


@for_agents
@require_POST
def watch(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    if request.POST.get("watch") == "no":
        return do_with(request, ticket, None, watching.unwatch, said=lambda _told: _("You do not watch it any more."))
    return do_with(request, ticket, None, watching.watch, said=lambda _told: _("You are told what happens here."))


@for_agents
@require_POST
def lift_opt_out(request: HttpRequest, number: int) -> HttpResponse:
    ticket, told = ticket_or_404(request, number), _("Automatic messages may be sent to this customer again.")
    return do_with(request, ticket, None, opting_out.lift_of, said=lambda _: told)


@for_agents
@require_POST
def assign(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), AssigneeForm(request.POST)
    return do_with(request, ticket, form, assignment.assign, rename={"assignee": "to"}, said=_assigned)


@for_agents
@require_POST
def status(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), StatusForm(request.POST)
    before = Status(ticket.status)
    return do_with(
        request,
        ticket,
        form,
        _set_status,
        said=lambda data: f"#{ticket.pk}: {Status(data['status']).label}{_to_come(ticket, data['status'])}",
        undo=lambda data: _undoable(ticket, before, data),
    )


@for_agents
@require_POST
def priority(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), PriorityForm(request.POST)
    before = ticket.priority

    def undo(data: dict[str, Any]) -> str:
        after, slip = data["priority"], data["undoes"]
        return "" if slip else undo_at("priority", ticket.pk, undoes=after, priority=before)

    said = lambda data: f"#{ticket.pk}: {Priority(data['priority']).label}"  # noqa: E731
    return do_with(request, ticket, form, _set_priority, said=said, undo=undo)


@for_agents
@require_POST
def move(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), QueueForm(request.POST)
    return do_with(request, ticket, form, lifecycle.move, said=lambda data: _moved(request, data["queue"]))


@for_agents
@require_POST
def file(request: HttpRequest, number: int) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), FolderForm(request.POST)
    return do_with(request, ticket, form, lifecycle.file, said=_filed)


@for_agents
@require_POST
def tag(request: HttpRequest, number: int) -> HttpResponse:
    """One tag, or several with commas between them; all of them or none."""
    ticket, form = ticket_or_404(request, number), TagForm(request.POST)
    names = form["name"].value() or ""
    said = _("Tags added") if "," in names else _("Tag added")
    return do_with(request, ticket, form, _add_tags, said=lambda data: said)


@for_agents
@require_POST
def untag(request: HttpRequest, number: int) -> HttpResponse:
    ticket = ticket_or_404(request, number)
    form = UntagForm(request.POST, ticket=ticket)
    return do_with(request, ticket, form, lifecycle.remove_tag, said=lambda data: _("Tag removed"))


def do_with(
    request: HttpRequest,
    ticket: Ticket,
    form: forms.Form | None,
    action: Callable[..., Any],
    *,
    said: Callable[[dict[str, Any]], str],
    rename: dict[str, str] | None = None,
    undo: Callable[[dict[str, Any]], str] = lambda _: "",
) -> HttpResponse:
    """Check the form, do it, say what happened. The form's fields are the action's arguments, in order. `undo`: how
    it is undone where that is said, if it can be (tickets/views/undoable.py)."""
    form = forms.Form({}) if form is None else form
    if not form.is_valid():
        messages.error(request, gone())
        return changed(request, back=_back(request, ticket))
    facts = {"by": person(request), "now": timezone.now()}
    so_already = _is_so(ticket, form.cleaned_data)
    values = dict(form.cleaned_data)
    named = {new: values.pop(old) for old, new in (rename or {}).items()}
    try:
        action(ticket, *values.values(), **named, **facts)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        if not so_already:
            messages.success(request, said(form.cleaned_data), extra_tags=undo(form.cleaned_data))
        if "queue" in values and values["queue"].pk not in queues_for(person(request), "see"):
            return _gone(request)
    return changed(request, back=_back(request, ticket))


def _is_so(ticket: Ticket, chosen: dict[str, Any]) -> bool:
    """What was chosen of the one thing a menu changes is what stands there: nothing is done, and nothing is said."""
    chosen = {name: value for name, value in chosen.items() if name != "undoes"}
    if len(chosen) != 1 or not chosen.keys() <= {"assignee", "priority", "queue", "folder"}:
        return False
    return all(getattr(ticket, name) == value for name, value in chosen.items())


def _gone(request: HttpRequest) -> HttpResponse:
    """It is nothing to this person any more: to the list, in whole, with what was said."""
    there = page_of_ours(request.POST.get("next", "")) or reverse("tickets")
    return HttpResponseClientRedirect(there) if is_fragment(request) else redirect(there)


def _moved(request: HttpRequest, queue: Queue) -> str:
    if queue.pk in queues_for(person(request), "see"):
        return _("Moved to {queue}").format(queue=queue.name)
    return _("Moved to {queue}, and so out of your queues.").format(queue=queue.name)


def _undoable(ticket: Ticket, before: Status, data: dict[str, Any]) -> str:
    back = slips.goes_back(before, Status(data["status"]))
    return undo_at("status", ticket.pk, undoes=data["status"], status=back) if back else ""


def _to_come(ticket: Ticket, status: str) -> str:
    """Of what is done: an answer that goes out after that all the same."""
    if status not in (Status.RESOLVED, Status.CLOSED):
        return ""
    scheduled = OutboxEntry.objects.filter(message__ticket=ticket, state=SendState.SCHEDULED)
    at = scheduled.order_by("not_before").values_list("not_before", flat=True).first()
    if at is None:
        return ""
    moment = date_format(timezone.localtime(at), "j M, H:i")
    return " " + _("The answer scheduled for {moment} still goes out. Take it back if it shall not.").format(
        moment=moment
    )


def _set_status(ticket: Ticket, status: str, reason: str, undoes: str, *, by: User, now: datetime) -> None:
    if undoes:
        slips.take_back(ticket, status, undoes=Status(undoes), by=by, now=now)
    else:
        lifecycle.change_status(ticket, status, by=by, now=now, reason=reason)


def _set_priority(ticket: Ticket, priority: str, undoes: str, *, by: User, now: datetime) -> None:
    if undoes:
        slips.take_priority_back(ticket, priority, undoes=Priority(undoes), by=by, now=now)
    else:
        lifecycle.change_priority(ticket, priority, by=by, now=now)


@transaction.atomic
def _add_tags(ticket: Ticket, names: str, *, by: User, now: datetime) -> None:
    for name in [name for name in names.split(",") if name.strip()] or [""]:
        lifecycle.add_tag(ticket, name, by=by, now=now)


def _back(request: HttpRequest, ticket: Ticket) -> str:
    """Where the form stood: a page of ours it names, else the ticket."""
    return page_of_ours(request.POST.get("next", "")) or reverse("ticket", args=[ticket.pk])


def _taken(ticket: Ticket) -> str:
    return _("#{number} is yours").format(number=ticket.pk)


def _assigned(data: dict[str, Any]) -> str:
    to = data["assignee"]
    return _("Assigned to {name}").format(name=shown_name(to)) if to else _("Given back")


def _filed(data: dict[str, Any]) -> str:
    folder = data["folder"]
    return _("Filed under {folder}").format(folder=folder.name) if folder else _("Taken out of its folder")

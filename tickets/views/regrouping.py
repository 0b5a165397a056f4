"""Bringing messages from one ticket to another, by hand: merge with a preview, split, move, link, and undo."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from tickets import merging
from tickets.choices import Priority, Status
from tickets.errors import CannotChange, DeskError, NeedsSure
from tickets.forms import MergeForm, OtherForm, TakeOutForm
from tickets.models import Gesture, Message, Tag, Ticket
from tickets.permissions import visible_tickets
from tickets.reading.context import Desk
from tickets.regrouping import linking, splitting, undoing
from tickets.regrouping.suggesting import suggest
from tickets.regrouping.uniting import unite
from tickets.views.access import changed, for_agents, is_fragment, message_or_404, page_of_ours, person, ticket_or_404
from tickets.views.undoable import undo_at

_OF_HANDLE = 20


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """GET: which tickets, into which, and what becomes of them. POST: do it."""
    form = MergeForm(request.POST if request.method == "POST" else request.GET)
    chosen, found = _chosen(request, form), _found(request, form)
    into = next((one for one in chosen if one.pk == form.into), None) or _usual(chosen)
    error = ""
    if request.method == "POST" and into is not None:
        others, by = [one.pk for one in chosen if one.pk != into.pk], person(request)
        try:
            made = merging.merge(others, into=into.pk, by=by, now=timezone.now(), sure=form.sure)
        except DeskError as refusal:
            error = str(refusal)
        else:
            said = _("Merged into #{number}. It can be undone in its history.")
            messages.success(request, said.format(number=into.pk), extra_tags=_undo_of(made))
            return redirect("ticket", number=into.pk)
    context = _preview(chosen, into) | {"error": error, "sure": form.sure, "asked": form.handle}
    context |= {"desk": Desk(person(request)), "chosen": chosen, "into": into, "found": found}
    context |= {"picked": _query(chosen), "without": [(one, _query(chosen, but=one)) for one in chosen]}
    context["suggestions"] = suggest(chosen[0], by=person(request)) if len(chosen) == 1 else []
    return render(request, "tickets/merge.html", context, status=409 if error else 200)


def _query(chosen: list[Ticket], *, but: Ticket | None = None) -> str:
    return urlencode([("t", one.pk) for one in chosen if one is not but])


def _chosen(request: HttpRequest, form: MergeForm) -> list[Ticket]:
    related = ("identity", "address", "queue", "assignee", "folder")
    rows = visible_tickets(person(request)).select_related(*related).prefetch_related("tags", "skills")
    by_key = rows.in_bulk(form.tickets)
    return [by_key[pk] for pk in form.tickets if pk in by_key]


def _found(request: HttpRequest, form: MergeForm) -> list[Ticket]:
    """Of whoever has the handle that was asked for."""
    if not form.handle:
        return []
    rows = visible_tickets(person(request)).filter(identity__handle__iexact=form.handle, merged_into=None)
    return list(rows.exclude(pk__in=form.tickets).select_related("identity").order_by("-last_message_at")[:_OF_HANDLE])


def _usual(chosen: list[Ticket]) -> Ticket | None:
    """The oldest that is not done."""
    return min(chosen, key=lambda one: (one.category == "done", one.pk), default=None)


def _preview(chosen: list[Ticket], into: Ticket | None) -> dict[str, Any]:
    if into is None or len(chosen) < 2:
        return {}
    others = [one for one in chosen if one.pk != into.pk]
    try:
        merging.check(into, others, sure=True)
    except CannotChange as refusal:
        return {"refused": str(refusal)}
    tags = {one.pk: {tag.pk for tag in one.tags.all()} for one in chosen}
    needed = {one.pk: {skill.pk: skill.name for skill in one.skills.all()} for one in chosen}
    stand = {one.pk: merging.standing_of(one, tags[one.pk], needed[one.pk]) for one in chosen}
    result = unite(stand[into.pk], [stand[one.pk] for one in others])
    skills = {pk: name for known in needed.values() for pk, name in known.items()}
    people = {one.assignee_id: one.assignee for one in chosen}
    folders = {one.folder_id: one.folder for one in chosen}
    return {
        "result": result,
        "status": Status(result.status),
        "priority": Priority(result.priority),
        "assignee": people.get(result.assignee),
        "folder": folders.get(result.folder),
        "skills": sorted(skills[pk] for pk in result.skills),
        "tags": Tag.objects.filter(pk__in=result.tags),
        "due": merging.foresee_due(into, others, now=timezone.now()),
        "count": sum(one.message_count for one in chosen),
        "strange": len({one.customer_id for one in chosen}) > 1,
        "handles": into.private and len({one.identity_id for one in chosen}) > 1,
    }


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Split a message off, alone or with all that follows, or move it to another ticket."""
    message, form, error = message_or_404(request, pk), TakeOutForm(request.POST or None), ""
    source = message.ticket_id
    if request.method == "POST" and form.is_valid():
        try:
            made = _take_out(request, message, **form.cleaned_data)
        except DeskError as refusal:
            error, sure = str(refusal), isinstance(refusal, NeedsSure)
            form.ask = sure
        else:
            said = _("It is on #{number} now. It can be undone in the history.").format(number=made.home_id)
            messages.success(request, said, extra_tags=_undo_of(made, back=source))
            return redirect("ticket", number=made.home_id)
    context = {"desk": Desk(person(request)), "message": message, "ticket": message.ticket, "form": form}
    return render(request, "tickets/take_out.html", context | {"error": error}, status=409 if error else 200)


def _take_out(request: HttpRequest, message: Message, *, what: str, to: int | None, sure: bool) -> Gesture:
    by, now = person(request), timezone.now()
    if what == "move":
        if to is None:
            raise CannotChange(_("Say to which ticket it shall go."))
        return splitting.move(message, to=to, by=by, now=now, sure=sure)
    rows = splitting.from_here_on(message) if what == "rest" else [message.pk]
    ticket = message.ticket
    assert ticket is not None  # message_or_404 finds only those on a ticket
    return splitting.split(ticket, rows, by=by, now=now)


def _undo_of(made: Gesture, *, back: int | None = None) -> str:
    """`back`: the ticket to be led to once it is undone, where that is not the one it is told on."""
    return undo_at("undo_gesture", made.pk, next=reverse("ticket", args=[back or made.home_id]) + "?own=1")


@for_agents
@require_POST
def link(request: HttpRequest, number: int) -> HttpResponse:
    return _link(request, number, linking.link, said=_("Linked with #{number}"))


@for_agents
@require_POST
def unlink(request: HttpRequest, number: int) -> HttpResponse:
    return _link(request, number, linking.unlink, said=_("Not linked with #{number} any more"))


def _link(request: HttpRequest, number: int, action: Any, *, said: str) -> HttpResponse:
    ticket, form = ticket_or_404(request, number), OtherForm(request.POST)
    other = visible_tickets(person(request)).filter(pk=form.number).first() if form.number else None
    try:
        if other is None:
            raise CannotChange(_("There is no ticket of that number."))
        action(ticket, other, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said.format(number=other.pk))
    return changed(request, back=page_of_ours(request.POST.get("next", "")) or reverse("ticket", args=[ticket.pk]))


@for_agents
@require_POST
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    gesture = get_object_or_404(Gesture, pk=key, home__in=visible_tickets(person(request)))
    back = page_of_ours(request.POST.get("next", "")) or reverse("ticket", args=[gesture.home_id])
    try:
        undoing.undo(gesture.pk, by=person(request), now=timezone.now())
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Undone. Every ticket is as it was, with what was said since."))
        return _led(request, gesture, back=back)
    return changed(request, back=back)


def _led(request: HttpRequest, gesture: Gesture, *, back: str) -> HttpResponse:
    """A script that stands on the ticket something was brought to is led where one worked before; from elsewhere
    nobody is led away."""
    here, home = urlsplit(request.headers.get("HX-Current-URL", "")).path, reverse("ticket", args=[gesture.home_id])
    if is_fragment(request) and here == home != urlsplit(back).path:
        return HttpResponseClientRedirect(back)
    return changed(request, back=back)

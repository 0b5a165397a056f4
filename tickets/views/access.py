"""Who may open which page, and how a changed ticket is answered. No rule of the helpdesk lives here."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, reswap, trigger_client_event

from kapture.prepared import Given, prepared
from tickets.models import Message, Ticket
from tickets.permissions import Rights, may, rights_of, visible_messages, visible_tickets
from tickets.staffing.presence import note_seen

_LONGEST_ADDRESS = 4_000
_NAMES_NOTHING = "23503"  # as PostgreSQL calls a key that leads to no row
View = Callable[..., HttpResponseBase]


def for_agents(view: View) -> View:
    """Sign-in first; somebody who may not see tickets is told that there is nothing (404)."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(person(request), "see"):
            raise Http404
        if may(person(request), "work"):
            note_seen(person(request), now=timezone.now())
        try:
            response = view(request, *args, **kwargs)
        except IntegrityError as error:
            response = _chosen_is_gone(request, error, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    signed_in = login_required(checked)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = signed_in(request, *args, **kwargs)
        if is_fragment(request) and not request.user.is_authenticated:
            return HttpResponseClientRedirect(response["Location"])
        return response

    return guarded


def _chosen_is_gone(request: HttpRequest, error: IntegrityError, **where: Any) -> HttpResponse:
    """What was chosen was there when the form was checked, and deleted before it was saved; nothing was."""
    if getattr(error.__cause__, "sqlstate", "") != _NAMES_NOTHING:
        raise error
    messages.error(request, gone())
    there = reverse("ticket", args=[where["number"]]) if "number" in where else reverse("tickets")
    return changed(request, back=page_of_ours(request.POST.get("next", "")) or there)


def gone() -> str:
    return _("That choice is not there any more. The page now shows what is.")


def person(request: HttpRequest) -> User:
    """The signed-in person; only behind `for_agents`."""
    assert isinstance(request.user, User)
    return request.user


def page_of_ours(asked: str) -> str:
    """A page a form says it stood on, when it is one of ours; else nothing. Nor is what no browser sends back."""
    if len(asked) > _LONGEST_ADDRESS:
        return ""
    return asked if asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else ""


def is_fragment(request: HttpRequest) -> bool:
    """Whether a script of ours asks for a part of a page. Without JavaScript nobody does."""
    return bool(request.headers.get("HX-Request"))


def ticket_or_404(request: HttpRequest, number: int) -> Ticket:
    found = _tickets(rights_of(person(request)), pk=number)
    if not found:
        raise Http404
    return found[0]


@prepared
def _tickets(rights: Rights) -> QuerySet[Ticket]:
    related = ("address", "customer", "identity", "queue", "folder", "assignee", "sla_policy", "snoozed_by", "incident")
    return visible_tickets(rights).filter(pk=Given("pk")).select_related(*related)


def message_or_404(request: HttpRequest, pk: int) -> Message:
    """A message on a ticket, when the person may read it."""
    return get_object_or_404(visible_messages(person(request)).select_related("ticket", "outbox"), pk=pk)


def changed(request: HttpRequest, *, back: str) -> HttpResponse:
    """After a change: toasts for a script (the page then refreshes its parts), else the page again."""
    if not is_fragment(request):
        return redirect(back)
    return trigger_client_event(reswap(render(request, "parts/toasts.html"), "none"), "desk:changed")

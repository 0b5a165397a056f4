"""The page that asks whether an answer that has not gone out shall go although somebody said the same meanwhile."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from tickets import replies
from tickets.choices import SendState
from tickets.errors import DeskError
from tickets.models import Message, OutboxEntry
from tickets.permissions import may, visible_outbox
from tickets.reading.context import Desk
from tickets.sending.repeating import said_since
from tickets.views.access import for_agents, is_fragment, page_of_ours, person


def ask(request: HttpRequest, message: Message, *, back: str) -> HttpResponse:
    """On to that page, and from there back."""
    where = f"{reverse('same_words', args=[message.pk])}?{urlencode({'back': back})}"
    return HttpResponseClientRedirect(where) if is_fragment(request) else redirect(where)


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def same_words(request: HttpRequest, pk: int) -> HttpResponse:
    """GET: who said it and when. POST: send it all the same."""
    entry = _entry_or_404(request, pk)
    told = request.POST if request.method == "POST" else request.GET
    back = page_of_ours(told.get("back", "")) or reverse("outbox")
    if request.method == "POST":
        _send(request, entry)
        return redirect(back)
    said = said_since([entry]).get(entry.pk)
    if said is None:
        return redirect(back)
    desk = Desk(person(request))
    facts = {"desk": desk, "entry": entry, "message": entry.message, "said": said, "by": said.name(desk.user)}
    return render(request, "tickets/same_words.html", facts | {"back": back})


def _send(request: HttpRequest, entry: OutboxEntry) -> None:
    by, now = person(request), timezone.now()
    try:
        if entry.state == SendState.SCHEDULED:
            replies.send_at(entry.message, None, by=by, now=now, repeat=True)
        else:
            replies.try_again(entry.message, by=by, now=now, repeat=True)
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It will be sent again."))


def _entry_or_404(request: HttpRequest, pk: int) -> OutboxEntry:
    if not may(person(request), "send"):
        raise Http404
    related = ("message__ticket", "message__address", "message__agent", "address", "recipient")
    return get_object_or_404(visible_outbox(person(request)).select_related(*related), message=pk)

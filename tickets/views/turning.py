"""Going from one way to answer to another, each with what was begun in it: by the choice itself with a script, and
without by the next button, before it does anything."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.composing import drafts
from tickets.composing.turning import apart
from tickets.errors import CannotSend, NotAllowed
from tickets.models import Draft, Ticket
from tickets.views.access import is_fragment, person
from tickets.views.composer import kept_words, show_writer
from tickets.views.sheet_forms import (
    MODES,
    WriteForm,
    read_descriptions,
    read_seen,
    read_shown,
    read_targets,
    read_wording,
)
from tickets.views.ticket import show_ticket


def turn(request: HttpRequest, ticket: Ticket, form: WriteForm) -> HttpResponse | None:
    """The composer with what is begun in the way to answer one went to; what stood in it is kept as what it was. None
    where nothing is begun there, or it is gone on with."""
    mode, before = form.cleaned_data["mode"], _before(request, form)
    by_choice = "turn" in request.POST
    other = _begun(request, ticket, mode) if by_choice else _apart(request, ticket, mode, form)
    if other is None or before in ("", mode):
        return None
    why = "" if by_choice else _("You have begun this already: it stands here. What you just wrote is kept as it was.")
    try:
        _keep(request, ticket, form, before)
    except NotAllowed:
        return None
    except CannotSend as refusal:  # of its files; its words are kept
        why = str(refusal)
    return _show(request, ticket, other, why)


def _before(request: HttpRequest, form: WriteForm) -> str:
    """As what it stood in the composer."""
    told: str = request.POST.get("turn", "")
    return told if told in MODES else str(form.cleaned_data["kept"])


def _begun(request: HttpRequest, ticket: Ticket, mode: str) -> Draft | None:
    other = drafts.of(person(request), ticket, mode)
    return other if other is not None and other.text.strip() else None


def _apart(request: HttpRequest, ticket: Ticket, mode: str, form: WriteForm) -> Draft | None:
    told = form.cleaned_data
    return apart(person(request), ticket, mode, told["text"], kept=told["kept"])


def _keep(request: HttpRequest, ticket: Ticket, form: WriteForm, before: str) -> None:
    told = form.cleaned_data
    words = replace(form.words(read_descriptions(request.POST)), answers=told.get(f"to_{before}"))
    drafts.write(
        person(request),
        ticket,
        before,
        words,
        now=timezone.now(),
        files=told["enclosed"],
        shown=read_shown(request.POST),
        moved_from=told["kept"] if told["kept"] != told["mode"] else "",
    )


def _show(request: HttpRequest, ticket: Ticket, other: Draft, why: str) -> HttpResponse:
    show, to = show_writer if is_fragment(request) else show_ticket, read_targets(request.POST)
    to |= {other.mode: other.answers_id} if other.answers_id else {}
    seen, wording = read_seen(request.POST), read_wording(request.POST)
    status = 422 if why else 200
    return show(request, ticket, status=status, refusal=why, to=to, seen=seen, wording=wording, **kept_words(other))

"""Drafts as they are written: by the composer's own buttons, and by themselves while somebody types."""

from contextlib import AbstractContextManager

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from tickets import drafts
from tickets.choices import DraftMode
from tickets.drafts import Place
from tickets.errors import DeskError
from tickets.forms import PostForm, WriteForm, read_descriptions, read_shown
from tickets.models import Draft, StoredFile
from tickets.views.access import for_agents, person, ticket_or_404

_BUTTONS = ("add", "draft", "plain")  # plain: a new post, without what it quoted


def draft_button(request: HttpRequest) -> bool:
    """Whether another button than the one that sends was pressed."""
    return "take_out" in request.POST or request.POST.get("do") in _BUTTONS


def keep_draft(request: HttpRequest, place: Place, form: WriteForm) -> Draft | None:
    """Put what was submitted into the draft where that is asked for, or it must carry files. Raises CannotSend."""
    told, removed = form.cleaned_data, request.POST.get("take_out", "")
    if removed.isdecimal() and len(removed) < 19:
        drafts.remove_file(person(request), int(removed))
    if not (told["enclosed"] or told["kept"] or draft_button(request)):
        return None
    words = form.words(read_descriptions(request.POST))
    return drafts.write(
        person(request),
        place,
        told["mode"],
        words,
        now=timezone.now(),
        files=told["enclosed"],
        shown=read_shown(request.POST),
        moved_from=told["kept"],
        token=told["token"],
    )


def sent_draft(
    request: HttpRequest, place: Place, form: WriteForm | PostForm, draft: Draft | None
) -> AbstractContextManager[list[StoredFile]]:
    """Around what sends it; gives its files. A note has none."""
    told = form.cleaned_data
    mode, kept = told.get("mode", DraftMode.POST), told["kept"]
    shown = read_shown(request.POST) if mode != DraftMode.NOTE else None
    brought, token = told["enclosed"], told["token"]
    return drafts.sending(person(request), place, mode, kept, draft=draft, shown=shown, brought=brought, token=token)


@for_agents
@require_POST
def save_draft(request: HttpRequest, number: int) -> HttpResponse:
    """What a script saves now and then; only words, for files are kept when they are chosen."""
    ticket, form = ticket_or_404(request, number), WriteForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    words = form.words(read_descriptions(request.POST))
    mode, kept, token = (form.cleaned_data.get(name) for name in ("mode", "kept", "token"))
    try:
        draft = drafts.write(
            person(request), ticket, str(mode), words, now=timezone.now(), moved_from=kept or "", token=token
        )
    except DeskError:
        return HttpResponse(status=422)
    return render(request, "tickets/draft_state.html", {"draft": draft})

"""Drafts as they are written: by the composer's own buttons, and by themselves while somebody types."""

from contextlib import AbstractContextManager

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from tickets.approving.withdrawing import TakenBack
from tickets.choices import DraftMode
from tickets.composing import drafts
from tickets.composing.answering import said_elsewhere
from tickets.composing.begun import for_fewest, goes_on
from tickets.composing.drafts import Place
from tickets.composing.sheets import noted
from tickets.composing.turning import apart
from tickets.errors import DeskError
from tickets.models import Draft, Message, StoredFile, Ticket
from tickets.views.access import for_agents, is_fragment, person, ticket_or_404
from tickets.views.sheet_forms import MODES, PostForm, WriteForm, read_descriptions, read_shown

# plain: a new post, without what it quoted. go_to: on to the ticket where it is to be said. insert: a canned reply.
_BUTTONS = ("add", "draft", "plain", "go_to", "insert")


def draft_button(request: HttpRequest) -> bool:
    """Whether another button than the one that sends was pressed."""
    return "take_out" in request.POST or "turn" in request.POST or request.POST.get("do") in _BUTTONS


def read_began(data: QueryDict) -> str:
    """As what the composer says its words were begun; "" where it says nothing, or was shown empty and nobody said
    since: then they begin now."""
    told = data.get("began", "")
    return told if told in MODES and "blank" not in data else ""


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


def begun_before(request: HttpRequest, ticket: Ticket, form: WriteForm) -> str:
    """As what words were begun that come from a page that knows of no draft, as after the browser's way back: where
    they are kept all the same, or became a note from that very page, as that. Two statements."""
    told = form.cleaned_data
    text = told["text"].strip()
    if not text:
        return str(told["began"])
    same = [one for one in drafts.begun(person(request), ticket) if goes_on(one.text.strip(), text)]
    note = noted(told["token"], by=person(request))
    as_note = DraftMode.NOTE if note and goes_on(note, text) else ""
    return for_fewest(told["began"], as_note, *(one.began for one in same))


def sent_draft(
    request: HttpRequest, place: Place, form: WriteForm | PostForm, draft: Draft | None
) -> AbstractContextManager[list[StoredFile]]:
    """Around what sends it; gives its files. A note has none."""
    told = form.cleaned_data
    mode, kept = told.get("mode", DraftMode.POST), told["kept"]
    shown = read_shown(request.POST) if mode != DraftMode.NOTE else None
    brought, token = told["enclosed"], told["token"]
    return drafts.sending(person(request), place, mode, kept, draft=draft, shown=shown, brought=brought, token=token)


def go_to(request: HttpRequest, ticket: Ticket, mode: str) -> HttpResponse | None:
    """On to the ticket where this is to be said, with the draft; None when it may be said here by now."""
    told = said_elsewhere(ticket, private=mode == DraftMode.PRIVATE, by=person(request))
    if told is None or told.ticket is None:
        return None
    there, back = ticket_or_404(request, told.ticket), reverse("ticket", args=[told.ticket]) + "#writer"
    if mode == DraftMode.PRIVATE and there.identity_id != ticket.identity_id:
        facts = {"name": ticket.identity.shown_name, "there": there.pk, "here": ticket.pk}
        messages.info(
            request,
            _("In #%(there)s somebody else is answered. Your words for %(name)s stay in #%(here)s.") % facts,
        )
    elif not drafts.take_along(person(request), ticket, mode, to=there, now=timezone.now()):
        facts = {"there": there.pk, "here": ticket.pk}
        messages.info(
            request, _("You have begun something in #%(there)s already. Your words stay in #%(here)s.") % facts
        )
    return HttpResponseClientRedirect(back) if is_fragment(request) else redirect(back)


def taken_back_words(message: Message, ticket: Ticket | None = None) -> str:
    """Said of what became a draft, with the way to it; `ticket`: where it is by now."""
    if ticket is not None:
        where, there = _writer_of(ticket), f"#{ticket.pk}"
    else:
        where, there = reverse("post", args=[message.address_id]), _("New post")
    told = _("Taken back. Its text is kept as a draft in {link}.")
    return format_html(told, link=format_html('<a class="link" href="{}">{}</a>', where, there))


def go_back(request: HttpRequest, taken: TakenBack) -> HttpResponse:
    """To the ticket where the words taken back are a draft."""
    there = _writer_of(taken.ticket) if taken.ticket else reverse("home")
    messages.success(request, _("Taken back. Its text is in the composer."))
    return HttpResponseClientRedirect(there) if is_fragment(request) else redirect(there)


def _writer_of(ticket: Ticket) -> str:
    own = "?own=1" if ticket.merged_into_id is not None else ""
    return reverse("ticket", args=[ticket.pk]) + own + "#writer"


def keep_begun(request: HttpRequest, message: Message, *, note: str = "") -> None:
    """What somebody is writing below an answer they take back, which may lead them away from there; a `note` in any
    case, which does not come together with it."""
    text, mode = request.POST.get("text", ""), request.POST.get("mode", "")
    if note and message.ticket is not None:
        drafts.write(person(request), message.ticket, DraftMode.NOTE, drafts.Words(text=note), now=timezone.now())
    elif message.ticket is not None and _leads_away(message, message.ticket) and text.strip():
        mode = mode if mode in (DraftMode.PRIVATE, DraftMode.NOTE) else DraftMode.PRIVATE
        drafts.write(person(request), message.ticket, mode, drafts.Words(text=text), now=timezone.now())


def _leads_away(message: Message, ticket: Ticket) -> bool:
    return ticket.asked_on_id is not None or message.identity_id != ticket.identity_id


@for_agents
@require_POST
def save_draft(request: HttpRequest, number: int) -> HttpResponse:
    """What a script saves now and then; only words, for files are kept when they are chosen."""
    ticket, form = ticket_or_404(request, number), WriteForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    words = form.words(read_descriptions(request.POST))
    mode, kept, token = (form.cleaned_data[name] for name in ("mode", "kept", "token"))
    mode = kept if apart(person(request), ticket, mode, words.text, kept=kept) else mode
    try:
        draft = drafts.write(person(request), ticket, mode, words, now=timezone.now(), moved_from=kept, token=token)
    except DeskError:
        return HttpResponse(status=422)
    return render(request, "tickets/draft_state.html", {"draft": draft})

"""The composer: write, count, take back, try again."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from tickets import replies
from tickets.choices import SendState, Visibility
from tickets.composing.answering import LONGEST_TEXT, tidy
from tickets.composing.notifying import read_spares
from tickets.composing.sheets import sent_before
from tickets.composing.targets import answerable, answered_by
from tickets.errors import CannotChange, CannotSend, DeskError, Repeats, SentBefore
from tickets.models import Message, StoredFile, Ticket
from tickets.views.access import changed, for_agents, is_fragment, message_or_404, person, ticket_or_404
from tickets.views.aiming import asked_for
from tickets.views.composer import held_back, ring, show_writer
from tickets.views.drafting import (
    begun_before,
    draft_button,
    go_back,
    go_to,
    keep_begun,
    keep_draft,
    read_began,
    sent_draft,
)
from tickets.views.finishing import finish, go_on
from tickets.views.leading import leads_back
from tickets.views.notifying import tell_while
from tickets.views.phrases import inserted
from tickets.views.repeating import ask
from tickets.views.sheet_forms import (
    MODES,
    BegunForm,
    MomentForm,
    WriteForm,
    read_left_out,
    read_seen,
    read_targets,
    read_wording,
)
from tickets.views.ticket import show_ticket
from tickets.views.turning import turn

_SENT = ("public", "private")
_SAID = ("text", "enclosed", "send_at")  # fields whose faults are told
_VISIBILITY = {"public": Visibility.PUBLIC, "private": Visibility.PRIVATE, "note": Visibility.INTERNAL}


@for_agents
@leads_back("ticket", ticket_or_404)
def write(request: HttpRequest, number: int) -> HttpResponse:
    """Send; or, by another button of the composer, keep a draft, take files in or out, answer another message, go to
    another way to answer."""
    ticket, form = ticket_or_404(request, number), WriteForm(request.POST, request.FILES)
    if "instead" in request.POST or "answer" in request.POST:
        return _answering_another(request, ticket, lost=form.lost())
    if not form.is_valid():
        faults = [*form.non_field_errors(), *(fault for name in _SAID for fault in form.errors.get(name, []))]
        return _again(request, ticket, " ".join(map(str, faults)) or _unread(form), lost=form.lost())
    return turn(request, ticket, form) or _written(request, ticket, form)


def _written(request: HttpRequest, ticket: Ticket, form: WriteForm) -> HttpResponse:
    draft, text, began = None, None, ""
    try:
        text = inserted(request, ticket, form)
        draft = keep_draft(request, ticket, form)
        if draft_button(request):
            gone = go_to(request, ticket, form.cleaned_data["mode"]) if request.POST.get("do") == "go_to" else None
            return gone or _again(request, ticket, "", status=200, lost="" if draft else form.lost(), text=text)
        began = draft.began if draft is not None else begun_before(request, ticket, form)
        form.check_sure(began)
        with sent_draft(request, ticket, form, draft) as files:
            by, now = person(request), timezone.now()
            write_it = partial(_write, ticket, form, request, files, by=by, now=now)
            made = finish(request, ticket, write_it, token=form.cleaned_data["token"], by=by, now=now)
    except DeskError as refusal:
        kept = draft is not None or (isinstance(refusal, SentBefore) and refusal.kept)
        return _again(request, ticket, refusal, lost="" if kept else form.lost(), began=began)
    if made.visibility != Visibility.INTERNAL and made.outbox.state == SendState.AWAITING:
        messages.info(request, _("Somebody else has to let it go. Until then it waits here."))
    if (next_one := go_on(request, ticket)) is not None:
        return next_one
    if made.ticket_id != ticket.pk:
        return _go_along(request, made)
    if not is_fragment(request):
        return redirect(reverse("ticket", args=[ticket.pk]) + "#writer")
    mode = form.cleaned_data["mode"] if form.cleaned_data["mode"] != "note" else ""
    return trigger_client_event(show_writer(request, ticket, mode=mode), "desk:changed", after="settle")


def _answering_another(request: HttpRequest, ticket: Ticket, *, lost: str) -> HttpResponse:
    """The composer as it stands; what it answers is told in the timeline too."""
    why_not = asked_for(ticket, request.POST, by=person(request))
    shown = _again(request, ticket, why_not, status=422 if why_not else 200, lost=lost, as_before=bool(why_not))
    return trigger_client_event(shown, "desk:changed", after="settle") if is_fragment(request) else shown


def _unread(form: WriteForm) -> str:
    """For a fault in what people do not fill in themselves."""
    if "mode" in form.errors:
        return _("Choose how to answer.")
    return _("Something this page sent along cannot be read. Look at your answer, then send it again.")


def _go_along(request: HttpRequest, made: Message) -> HttpResponse:
    """A private answer to what was asked in public stands on a private ticket, and is taken back there."""
    messages.success(request, _("Your private answer opened this ticket."))
    there = reverse("ticket", args=[made.ticket_id]) + "#read"
    return HttpResponseClientRedirect(there) if is_fragment(request) else redirect(there)


def _write(
    ticket: Ticket, form: WriteForm, request: HttpRequest, files: Iterable[StoredFile], *, by: User, now: datetime
) -> Message:
    mode, text, token = (form.cleaned_data[name] for name in ("mode", "text", "token"))
    if mode == "note":
        unheard = form.cleaned_data["unheard"]
        made = replies.note(ticket, text=text, by=by, now=now, token=token, unheard=unheard)
        messages.success(request, _("Note saved"))
    else:
        private, pk = mode == "private", form.cleaned_data[f"to_{mode}"]
        made = replies.reply(
            ticket,
            text=text,
            private=private,
            by=by,
            now=now,
            in_reply_to=_answered(ticket, pk, private=private),
            files=list(files),
            invite=form.cleaned_data["invite"],
            terms=form.terms(later=request.POST.get("do") == "later"),
            token=token,
        )
    # Browsers bring back a composer that was sent from; other words written there are not the same answer.
    if (replies.text_of(made), made.visibility) != (tidy(text), _VISIBILITY[mode]):
        raise sent_before(mode)
    return made


def _answered(ticket: Ticket, pk: int | None, *, private: bool) -> Message | None:
    """The message the composer named; None when it named none."""
    message = answerable(ticket, private=private, pk=pk) if pk is not None else None
    if pk is not None and message is None:
        raise CannotSend(_(replies.GONE))
    return message


def _again(
    request: HttpRequest,
    ticket: Ticket,
    refusal: DeskError | str,
    *,
    status: int = 422,
    lost: str = "",
    text: str | None = None,
    as_before: bool = False,
    began: str = "",
) -> HttpResponse:
    """The composer as it was sent, with what is wrong beside the field. `lost`: what is said of files not kept. `text`:
    what stands in it now, when that is not what was sent. `as_before`: it answers what it did. `began`: as what its
    words were begun, where more is known of that than it says."""
    show = show_writer if is_fragment(request) else show_ticket
    mode = request.POST.get("mode", "") if request.POST.get("mode", "") in MODES else ""
    began = began or read_began(request.POST) or mode
    mode = "public" if "answer" in request.POST and not as_before else mode
    return show(
        request,
        ticket,
        status=status,
        refusal=refusal,
        seen=None if "instead" in request.POST else read_seen(request.POST),
        wording=read_wording(request.POST),
        to=read_targets(request.POST, as_before=as_before),
        text=request.POST.get("text", "") if text is None else text,
        mode=mode,
        began=began,
        kept=request.POST.get("kept", ""),
        send_at=request.POST.get("send_at", ""),
        invite=bool(request.POST.get("invite")),
        spares=read_spares(request.POST),
        left_out=lost or read_left_out(request.POST),
    )


@for_agents
@require_POST
def measure(request: HttpRequest, number: int) -> HttpResponse:
    """The counter for a text not sent yet. A POST, so that what people write never stands in an address."""
    ticket, mode, text = ticket_or_404(request, number), request.POST.get("mode", ""), request.POST.get("text", "")
    if len(text) > LONGEST_TEXT:
        return HttpResponse(status=413)
    to = read_targets(request.POST).get("public")
    context = ring(ticket, text, mode=mode if mode in MODES else "public", to=to)
    context |= held_back(ticket, text, by=person(request))
    if mode in _SENT:
        context |= tell_while(ticket, mode, text, context["parts"], read_spares(request.POST), to=to)
    return render(request, "tickets/measured.html", context | {"ticket": ticket})


@for_agents
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer back; its words return to the composer, before what stands there already, and are kept at once."""
    message, form = message_or_404(request, pk), BegunForm(request.POST)
    ticket, to = ticket_or_404(request, message.ticket_id or 0), _answered_by(message)
    if not form.is_valid():
        messages.error(request, _("What is in the composer cannot be read. Nothing was taken back."))
        return changed(request, back=reverse("ticket", args=[ticket.pk]))
    try:
        keep_begun(request, message, note=form.note())
        stands = form.words(answers=to.get("public"))
        taken = replies.take_back(message, by=person(request), now=timezone.now(), stands=stands)
    except DeskError as refusal:
        messages.error(request, str(refusal))
        return changed(request, back=reverse("ticket", args=[ticket.pk]))
    if taken.ticket != ticket or taken.kept is None:
        return go_back(request, taken)
    aside = " " + _("Your note is kept: choose Note to go on with it.") if form.note() else ""
    messages.success(request, _("Taken back. Its text is in the composer.") + aside)
    kept: dict[str, Any] = {"text": taken.kept.text, "mode": taken.kept.mode, "began": taken.kept.began}
    kept["spares"] = taken.kept.spares
    if not is_fragment(request):
        return show_ticket(request, ticket, to=to, **kept)
    writer = show_writer(request, ticket, to=to, **kept)
    return trigger_client_event(writer, "desk:changed", after="settle")


def _answered_by(message: Message) -> dict[str, int]:
    """Whom an answer was for, so that it stays for them when it is taken back."""
    answered = answered_by(message)
    return {"public": answered.pk} if answered else {}


@for_agents
@require_POST
def try_again(request: HttpRequest, pk: int) -> HttpResponse:
    message = message_or_404(request, pk)
    try:
        replies.try_again(message, by=person(request), now=timezone.now())
    except Repeats:
        return ask(request, message, back=_on_ticket(message))
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It will be sent again."))
    return changed(request, back=_on_ticket(message))


def _on_ticket(message: Message) -> str:
    """Where it stands by now: an older private answer moves to a private ticket when it goes."""
    message.refresh_from_db(fields=["ticket"])
    return reverse("ticket", args=[message.ticket_id])


@for_agents
@require_POST
def send_at(request: HttpRequest, pk: int) -> HttpResponse:
    """Another moment for a scheduled answer, or now."""
    message, form = message_or_404(request, pk), MomentForm(request.POST)
    now_asked = request.POST.get("do") == "now"
    try:
        if not form.is_valid() or (not now_asked and form.cleaned_data["send_at"] is None):
            raise CannotChange(_("Say when it shall go out."))
        moment = None if now_asked else form.cleaned_data["send_at"]
        replies.send_at(message, moment, by=person(request), now=timezone.now())
    except Repeats:
        return ask(request, message, back=_on_ticket(message))
    except DeskError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It goes out now.") if now_asked else _("It is scheduled anew."))
    return changed(request, back=_on_ticket(message))

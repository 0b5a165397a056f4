"""Canned replies: put into the composer, looked for while somebody types, and the page of one's own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tickets.composing.targets import answerable
from tickets.errors import CannotSend, DeskError
from tickets.models import Address, CannedReply, CannedText, Message, Ticket
from tickets.phrases.offering import offers, on_shelves
from tickets.phrases.placeholders import EXAMPLES
from tickets.phrases.shelf import Inserted, insert, language_choices, length_of, lengths, own, usable
from tickets.views.access import for_agents, person, ticket_or_404
from tickets.views.sheet_forms import MODES, WriteForm, read_targets

_SHOWN = 8  # after a slash
_IN_THE_CHOOSER = 50


def inserted(request: HttpRequest, ticket: Ticket, form: WriteForm) -> str | None:
    """The composer's text with the canned reply chosen there at its end; None when that button was not pressed."""
    if request.POST.get("do") != "insert":
        return None
    chosen, text = request.POST.get("canned", ""), str(form.cleaned_data["text"])
    if not (chosen.isdecimal() and len(chosen) < 19):
        raise CannotSend(_("Choose a canned reply first."))
    reply = usable(person(request)).filter(pk=int(chosen)).first()
    if reply is None:
        raise CannotSend(_("That canned reply is not there any more."))
    made = _fill(request, ticket, reply, mode=form.cleaned_data["mode"])
    form.cleaned_data["text"] = "\n\n".join(part for part in (text.rstrip(), made.text) if part)
    return str(form.cleaned_data["text"])


def _fill(request: HttpRequest, ticket: Ticket, reply: CannedReply, *, mode: str) -> Inserted:
    to = _answered(ticket, request.POST, mode)
    return insert(reply, ticket, private=mode != "public", by=person(request), now=timezone.now(), to=to)


def _answered(ticket: Ticket, told: QueryDict, mode: str) -> Message | None:
    """The message that what is being written answers; a note answers none."""
    if mode == "note":
        return None
    return answerable(ticket, private=mode == "private", pk=read_targets(told).get(mode))


@for_agents
@require_safe
def look_up(request: HttpRequest, number: int) -> HttpResponse:
    """What begins with, or holds, what was typed after the slash or, for the chooser (`all`), in its field: each with
    the words that would be put in."""
    ticket, mode, asked = ticket_or_404(request, number), request.GET.get("mode", ""), request.GET.get("q", "").strip()
    mode, most = mode if mode in MODES else "public", _IN_THE_CHOOSER if "all" in request.GET else _SHOWN
    to = _answered(ticket, request.GET, mode)
    found = offers(ticket, asked, private=mode != "public", by=person(request), to=to, most=most + 1)
    grouped = most == _IN_THE_CHOOSER and not asked
    shown = on_shelves(found[:most]) if grouped else found[:most]
    any_at_all = bool(
        found or (asked and offers(ticket, "", private=mode != "public", by=person(request), to=to, most=1))
    )
    facts = {"found": shown, "more": len(found) > most, "grouped": grouped, "ticket": ticket, "mode": mode}
    facts |= {"any_at_all": any_at_all}
    return render(request, "tickets/canned_found.html", facts | {"place": "all" if "all" in request.GET else "slash"})


@for_agents
@require_POST
def put_in(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """One canned reply for this ticket's customer, as a script puts it where the slash was."""
    ticket, reply = ticket_or_404(request, number), get_object_or_404(usable(person(request)), pk=pk)
    mode = request.POST.get("mode", "")
    try:
        made = _fill(request, ticket, reply, mode=mode if mode in MODES else "public")
    except DeskError as refusal:
        return JsonResponse({"refused": str(refusal)}, status=422)
    return JsonResponse({"text": made.text, "gaps": made.gaps})


class OwnForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """One of an agent's own."""

    class Meta:
        model = CannedReply
        fields = ("title", "shortcut", "category")


class TextForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    class Meta:
        model = CannedText
        fields = ("audience", "language", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices(self.instance.language)  # type: ignore[attr-defined]


class _Texts(BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data.get("text") and not form.cleaned_data.get("DELETE")]
        if not any(self.errors) and not kept:
            raise forms.ValidationError(_("Write one text at least."))


TextForms = inlineformset_factory(
    CannedReply,
    CannedText,
    form=TextForm,
    formset=_Texts,
    extra=1,
    max_num=20,
    validate_max=True,
)


@transaction.atomic
def _save(form: OwnForm, texts: Any) -> bool:
    """Looked at and kept in one transaction, for a shortcut is taken once (CannedReply.who_has). The row's lock comes
    first, as in the admin."""
    CannedReply.objects.select_for_update(no_key=True).filter(pk=form.instance.pk).first()
    if not (form.is_valid() and texts.is_valid()):
        return False
    form.save()
    texts.save()
    return True


@for_agents
def own_replies(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One's own canned replies, and the sheet for a new one or one of them (`pk`)."""
    user = person(request)
    row = get_object_or_404(own(user), pk=pk) if pk is not None else CannedReply(owner=user)
    posted = request.POST if request.method == "POST" else None
    if posted is not None and posted.get("do") == "delete" and row.pk:
        row.delete()
        messages.success(request, _("Deleted"))
        return redirect("own_canned")
    form, texts = OwnForm(posted, instance=row), TextForms(posted, instance=row, prefix="texts")
    if posted is not None and _save(form, texts):
        messages.success(request, _("Saved"))
        return redirect("own_canned")
    rows = list(own(user).prefetch_related("texts"))
    shared = list(usable(user).filter(owner=None).prefetch_related("texts")[:200])
    counted = lengths([text for one in (*rows, *shared) for text in one.texts.all()])
    facts = {"form": form, "texts": texts, "row": row, "rows": rows, "shared": shared, "counted": counted}
    facts |= {"placeholders": [f"{{{name}}}" for name in EXAMPLES], "now": timezone.now()}
    return render(request, "tickets/canned.html", facts, status=422 if posted is not None else 200)


@for_agents
@require_POST
def measure_canned(request: HttpRequest) -> HttpResponse:
    """How long one text of the sheet counts, with examples in the places of placeholders."""
    text = next((value for name, value in request.POST.items() if name.endswith("-text")), "")
    audience = next((value for name, value in request.POST.items() if name.endswith("-audience")), "")
    told = length_of(str(text)[:10_000], str(audience), Address.objects.order_by("pk").first())
    return render(request, "tickets/canned_length.html", {"told": told})

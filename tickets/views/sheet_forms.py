"""The composer and the sheet of a new post as they are sent, checked for shape."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tickets.choices import DraftMode
from tickets.composing.answering import LONGEST_TEXT
from tickets.composing.drafts import Edit, Words
from tickets.composing.enclosing import short_name
from tickets.composing.notifying import read_spares
from tickets.errors import CannotSend
from tickets.forms import Key
from tickets.sending.terms import Terms
from tickets.zones.typed import MomentField

MODES = ("public", "private", "note")
_LONGEST_SAID = 2_000
_TOO_LONG = _("This text has %(show_value)d characters; more than %(limit_value)d are never sent. Shorten it.")


class MomentForm(forms.Form):
    """When a scheduled answer goes out; empty: now."""

    send_at = MomentField(required=False)


class TargetsForm(forms.Form):
    """Which message the composer says it answers, for each way to answer; `instead` names another one, `answer` one to
    be answered in public."""

    to_public = Key(required=False)
    to_private = Key(required=False)
    instead = Key(required=False)
    answer = Key(required=False)


def read_targets(data: QueryDict, *, as_before: bool = False) -> dict[str, int]:
    """Mode → the message to be answered, as a page or a composer names it. `as_before`: whatever else was asked for."""
    form, mode = TargetsForm(data), data.get("mode", "")
    form.is_valid()
    named = {code: form.cleaned_data.get(f"to_{code}") for code in ("public", "private")}
    if form.cleaned_data.get("instead") is not None and not as_before:
        named[mode] = form.cleaned_data["instead"]
    if form.cleaned_data.get("answer") is not None and not as_before:
        named["public"] = form.cleaned_data["answer"]
    return {code: pk for code, pk in named.items() if pk is not None}


def read_answer(data: QueryDict) -> int | None:
    """The message that a page is opened to answer."""
    return _read_key(data, "answer")


def read_seen(data: QueryDict) -> int | None:
    """The latest message the composer says its writer has seen."""
    return _read_key(data, "seen")


def read_wording(data: QueryDict) -> int | None:
    """The latest of what customers changed that the page says its reader has seen."""
    return _read_key(data, "wording")


def _read_key(data: QueryDict, name: str) -> int | None:
    told = data.get(name, "")
    return int(told) if told.isdecimal() and len(told) < 19 else None


def read_left_out(data: QueryDict) -> str:
    """What was said of files that cannot go; it holds until the files are changed, as in the draft."""
    changed = "take_out" in data or data.get("do") == "add"
    return "" if changed else data.get("left_out", "")[:_LONGEST_SAID]


class Files(forms.FileField):
    """Any number of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=_ManyFiles(), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(Files, self).clean(one, initial) for one in data or []]


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


def read_descriptions(data: QueryDict) -> dict[int, str]:
    """Of the composer's files, by their key."""
    told = {name.removeprefix("alt-"): " ".join(str(data[name]).split()) for name in data if name.startswith("alt-")}
    return {int(key): text[:LONGEST_TEXT] for key, text in told.items() if key.isdecimal() and len(key) < 19}


def read_shown(data: QueryDict) -> set[int]:
    """The files that stood in the composer, by their key."""
    return {int(key) for key in data.getlist("shown") if key.isdecimal() and len(key) < 19}


class EditForm(forms.Form):
    """Which save of which window this is."""

    window = forms.UUIDField(required=False)
    edit = Key(required=False)

    def which_edit(self) -> Edit | None:
        window, number = self.cleaned_data["window"], self.cleaned_data["edit"]
        return Edit(window, number) if window and number else None


class SheetForm(EditForm):
    """What every sheet has. `token` is new on each that is shown, so that what is submitted twice is written once."""

    token = forms.UUIDField(required=False)
    text = forms.CharField(
        max_length=LONGEST_TEXT, strip=False, required=False, error_messages={"max_length": _TOO_LONG}
    )
    parts = forms.IntegerField(required=False, min_value=1, max_value=LONGEST_TEXT)
    repeat = forms.BooleanField(required=False)
    enclosed = Files(required=False)
    send_at = MomentField(required=False)

    def lost(self) -> str:
        """The files that came with a sheet of which nothing was kept, as they are told: a browser does not send them
        again."""
        names = ", ".join(f"“{short_name(file)}”" for file in self.files.getlist("enclosed"))
        return str(_("Left out: %s. Choose them again.")) % names if names else ""

    def terms(self, *, later: bool) -> Terms:
        """A moment given holds for every button that sends. `later`: the button that schedules was pressed. Raises
        CannotSend when no moment was given for it."""
        told = self.cleaned_data
        at = told["send_at"]
        if later and at is None:
            raise CannotSend(_("Say when it shall go out."))
        return Terms(
            at=at,
            parts=told["parts"] or 1,
            seen=told.get("seen"),
            wording=told.get("wording"),
            repeat=told["repeat"],
            circle=told.get("circle", ""),
            spares=read_spares(self.data),
        )


class PostForm(SheetForm):
    """A new post. `kept`: there is a draft. `circle`: who may answer it. `quotes`: the post it quotes."""

    kept = forms.CharField(required=False)
    circle = forms.CharField(required=False, max_length=20)
    quotes = forms.RegexField(r"\A[\w:.-]*\Z", required=False, max_length=64)

    def words(self, descriptions: Mapping[int, str]) -> Words:
        told = self.cleaned_data
        return Words(
            text=told["text"],
            send_at=told["send_at"],
            circle=told["circle"],
            quotes=told["quotes"],
            descriptions=descriptions,
            edit=self.which_edit(),
        )


class WriteForm(SheetForm, TargetsForm):
    """The composer. `began` says how the text was begun, `blank` that it was shown empty and nobody said since: what
    was begun privately is made public, and what was begun as a note leaves the desk, only when sure.

    `kept`: the way to answer its draft is kept under.
    """

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in MODES])
    began = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], required=False)
    sure = forms.BooleanField(required=False)
    seen = Key(required=False)
    wording = Key(required=False)
    blank = forms.BooleanField(required=False)
    kept = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], required=False)
    unheard = forms.BooleanField(required=False)
    invite = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        return told | ({"began": ""} if told.get("blank") else {})

    def words(self, descriptions: Mapping[int, str]) -> Words:
        told = self.cleaned_data
        return Words(
            text=told["text"],
            began=told["began"],
            answers=told.get(f"to_{told['mode']}"),
            spares=read_spares(self.data),
            send_at=told.get("send_at"),
            invite=told.get("invite", False),
            descriptions=descriptions,
            edit=self.which_edit(),
        )

    def check_sure(self, began: str) -> None:
        """Asked of what is sent only. `began`: as what the words were begun. Raises CannotSend."""
        told = self.cleaned_data
        mode = told["mode"]
        if told["sure"]:
            return
        if began == DraftMode.PRIVATE and mode == DraftMode.PUBLIC:
            raise CannotSend(_("This was begun as a private message. Confirm below that it may become public."))
        if began == DraftMode.NOTE and mode != DraftMode.NOTE:
            raise CannotSend(_("This was begun as a note. Confirm below that it may leave the desk."))


class BegunForm(EditForm):
    """What stands in the composer while an answer above it is taken back."""

    text = forms.CharField(max_length=LONGEST_TEXT, strip=False, required=False)
    began = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], required=False)
    mode = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], required=False)

    def words(self, *, answers: int | None) -> Words:
        """To stand below the answer. A note is none of them; what was ever private is private."""
        told = self.cleaned_data
        text = "" if self.note() else told["text"].strip()
        began = DraftMode.PRIVATE if told["mode"] == DraftMode.PRIVATE else told["began"]
        return Words(text=text, began=began, answers=answers, edit=self.which_edit())

    def note(self) -> str:
        """What is being written as a note, and stays one."""
        told = self.cleaned_data
        return told["text"].strip() if (told["mode"] or told["began"]) == DraftMode.NOTE else ""

"""What people send from the pages, checked for shape. Whether it may be done is the actions' business."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from tickets.choices import Priority, Status
from tickets.context import THEMES
from tickets.models import Folder, Queue, Tag, Ticket

MODES = ("public", "private", "note")


class SignInForm(AuthenticationForm):
    """Django's own, dressed as the desk's fields are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"


class StatusForm(forms.Form):
    status = forms.ChoiceField(choices=Status.choices)


class PriorityForm(forms.Form):
    priority = forms.ChoiceField(choices=Priority.choices)


class AssigneeForm(forms.Form):
    """Nobody is a choice: then the ticket is given back."""

    assignee = forms.ModelChoiceField(User.objects.filter(is_active=True), required=False)


class QueueForm(forms.Form):
    queue = forms.ModelChoiceField(Queue.objects.all())


class FolderForm(forms.Form):
    folder = forms.ModelChoiceField(Folder.objects.all(), required=False)


class TagForm(forms.Form):
    name = forms.CharField(required=False)


class UntagForm(forms.Form):
    """One of the ticket's own tags."""

    tag = forms.ModelChoiceField(Tag.objects.none())

    def __init__(self, data: object, *, ticket: Ticket) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict, as every form's
        self.fields["tag"].queryset = ticket.tags.all()  # type: ignore[attr-defined]  # ModelChoiceField's


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=[(value, value) for value in THEMES])


class WriteForm(forms.Form):
    """The composer. `began` says how the text was begun: what was begun privately is made public only when sure."""

    mode = forms.ChoiceField(choices=[(mode, mode) for mode in MODES])
    began = forms.ChoiceField(choices=[(mode, mode) for mode in MODES], required=False)
    text = forms.CharField(max_length=20_000, strip=False, required=False)
    sure = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        made_public = cleaned.get("began") == "private" and cleaned.get("mode") == "public"
        if made_public and not cleaned.get("sure"):
            raise forms.ValidationError(
                _("This was begun as a private message. Confirm below that it may become public.")
            )
        return cleaned

"""What people send from the pages, checked for shape. Whether it may be done is the actions' business."""

from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tickets.choices import Priority, Status
from tickets.composing.answering import LONGEST_TEXT
from tickets.models import Folder, Queue, Skill, Tag, Ticket
from tickets.resting.presets import preset_at
from tickets.zones.typed import MomentField

# Of a primary key.
_LARGEST_KEY = 2**63 - 1


class Key(forms.IntegerField):
    """A row as a page names it in a hidden field."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=_LARGEST_KEY, **options)


class PresenceForm(forms.Form):
    """Whether somebody is there; away, what becomes of those of their tickets that nobody has answered."""

    presence = forms.ChoiceField(choices=[(one, one) for one in ("back", "away", "away_give_back")])


class SkillsForm(forms.Form):
    """What a ticket needs: these and no others."""

    skills = forms.ModelMultipleChoiceField(Skill.objects.all(), required=False)


class SnoozeForm(forms.Form):
    """One of the moments offered, or one of their own; neither: until the customer writes."""

    preset = forms.CharField(required=False)
    until = MomentField(required=False)
    reason = forms.CharField(required=False)

    def __init__(self, data: QueryDict, *, now: datetime, zone: tzinfo) -> None:
        super().__init__(data)
        self.now, self.zone = now, zone

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if preset := told.pop("preset", ""):
            told["until"] = preset_at(preset, self.now, self.zone)
            if told["until"] is None:
                raise forms.ValidationError(_("That moment is not offered any more."))
        return told


class StatusForm(forms.Form):
    """`undoes`: the status that is taken back, if it is still that."""

    status = forms.ChoiceField(choices=Status.choices)
    reason = forms.CharField(required=False)
    undoes = forms.ChoiceField(choices=Status.choices, required=False)


class PriorityForm(forms.Form):
    """`undoes`: the priority that is taken back, if it is still that."""

    priority = forms.ChoiceField(choices=Priority.choices)
    undoes = forms.ChoiceField(choices=Priority.choices, required=False)


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


class MergeForm:
    """Which tickets (`t`), into which, and what is looked for: a number adds that ticket, else it is a handle."""

    def __init__(self, data: QueryDict) -> None:
        self.add = data.get("add", "").strip()[:60]
        number = read_number(self.add)
        self.tickets = list(dict.fromkeys(filter(None, map(read_number, (*data.getlist("t"), self.add)))))[:200]
        self.handle = "" if number else self.add.lstrip("@")
        self.into = read_number(data.get("into", ""))
        self.sure = bool(data.get("sure"))


class OtherForm:
    """Another ticket by its number."""

    def __init__(self, data: QueryDict) -> None:
        self.number = read_number(data.get("other", ""))


def read_number(told: str) -> int | None:
    """`#12`, as people write it."""
    told = told.strip().removeprefix("#")
    return int(told) if told.isdecimal() and len(told) < 19 else None


class IncidentForm:
    """A name, or tickets by their numbers, with commas or spaces between them. `wrong`: the first that is none."""

    def __init__(self, data: QueryDict) -> None:
        self.name = data.get("name", "")
        words = [word for told in data.getlist("t") for word in told.replace(",", " ").split()][:500]
        self.tickets = list(dict.fromkeys(filter(None, map(read_number, words))))
        self.wrong = next((word[:30] for word in words if not read_number(word)), "")


class GestureForm(forms.Form):
    """Something that was done at once, by the key its lines of history share."""

    gesture = forms.UUIDField()


class StatementForm(forms.Form):
    """What is told in public and in private. `sure`: it was looked at and goes. `without_own`: the incident's own
    ticket is left out."""

    public = forms.CharField(required=False, max_length=LONGEST_TEXT, strip=False)
    private = forms.CharField(required=False, max_length=LONGEST_TEXT, strip=False)
    key = forms.UUIDField()
    sure = forms.BooleanField(required=False)
    without_own = forms.BooleanField(required=False)


class TakeOutForm(forms.Form):
    """What becomes of a message: a ticket of its own, with all that follows or without, or another ticket."""

    what = forms.ChoiceField(choices=[(what, what) for what in ("one", "rest", "move")])
    to = forms.CharField(required=False, max_length=30)
    sure = forms.BooleanField(required=False)
    ask = False  # whether it has to be confirmed

    def clean_to(self) -> int | None:
        return read_number(self.cleaned_data["to"])


class ReasonForm(forms.Form):
    """Why something was not sent, as the outbox groups it."""

    code = forms.CharField(required=False, strip=False)
    words = forms.CharField(required=False, strip=False)


class LeftForm(forms.Form):
    """From which ticket one goes on to the next."""

    left = Key(required=False)

"""What is chosen on the page that changes many tickets: which tickets, and for each deed to what."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.people import shown_name
from tickets.bulk.ordering import MOST_CHOSEN, Aim
from tickets.choices import BulkDeed, Priority, Status
from tickets.models.sla import LONGEST_REASON
from tickets.permissions import who_may
from tickets.phrases.macros import usable
from tickets.reading.context import Desk, Place
from tickets.reading.listing import ListView
from tickets.resting.presets import EVENING, HOUR, TOMORROW, preset_at, presets
from tickets.resting.telling import told
from tickets.zones.typed import MomentField

_OWN, _THEY = "own", "they"
_PRESETS = {
    HOUR: gettext_lazy("For an hour"),
    EVENING: gettext_lazy("Until this evening"),
    TOMORROW: gettext_lazy("Until tomorrow"),
}
Choices = Sequence[tuple[str, str]]


def read_aim(told: QueryDict, desk: Desk) -> Aim:
    """The rows that are ticked; or, where `all` says so, the list they stand in, as its address asks for it (`of`)."""
    numbers = [int(one) for one in told.getlist("t") if one.isdecimal() and len(one) < 19]
    if not told.get("all"):
        return Aim(numbers=tuple(dict.fromkeys(numbers))[:MOST_CHOSEN])
    of = QueryDict(told.get("of", ""))
    view, line = of.get("view", ""), of.get("q", "").strip()
    if view and view not in ListView.values:
        raise Http404
    queue, folder = _key(desk.queues, of.get("queue", "")), _key(desk.folders, of.get("folder", ""))
    return Aim(view=view or ("" if line else ListView.ALL), queue=queue, folder=folder, line=line)


def _key(places: list[Place], slug: str) -> int | None:
    if not slug:
        return None
    found = next((place.pk for place in places if place.slug == slug), None)
    if found is None:
        raise Http404
    return found


class DeedForm(forms.Form):
    """`value`: as a run keeps it. Where the desk has things to choose from, they are offered."""

    def __init__(self, data: Any, *, desk: Desk) -> None:
        super().__init__(data)
        self.desk = desk
        self.offer(desk)

    def offer(self, desk: Desk) -> None:
        """Nothing to choose from, if nothing is said."""

    def choose(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a choice

    @property
    def value(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class AssignForm(DeedForm):
    person = forms.ChoiceField(label=gettext_lazy("To whom"), required=False)

    def offer(self, desk: Desk) -> None:
        people = list(who_may("see", "work").order_by("first_name", "last_name", "username"))
        own: list[User] = [one for one in people if one.pk == desk.user.pk]
        others = [(str(one.pk), shown_name(one)) for one in people if one.pk != desk.user.pk]
        you = [(str(one.pk), _("%s (you)") % shown_name(one)) for one in own]
        self.choose("person", [*you, ("", _("Nobody")), *others])

    @property
    def value(self) -> dict[str, Any]:
        person = self.cleaned_data["person"]
        return {"person": int(person) if person else None}


class QueueForm(DeedForm):
    queue = forms.ChoiceField(label=gettext_lazy("To which queue"))

    def offer(self, desk: Desk) -> None:
        self.choose("queue", [(str(one.pk), one.name) for one in desk.all_queues])

    @property
    def value(self) -> dict[str, Any]:
        return {"queue": int(self.cleaned_data["queue"])}


class FolderForm(DeedForm):
    folder = forms.ChoiceField(label=gettext_lazy("Under which folder"), required=False)

    def offer(self, desk: Desk) -> None:
        self.choose("folder", [("", _("None")), *((str(one.pk), one.title) for one in desk.folders)])

    @property
    def value(self) -> dict[str, Any]:
        folder = self.cleaned_data["folder"]
        return {"folder": int(folder) if folder else None}


class StatusForm(DeedForm):
    status = forms.ChoiceField(
        label=gettext_lazy("To which status"), choices=[one for one in Status.choices if one[0] != Status.NEW]
    )
    reason = forms.CharField(label=gettext_lazy("Why, where that is wanted"), required=False, max_length=LONGEST_REASON)


class PriorityForm(DeedForm):
    priority = forms.ChoiceField(label=gettext_lazy("To which priority"), choices=Priority.choices)


class SnoozeForm(DeedForm):
    preset = forms.ChoiceField(label=gettext_lazy("Until when"))
    until = MomentField(label=gettext_lazy("The moment, if it is another one"), required=False)
    reason = forms.CharField(label=gettext_lazy("Why, if you like"), required=False, max_length=LONGEST_REASON)

    def offer(self, desk: Desk) -> None:
        zone = timezone.get_current_timezone()
        offered = [(one.code, self._words(one.code, one.at)) for one in presets(desk.now, zone)]
        self.choose("preset", [*offered, (_THEY, _("Until they write")), (_OWN, _("Another moment"))])

    def _words(self, code: str, at: Any) -> str:
        words = _PRESETS.get(code, _("Until Monday"))
        return f"{words} ({told(at, self.desk.now, timezone.get_current_timezone())})"

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        preset = told.get("preset", "")
        if preset == _OWN and told.get("until") is None and "until" not in self.errors:
            self.add_error("until", _("Say when."))
        return told

    @property
    def value(self) -> dict[str, Any]:
        told, until = self.cleaned_data, self.cleaned_data["until"]
        if told["preset"] != _OWN:
            until = preset_at(told["preset"], self.desk.now, timezone.get_current_timezone())
        return {"until": until.isoformat() if until else None, "reason": told["reason"]}


class TagForm(DeedForm):
    tags = forms.CharField(label=gettext_lazy("Which tags, with commas between them"), max_length=1_000)

    @property
    def value(self) -> dict[str, Any]:
        return {"tags": self.cleaned_data["tags"].split(",")}


class MacroForm(DeedForm):
    macro = forms.ChoiceField(label=gettext_lazy("Which macro"))

    def offer(self, desk: Desk) -> None:
        self.choose("macro", [(str(one.pk), one.name) for one in usable(desk.user)])

    @property
    def value(self) -> dict[str, Any]:
        return {"macro": int(self.cleaned_data["macro"])}


FORMS: dict[str, type[DeedForm]] = {
    BulkDeed.ASSIGN: AssignForm,
    BulkDeed.STATUS: StatusForm,
    BulkDeed.PRIORITY: PriorityForm,
    BulkDeed.SNOOZE: SnoozeForm,
    BulkDeed.TAG: TagForm,
    BulkDeed.UNTAG: TagForm,
    BulkDeed.QUEUE: QueueForm,
    BulkDeed.FOLDER: FolderForm,
    BulkDeed.MACRO: MacroForm,
}

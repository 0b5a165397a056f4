"""The form of a routing rule: what it asks, what follows, how it goes on. Saving makes a version (rule_versions.py)."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from kapture.admin_list_edited import settled
from kapture.people import shown_name
from tickets.admin.condition_field import ConditionField
from tickets.admin.outline import TREE_BUTTON
from tickets.admin.people import given_tickets, programs
from tickets.admin.rule_lock import news
from tickets.choices import Priority
from tickets.models import Folder, Queue, RoutingRule, RuleVersion, SlaPolicy
from tickets.models.routing_rule import LONGEST_NOTE
from tickets.rules.naming import choices_of, load_listed_words, load_row_names
from tickets.rules.versions import SAYS, newest

_AS_IS = gettext_lazy("Leave as it is")
MOST_TAGS = 20


def _row(model: type[Any], label: Any) -> Any:
    return forms.ModelChoiceField(
        model._default_manager.all(), label=label, required=False, empty_label=_AS_IS, widget=UnfoldAdminSelectWidget()
    )


def _flag(label: Any, help_text: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text, widget=UnfoldBooleanSwitchWidget())


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    condition = ConditionField(label=gettext_lazy("It holds when"), required=False)
    queue = _row(Queue, gettext_lazy("Queue"))
    folder = _row(Folder, gettext_lazy("Folder"))
    sla_policy = _row(SlaPolicy, gettext_lazy("SLA policy"))
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"),
        choices=[("", _AS_IS), *Priority.choices],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    assignee = _row(User, gettext_lazy("Assign to"))
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        help_text=gettext_lazy("Separated by commas. They are added."),
        widget=UnfoldAdminTextInputWidget(),
    )
    skills = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Needs the skills"),
        coerce=int,
        required=False,
        help_text=gettext_lazy("They are added. Queues that ask for skills give the ticket only to who has them all."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=gettext_lazy("For colleagues only."),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    notify = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tell"),
        coerce=int,
        required=False,
        help_text=gettext_lazy("They get a notice; the ticket's history and outgoing webhooks name them."),
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
    )
    ignore = _flag(gettext_lazy("Ignore"), gettext_lazy("Nothing is promised, and messages join in silence."))
    leave_resolved = _flag(
        gettext_lazy("Leave it resolved"),
        "",  # with a link to what was left, where the form is made
    )
    stop = _flag(gettext_lazy("Stop here"), gettext_lazy("Where it holds, no later rule is looked at."))
    on_later = _flag(
        gettext_lazy("Also on later messages"),
        gettext_lazy("When a customer goes on with a ticket. What a person chose there stays."),
    )

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput())  # the version that the form was opened on

    class Meta:
        model = RoutingRule
        fields = ("name", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = self._names = load_row_names()
        self.fields["condition"].know(names, load_listed_words())  # type: ignore[attr-defined]  # declared above
        self.fields["skills"].choices = choices_of("skill", names)  # type: ignore[attr-defined]
        self.fields["folder"].choices = [("", _AS_IS), *choices_of("folder", names)]  # type: ignore[attr-defined]
        self.fields["leave_resolved"].help_text = _left_help()
        self.fields["name"].show_hidden_initial = self.fields["position"].show_hidden_initial = True
        version = newest(self.instance) if self.instance.pk else None
        self._offer_people(version)
        if version is not None:
            self.initial = {**self.initial, **_typed(version), "seen": version.number}

    def _offer_people(self, version: RuleVersion | None) -> None:
        """By name, no programs; who is chosen already stays."""
        told, given = (version.notify, version.assignee_id) if version else ([], None)
        others = programs().difference(told)
        people = [(pk, name) for pk, name in choices_of("person", self._names) if pk not in others]
        self.fields["notify"].choices = people  # type: ignore[attr-defined]  # declared above
        workers = self.fields["assignee"].queryset = given_tickets(chosen=given)  # type: ignore[attr-defined]
        named = sorted(((one.pk, shown_name(one)) for one in workers), key=lambda one: one[1].lower())
        self.fields["assignee"].choices = [("", _AS_IS), *named]  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        tags = [" ".join(tag.split()).lower() for tag in str(self.cleaned_data["tags"]).split(",")]
        kept = list(dict.fromkeys(tag for tag in tags if tag))
        if any(len(tag) > 50 for tag in kept) or len(kept) > MOST_TAGS:
            raise forms.ValidationError(_("A tag has 1 to 50 characters, and a rule adds up to 20."))
        return kept

    def clean(self) -> dict[str, Any]:
        """A button of the tree changes the form and saves nothing."""
        super().clean()
        if self.builds:
            raise forms.ValidationError(_("Not saved yet."))
        if self.cleaned_data.get("leave_resolved") and not self.cleaned_data.get("on_later"):
            self.add_error(
                "leave_resolved", _("It speaks of later messages: switch on “Also on later messages” as well.")
            )
        if self.instance.pk and self.cleaned_data.get("seen") is not None:
            self._look_for_news(self.cleaned_data["seen"])
        return self.cleaned_data

    def _look_for_news(self, seen: int) -> None:
        """Raises where somebody else saved meanwhile; from then on that is seen."""
        number, told = news(self.instance, seen, self._names)
        if told:
            data: Any = self.data.copy()  # type: ignore[attr-defined]  # of a form that was sent
            data[self.add_prefix("seen")] = str(number)
            self.data = data
            self.add_error(None, told)
        stored = RoutingRule.objects.get(pk=self.instance.pk)
        for name in {"name", "position"} & self.cleaned_data.keys():
            try:
                self.cleaned_data[name] = settled(self, name, getattr(stored, name))
            except forms.ValidationError as error:
                self.add_error(name, error)

    @property
    def builds(self) -> bool:
        return TREE_BUTTON in self.data

    def says(self) -> dict[str, Any]:
        """What the version to be saved says."""
        return {name: self.cleaned_data[name] for name in SAYS}


def _left_help() -> SafeString:
    """Nobody is told of what a rule leaves: so where it is found."""
    sentence = _(
        "A later message does not reopen a resolved ticket, and no answer is promised to it. What was never answered is"
        " reopened all the same. Look through what was left: {search}."
    )
    link = format_html('<a class="underline" href="{}?q=is:left">is:left</a>', reverse("tickets"))
    return format_html(sentence, search=link)


def _typed(version: RuleVersion) -> dict[str, Any]:
    said = {name: getattr(version, name) for name in SAYS}
    for name in ("queue", "folder", "sla_policy", "assignee"):
        said[name] = getattr(version, f"{name}_id")
    return said | {"tags": ", ".join(version.tags)}

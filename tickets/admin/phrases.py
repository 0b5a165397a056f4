"""Canned replies: their texts for the public and for private messages, by language, and how long each is."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from kapture.admin_base import DeskAdmin, DeskInline, shown_once
from tickets.admin.rows_needed import OneAtLeast
from tickets.models import CannedReply, CannedText
from tickets.phrases.placeholders import EXAMPLES
from tickets.phrases.shelf import language_choices, lengths


class Texts(OneAtLeast):
    none = gettext_lazy("A canned reply has one text at least: write what is said.")


class TextForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, widget=UnfoldAdminSelectWidget(), choices=language_choices
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kept := self.instance.language:
            self.fields["language"].choices = language_choices(kept)  # type: ignore[attr-defined]  # ChoiceField's


class TextInline(DeskInline):
    model = CannedText
    form = TextForm
    formset = Texts
    fields = ("audience", "language", "text", "counts")
    readonly_fields = ("counts",)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1

    @admin.display(description=gettext_lazy("counts"))
    @shown_once
    def counts(self, row: CannedText) -> str:
        """As its account's channel counts, with examples in the places of placeholders."""
        told = lengths([row]).get(row.pk) if row.pk else None
        if told is None:
            return "–"
        said = _("%(length)s of %(maximum)s") % {"length": told.length, "maximum": told.maximum}
        return ": ".join((said, _("too long for one post"))) if told.over else str(said)


@admin.register(CannedReply)
class CannedReplyAdmin(DeskAdmin):
    list_display = ("title", "shortcut", "category", "who", "enabled", "uses", "last_used_at")
    list_filter = ("enabled", "category")
    search_fields = ("title", "shortcut", "category", "texts__text")
    fields = ("title", "shortcut", "category", "owner", "teams", "enabled", "uses", "last_used_at")
    readonly_fields = ("uses", "last_used_at")
    filter_horizontal = ("teams",)
    inlines = (TextInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.select_related("owner").prefetch_related("teams")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        names = ", ".join(f"{{{name}}}" for name in EXAMPLES)
        if "title" in form.base_fields:
            told = _(
                "Its texts may have these placeholders: %(names)s; {first_name|there} says what stands there else."
            )
            form.base_fields["title"].help_text = told % {"names": names}
        return form

    @admin.display(description=gettext_lazy("for"))
    def who(self, row: CannedReply) -> str:
        if row.owner is not None:
            return row.owner.get_username()
        return ", ".join(team.name for team in row.teams.all()) or _("everybody")

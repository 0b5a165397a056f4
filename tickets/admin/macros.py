"""Macros: several steps under one name."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest

from kapture.admin_base import DeskAdmin
from tickets.admin.folders import NamesFolders
from tickets.models import CannedReply, Macro


@admin.register(Macro)
class MacroAdmin(NamesFolders, DeskAdmin):
    list_display = ("name", "position", "enabled", "reply", "send", "status", "queue")
    list_editable = ("position",)
    list_select_related = ("reply", "queue")
    search_fields = ("name",)
    filter_horizontal = ("teams",)
    fields = (
        *("name", "position", "enabled", "teams", "reply", "send", "note", "tags", "priority", "folder"),
        *("assign", "person", "watch", "status", "reason", "snooze_hours", "queue"),
    )

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:  # type: ignore[type-arg]  # the stubs' generic is not one at run time
        """Of canned replies those that a macro may have."""
        if db_field.name == "reply":
            kwargs["queryset"] = CannedReply.objects.filter(owner=None)
        field: forms.ModelChoiceField | None = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[type-arg]
        return field

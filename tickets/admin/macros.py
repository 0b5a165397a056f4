"""Macros: several steps under one name."""

from django.contrib import admin

from kapture.admin_base import DeskAdmin
from tickets.models import Macro


@admin.register(Macro)
class MacroAdmin(DeskAdmin):
    list_display = ("name", "position", "enabled", "reply", "send", "status", "queue")
    list_editable = ("position",)
    list_select_related = ("reply", "queue")
    search_fields = ("name",)
    filter_horizontal = ("teams",)
    fields = (
        *("name", "position", "enabled", "teams", "reply", "send", "note", "tags", "priority", "folder"),
        *("assign", "person", "watch", "status", "reason", "snooze_hours", "queue"),
    )

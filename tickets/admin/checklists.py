"""Lists of things to be done, kept to be put on tickets."""

from django.contrib import admin

from kapture.admin_base import DeskAdmin, DeskInline
from tickets.models import Checklist, ChecklistLine


class LineInline(DeskInline):
    model = ChecklistLine
    extra = 0
    fields = ("text", "required", "position")


@admin.register(Checklist)
class ChecklistAdmin(DeskAdmin):
    list_display = ("name", "enabled")
    search_fields = ("name", "lines__text")
    fields = ("name", "enabled")
    inlines = (LineInline,)

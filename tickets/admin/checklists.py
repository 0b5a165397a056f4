"""Lists of things to be done, kept to be put on tickets."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from kapture.admin_base import DeskAdmin, DeskInline
from tickets.admin.rows_needed import OneAtLeast
from tickets.models import Checklist, ChecklistLine


class Lines(OneAtLeast):
    none = gettext_lazy("A checklist has one line at least: say what is to be done.")


class LineInline(DeskInline):
    model = ChecklistLine
    formset = Lines
    fields = ("text", "required", "position")

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


@admin.register(Checklist)
class ChecklistAdmin(DeskAdmin):
    list_display = ("name", "enabled")
    search_fields = ("name", "lines__text")
    fields = ("name", "enabled")
    inlines = (LineInline,)

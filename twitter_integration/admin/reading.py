"""How X is read: polling cursors, what an account may spend a day, and replays of what was missed."""

from django.contrib import admin

from kapture.admin_base import DeskAdmin, RecordAdmin
from twitter_integration.models.cursor import Backfill, Cursor
from twitter_integration.models.usage import Allowance


@admin.register(Cursor)
class CursorAdmin(RecordAdmin):
    list_display = ("account", "stream", "polled_at", "complete_until", "reconciled_at", "failures", "result")
    list_filter = ("stream", "account")
    list_select_related = ("account",)


@admin.register(Allowance)
class AllowanceAdmin(DeskAdmin):
    list_display = ("account", "calls_per_day", "cost_per_day")
    list_select_related = ("account",)


@admin.register(Backfill)
class BackfillAdmin(RecordAdmin):
    list_display = ("app", "since", "until", "reason", "asked_by", "state", "brought", "result", "created_at")
    list_filter = ("state", "app")
    list_select_related = ("app",)
    ordering = ("-id",)

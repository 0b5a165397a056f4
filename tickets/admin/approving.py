"""Which answers somebody else has to let go, and what became of those that waited."""

from django.contrib import admin

from kapture.admin_base import DeskAdmin, RecordAdmin
from tickets.models import Approval, ApprovalRule


@admin.register(ApprovalRule)
class ApprovalRuleAdmin(DeskAdmin):
    list_display = ("name", "enabled", "address", "queue", "said", "minutes")
    list_select_related = ("address", "queue")
    search_fields = ("name", "words")
    fields = ("name", "enabled", "teams", "address", "queue", "said", "tags", "words", "minutes")
    filter_horizontal = ("teams", "tags")


@admin.register(Approval)
class ApprovalAdmin(RecordAdmin):
    """To look at; what was said on tickets is read there, by who may."""

    list_display = ("asked_at", "writer", "rule", "state", "decided_by", "decided_at")
    list_filter = ("state", "rule")
    list_select_related = ("writer", "rule", "decided_by")
    fields = ("writer", "rule", "asked_at", "expires_at", "state", "decided_by", "decided_at")

"""Automatic answers: what each address says, what became of every message, and who wants none."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import DeskAdmin, RecordAdmin
from tickets.automatic.opting_out import lift
from tickets.models import AutoReply, AutoReplyCase, OptOut


@admin.register(AutoReply)
class AutoReplyAdmin(DeskAdmin):
    # An address without its scheme is of the web as it is now; label, help and looks stay the model's and the admin's.
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"assume_scheme": "https"}}
    list_display = ("address", "enabled", "time_zone")
    list_select_related = ("address",)
    fields = ("address", "enabled", "text", "privacy_url", "opening_hours", "time_zone", "opt_out_words")


@admin.register(AutoReplyCase)
class AutoReplyCaseAdmin(RecordAdmin):
    list_display = ("at", "address", "identity", "code", "reason", "decided_at")
    list_filter = ("code", "address")
    list_select_related = ("address", "identity")
    search_fields = ("identity__handle",)
    ordering = ("-id",)


@admin.register(OptOut)
class OptOutAdmin(RecordAdmin):
    """Nothing is deleted here: an opt-out is lifted, and it stays seen who did."""

    list_display = ("identity", "address", "at", "lifted_at", "lifted_by")
    list_filter = ("address", ("lifted_at", admin.EmptyFieldListFilter))
    list_select_related = ("address", "identity", "lifted_by")
    search_fields = ("identity__handle",)
    ordering = ("-id",)
    actions = ("lift",)

    @admin.action(description=gettext_lazy("Lift: automatic messages may be sent again"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[OptOut]) -> None:
        for opt_out in queryset.filter(lifted_at=None):
            lift(opt_out, by=request.user, now=timezone.now())
            self.log_change(request, opt_out, _("Lifted."))

    def has_lift_permission(self, request: HttpRequest, *args: Any) -> bool:
        """RecordAdmin refuses every change; this one is asked for by the permission itself."""
        return bool(request.user.has_perm("tickets.change_optout"))

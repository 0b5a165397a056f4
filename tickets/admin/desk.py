"""What an administrator sets up: queues, folders, promises, tags."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import DeskAdmin
from tickets.admin.staffing import TeamInline
from tickets.models import BusinessHours, Folder, Queue, Tag


def _set_default(row: Any, value: bool) -> None:
    """Saved, not updated in the table: what is saved is audited."""
    row.is_default = value
    row.save(update_fields=["is_default"])


class DefaultAdmin(DeskAdmin):
    """A kind of row of which one is the default; changing it is an act, for there is never none and never two."""

    actions = ("make_default",)
    readonly_fields: tuple[str, ...] = ("is_default",)

    @admin.action(description=gettext_lazy("Make it the default"), permissions=["change"])
    def make_default(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        if queryset.count() != 1:
            self.message_user(request, _("Choose exactly one."), messages.WARNING)
            return
        row = queryset.get()
        with transaction.atomic():
            held = self.model._default_manager.select_for_update(no_key=True).order_by("pk")  # another may do the same
            for other in [one for one in held if one.is_default and one.pk != row.pk]:
                _set_default(other, False)
            _set_default(row, True)
        self.log_change(request, row, _("Made it the default."))
        self.message_user(request, _("%(name)s is the default now.") % {"name": row})

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return not getattr(obj, "is_default", False) and super().has_delete_permission(request, obj)


@admin.register(Queue)
class QueueAdmin(DefaultAdmin):
    list_display = ("name", "slug", "position", "assignment", "is_default")
    list_editable = ("position",)
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name",)
    fields = (
        *("name", "slug", "position", "is_default", "assignment", "capacity", "no_limit"),
        *("sticky", "asks_skills", "asks_language"),
    )
    inlines = (TeamInline,)
    used_by = ("tickets", "address_set", "placement_set", "ruleversion_set")


@admin.register(Folder)
class FolderAdmin(DeskAdmin):
    list_display = ("name", "parent", "position")
    list_editable = ("position",)
    list_select_related = ("parent",)
    search_fields = ("name",)
    used_by = ("tickets", "address_set", "placement_set", "folder_set", "ruleversion_set")


@admin.register(BusinessHours)
class BusinessHoursAdmin(DeskAdmin):
    list_display = ("name", "time_zone", "country", "region")
    search_fields = ("name",)
    fields = ("name", "opening_hours", "time_zone", "country", "region", "own_days")
    used_by = ("slapolicy_set",)


@admin.register(Tag)
class TagAdmin(DeskAdmin):
    list_display = ("name",)
    search_fields = ("name",)
    used_by = ("tickets",)

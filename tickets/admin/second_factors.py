"""Who has a second factor; taken away from who lost the app and the recovery codes."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kapture.admin_base import CONFIGURE, RecordAdmin
from tickets.models import SecondFactor


@admin.register(SecondFactor)
class SecondFactorAdmin(RecordAdmin):
    """By whoever may change users: they may give a new password as well. Of a superuser only by another one."""

    list_display = ("person", "confirmed_at", "closed_until")
    list_select_related = ("person",)
    search_fields = ("person__username",)
    fields = ("person", "began_at", "confirmed_at", "failures", "closed_until")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One by one: of each it is asked whether that may be."""
        return {}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        beyond = obj is not None and obj.person.is_superuser and not user.is_superuser
        return not beyond and any(user.has_perm(right) for right in (CONFIGURE, "auth.change_user"))

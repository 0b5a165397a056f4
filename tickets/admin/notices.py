"""How people are told, and whose mail was given up: to look at. Each sets it on their own page."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from kapture.admin_base import RecordAdmin
from tickets.models import NoticeSettings


@admin.register(NoticeSettings)
class NoticeSettingsAdmin(RecordAdmin):
    list_display = ("person", "address", "mail_off_at", "mailed_at", "mail_due_at", "mail_stopped_at", "mail_reason")
    list_select_related = ("person",)
    list_filter = (("mail_stopped_at", admin.EmptyFieldListFilter),)
    search_fields = ("person__username",)
    exclude = ("mail_claimed_until",)

    @admin.display(description=_("e-mail address"))
    def address(self, row: NoticeSettings) -> str:
        return row.person.email

"""What was done with accounts, and what was asked for and refused: a record to look at, never to change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kapture.admin_base import RecordAdmin
from twitter_integration.models import AccountAct


@admin.register(AccountAct)
class AccountActAdmin(RecordAdmin):
    list_display = ("id", "at", "page_name", "action", "target_name", "by_name", "via", "outcome", "code")
    list_filter = ("outcome", "action", "via", "account")
    search_fields = ("target__exact", "target_name__iexact", "by_name__iexact", "gesture__exact")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountAct]:
        """With whom the account speaks privately is itself private."""
        rows: QuerySet[AccountAct] = super().get_queryset(request).defer("account")
        return rows if request.user.has_perm("tickets.see_private") else rows.filter(private=False)

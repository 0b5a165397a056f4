"""What was done with accounts, and what was asked for and refused: a record to look at, never to change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kapture.admin_base import RecordAdmin
from twitter_integration.choices import Fate
from twitter_integration.console.fates import with_fates
from twitter_integration.models import AccountAct


@admin.register(AccountAct)
class AccountActAdmin(RecordAdmin):
    list_display = ("id", "at", "page_name", "action", "target_name", "by_name", "via", "became", "code")
    list_filter = ("outcome", "action", "via", "account")
    search_fields = ("target__exact", "target_name__iexact", "by_name__iexact", "gesture__exact")
    ordering = ("-id",)

    @admin.display(description=_("what became of it"))
    def became(self, act: AccountAct) -> str:
        return str(Fate(act.fate).label)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccountAct]:
        """With whom the account speaks privately is itself private."""
        rows: QuerySet[AccountAct] = with_fates(super().get_queryset(request).defer("account"))
        return rows if request.user.has_perm("tickets.see_private") else rows.filter(private=False)

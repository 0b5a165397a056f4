"""Search queries: written, tried out before they are switched on, and what they brought."""

from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import DeskAdmin, submit_action
from twitter_integration.admin.secrets import ACCOUNT_SECRETS, APP_SECRETS
from twitter_integration.errors import XError
from twitter_integration.models import SearchQuery
from twitter_integration.previewing import Preview, preview
from twitter_integration.sealing import CannotOpen
from twitter_integration.search_grammar import WrongQuery
from twitter_integration.searching import answered

_SEALED = (*(f"account__{name}" for name in ACCOUNT_SECRETS), *(f"account__app__{name}" for name in APP_SECRETS))


@admin.register(SearchQuery)
class SearchQueryAdmin(DeskAdmin):
    list_display = ("label", "account", "query", "enabled", "hits", "kept", "last_run_at", "cost", "last_error")
    list_filter = ("enabled", "account")
    search_fields = ("label", "query")
    readonly_fields = ("hits", "kept", "answered_tickets", "cost", "last_run_at", "last_error")
    fieldsets = (
        (None, {"fields": ("account", "label", "query", "language", "enabled")}),
        (gettext_lazy("What becomes of a hit"), {"fields": ("queue", "folder", "priority")}),
        (gettext_lazy("Bounds"), {"fields": ("cap_per_hour", "auto_resolve_after_hours")}),
        (gettext_lazy("So far"), {"fields": readonly_fields}),
    )
    actions_submit_line = ("try_out",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SearchQuery]:
        rows: QuerySet[SearchQuery] = super().get_queryset(request)
        return rows.select_related("account__app").defer(*_SEALED)

    @admin.display(description=gettext_lazy("tickets answered"))
    def answered_tickets(self, query: SearchQuery) -> int:
        return answered(query) if query.pk else 0

    @submit_action(description=gettext_lazy("Save and try it out"), permissions=["change"])
    def try_out(self, request: HttpRequest, obj: SearchQuery) -> None:
        """X may take seconds: not while rows are locked."""
        transaction.on_commit(partial(self._preview, request, obj))

    def _preview(self, request: HttpRequest, obj: SearchQuery) -> None:
        """Ask X what it finds today, and what it would bring and cost a day. Takes nothing in."""
        now = timezone.now()
        try:
            found = preview(obj.account, obj.query, language=obj.language, cap_per_hour=obj.cap_per_hour, now=now)
        except (WrongQuery, XError, CannotOpen) as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.message_user(request, _summary(found))


def _summary(found: Preview) -> Any:
    facts = {
        "count": f"{found.per_day:g}",
        "how": _("counted by X over a week") if found.counted else _("estimated from the newest hits"),
        "cost": _money(found.cost_per_day),
        "most": _money(found.most_per_day),
    }
    sentence = _("About {count} posts a day ({how}), {cost} a day; {most} at most with this cap.").format(**facts)
    lines = format_html_join("", "<br>@{}: {}", ((hit.author, hit.text[:140]) for hit in found.hits[:5]))
    return format_html("{}{}", sentence, lines)


def _money(amount: Decimal) -> str:
    return f"${amount:.2f}"

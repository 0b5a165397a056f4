"""Search queries: written, tried out before they are switched on, and what they brought."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import OBJECTIONS, DeskAdmin, submit_action
from kapture.sealing import CannotOpen
from tickets.admin.folders import NamesFolders
from twitter_integration.accounts import NotConnected, require_token
from twitter_integration.admin.secrets import ACCOUNT_SECRETS, APP_SECRETS
from twitter_integration.errors import XError
from twitter_integration.models import SearchQuery
from twitter_integration.reading.previewing import Hit, Preview, preview
from twitter_integration.reading.search_grammar import WrongQuery
from twitter_integration.reading.searching import answered

_SEALED = (*(f"account__{name}" for name in ACCOUNT_SECRETS), *(f"account__app__{name}" for name in APP_SECRETS))
_TRY_OUT = "twitter_integration_searchquery_try_out"  # as unfold names the button


@admin.register(SearchQuery)
class SearchQueryAdmin(NamesFolders, DeskAdmin):
    list_display = ("label", "account", "query", "enabled", "hits", "kept", "last_run_at", "cost", "last_error")
    list_filter = ("enabled", "account")
    search_fields = ("label", "query")
    readonly_fields = ("hits", "kept", "answered_tickets", "cost", "last_run_at", "last_error")
    fieldsets = (
        (
            None,
            {
                "fields": ("account", "label", "query", "language", "enabled"),
                "description": gettext_lazy(
                    "A query runs every minute once it is enabled. Try it out first: it says what it would bring and"
                    " cost."
                ),
            },
        ),
        (gettext_lazy("What becomes of a hit"), {"fields": ("queue", "folder", "priority", "sla_policy")}),
        (gettext_lazy("Bounds"), {"fields": ("cap_per_hour", "auto_resolve_after_hours")}),
        (gettext_lazy("So far"), {"fields": readonly_fields}),
    )
    actions_submit_line = ("try_out",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new query is off: what it brings and costs is seen before it runs."""
        return {**super().get_changeform_initial_data(request), "enabled": False}

    def get_form(
        self, request: HttpRequest, obj: SearchQuery | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """What is too long is refused with a sentence; a browser would cut it off in silence."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if "query" in form.base_fields:
            form.base_fields["query"].widget.attrs.pop("maxlength", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A query is tried out from its first form on; unfold shows its buttons on that of a saved row only."""
        buttons = {} if object_id else {"actions_submit_line": self.get_actions_submit_line(request, None)}
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **buttons})

    def response_add(self, request: HttpRequest, obj: SearchQuery, post_url_continue: str | None = None) -> Any:
        return super().response_add(_staying(request), obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: SearchQuery) -> Any:
        return super().response_change(_staying(request), obj)

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
            require_token(obj.account)
            found = preview(obj.account, obj.query, language=obj.language, cap_per_hour=obj.cap_per_hour, now=now)
        except (WrongQuery, XError, CannotOpen, NotConnected) as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.message_user(request, _summary(found))


def _staying(request: HttpRequest) -> HttpRequest:
    """What was tried out is looked at, changed and tried again: back to its form, not to the list."""
    if _TRY_OUT in request.POST:
        request.POST = request.POST.copy()  # type: ignore[assignment]  # Django's own admin does so too
        request.POST["_continue"] = "1"  # type: ignore[misc]  # a copy may be written
    return request


def _summary(found: Preview) -> Any:
    facts = {
        "count": f"{found.per_day:g}",
        "how": _("counted by X over a week") if found.counted else _("estimated from the newest hits"),
        "cost": _money(found.cost_per_day),
        "most": _money(found.most_per_day),
    }
    sentence = _("About {count} posts a day ({how}), {cost} a day; {most} at most with this cap.").format(**facts)
    return format_html("{}{}", sentence, format_html_join("", "<br>{}", ((_line(hit),) for hit in found.hits[:5])))


def _line(hit: Hit) -> Any:
    """When, as the link to the post; who; what; and whether it is here already, so that the query would bring nothing
    new by it."""
    sent_at = f"{timezone.localtime(hit.sent_at):%Y-%m-%d %H:%M}"
    moment = format_html('<a class="underline" href="{}" target="_blank" rel="noopener">{}</a>', hit.link, sent_at)
    held = format_html(" <b>({})</b>", _("already held")) if hit.held else ""
    return format_html("{} {} @{}: {}{}", moment, hit.name, hit.author, Truncator(hit.text).chars(140), held)


def _money(amount: Decimal) -> str:
    return _("less than a cent") if 0 < amount < Decimal("0.01") else f"${amount:.2f}"


def searches_naming(row: Model) -> Iterator[str]:
    """Those whose hits go to this queue or folder, or get this policy."""
    for name in ("queue", "folder", "sla_policy"):
        if isinstance(row, SearchQuery._meta.get_field(name).related_model):  # type: ignore[arg-type]  # a class by now
            labels = SearchQuery.objects.filter(**{name: row.pk}).order_by("label").values_list("label", flat=True)
            yield from (_("Search query “%(name)s”: choose another one there first.") % {"name": one} for one in labels)


OBJECTIONS.append(searches_naming)

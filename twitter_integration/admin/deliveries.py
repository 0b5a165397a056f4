"""What X delivered and what became of it. Dead letters are put back to the start from here."""

import json

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kapture.admin_base import RecordAdmin
from twitter_integration.admin.secrets import APP_SECRETS
from twitter_integration.inbox import replay
from twitter_integration.models import Delivery, Event

_LONGEST_BODY = 50_000


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    list_display = ("id", "app", "lane", "state", "attempts", "received_at", "dialect", "why")
    list_filter = ("state", "dialect", "signed", "app")
    list_select_related = ("app",)
    search_fields = ("lane__exact",)
    ordering = ("-id",)
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        rows: QuerySet[Delivery] = super().get_queryset(request)
        return rows.select_related("app").defer("body", "digest", *(f"app__{name}" for name in APP_SECRETS))

    def get_fields(self, request: HttpRequest, obj: Delivery | None = None) -> list[str]:
        """The body holds private messages: it is for superusers."""
        shown = [
            "app",
            "lane",
            "state",
            "reason",
            "attempts",
            "next_try_at",
            "received_at",
            "finished_at",
            "emptied_at",
        ]
        return [*shown, "dialect", "signed", *(["shown_body"] if request.user.is_superuser else [])]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("twitter_integration.change_delivery")

    @admin.action(description=gettext_lazy("Replay from the start"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = replay(list(queryset.values_list("pk", flat=True)), now=timezone.now())
        sentence = ngettext("%d delivery will be worked again.", "%d deliveries will be worked again.", count)
        self.message_user(request, sentence % count)

    @admin.display(description=gettext_lazy("reason"))
    def why(self, delivery: Delivery) -> str:
        """Its beginning: in full, on the delivery's own page, it would leave the other columns no room."""
        return Truncator(delivery.reason).chars(60)

    @admin.display(description=gettext_lazy("body"))
    def shown_body(self, delivery: Delivery) -> SafeString:
        if delivery.emptied_at is not None:
            return format_html(
                "<p>{}</p>", _("Forgotten: it was worked long ago, or what it told of was deleted on X.")
            )
        raw = bytes(delivery.body)
        try:
            text = json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
        except (ValueError, RecursionError):
            text = raw.decode("utf-8", "backslashreplace")
        if len(text) > _LONGEST_BODY:
            text = text[:_LONGEST_BODY] + "\n… " + _("cut here; the whole of it is stored")
        return format_html('<pre style="white-space: pre-wrap; overflow-wrap: anywhere">{}</pre>', text)


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ("id", "kind", "account_id", "key", "outcome", "reason", "times_told", "occurred_at")
    list_filter = ("outcome", "kind")
    search_fields = ("key__exact", "account_id__exact")
    ordering = ("-id",)
    raw_id_fields = ("delivery",)

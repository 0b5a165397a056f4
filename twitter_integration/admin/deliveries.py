"""What X delivered and what became of it. Dead letters are put back to the start from here."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kapture.admin_base import RecordAdmin
from twitter_integration.admin.health import show_button
from twitter_integration.admin.panels import name_dialect, name_kinds, with_kinds
from twitter_integration.admin.secrets import APP_SECRETS
from twitter_integration.choices import DeliveryState
from twitter_integration.facts.activities import title_of
from twitter_integration.inbox import replay
from twitter_integration.models import Delivery, Event, PartnerAccount

_LONGEST_BODY = 50_000
_MOST_COUNTED = 1000
_REPLAY = "twitter_integration_delivery_replay"


@admin.register(Delivery)
class DeliveryAdmin(RecordAdmin):
    list_display = ("id", "app", "account", "state", "attempts", "received_at", "told", "by", "why")
    list_filter = ("state", "dialect", "signed", "app")
    list_select_related = ("app",)
    search_fields = ("lane__exact",)
    ordering = ("-id",)
    actions = ("replay",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        rows: QuerySet[Delivery] = super().get_queryset(request)
        shown = rows.select_related("app").defer("body", "digest", *(f"app__{name}" for name in APP_SECRETS))
        return with_kinds(shown.annotate(handle=handle_of("lane")))

    def get_fields(self, request: HttpRequest, obj: Delivery | None = None) -> list[str]:
        """The body holds private messages: it is for superusers."""
        shown = [
            "app",
            "account",
            "state",
            "reason",
            "attempts",
            "next_try_at",
            "received_at",
            "finished_at",
            "emptied_at",
        ]
        if obj is not None and obj.state == DeliveryState.DEAD and obj.emptied_at is None:
            shown += ["again"] if self.has_replay_permission(request) else []
        return [*shown, "dialect", "signed", *(["shown_body"] if request.user.is_superuser else [])]

    def has_replay_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("twitter_integration.change_delivery")

    @admin.action(description=gettext_lazy("Replay from the start"), permissions=["replay"])
    def replay(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = replay(list(queryset.values_list("pk", flat=True)), now=timezone.now())
        sentence = ngettext("%d delivery will be worked again.", "%d deliveries will be worked again.", count)
        self.message_user(request, sentence % count)

    def get_urls(self) -> list[Any]:
        again = path("<int:pk>/replay/", self.admin_site.admin_view(self.replay_one), name=_REPLAY)
        return [again, *super().get_urls()]

    def replay_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_replay_permission(request):
            raise PermissionDenied
        self.replay(request, Delivery.objects.filter(pk=pk))
        return redirect("admin:twitter_integration_delivery_change", pk)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """With a sentence for the list of dead letters when there is none."""
        found = super().get_changelist_instance(request)
        if request.GET.get("state__exact") == DeliveryState.DEAD:
            found.empty_words = _no_dead_letters()
        return found

    @admin.display(description=gettext_lazy("account"), ordering="lane")
    def account(self, delivery: Any) -> str:
        return _shown(delivery.handle, delivery.lane)

    @admin.display(description=gettext_lazy("what"))
    def told(self, delivery: Any) -> str:
        return name_kinds(delivery)

    @admin.display(description=gettext_lazy("dialect"), ordering="dialect")
    def by(self, delivery: Delivery) -> str:
        return name_dialect(delivery.dialect)

    @admin.display(description=gettext_lazy("work it again"))
    def again(self, delivery: Delivery) -> SafeString:
        return show_button(reverse(f"admin:{_REPLAY}", args=[delivery.pk]), _("Replay from the start"))

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
    list_display = ("id", "what", "account", "shown_key", "outcome", "reason", "times_told", "occurred_at")
    list_filter = ("outcome", "kind")
    search_fields = ("key__exact", "account_id__exact")
    ordering = ("-id",)
    raw_id_fields = ("delivery",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        rows: QuerySet[Event] = super().get_queryset(request)
        return rows.annotate(handle=handle_of("account_id"))

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def what(self, event: Event) -> str:
        return title_of(event.kind)

    @admin.display(description=gettext_lazy("account"), ordering="account_id")
    def account(self, event: Any) -> str:
        return _shown(event.handle, event.account_id)

    @admin.display(description=gettext_lazy("natural key"), ordering="key")
    def shown_key(self, event: Event) -> SafeString:
        """It has no spaces to break at, and several ids where two people and a post are concerned."""
        return format_html('<span style="overflow-wrap: anywhere; min-width: 0">{}</span>', event.key)


def handle_of(column: str) -> Subquery:
    """What the account of that Page ID is called."""
    return Subquery(PartnerAccount.objects.filter(page_id=OuterRef(column)).values("page_name")[:1])


def _shown(handle: str | None, page_id: str) -> str:
    if handle:
        return f"@{handle}"
    return _("{}, not set up here").format(page_id) if page_id else _("Names none")


def _no_dead_letters() -> str:
    """What is still to be worked may yet become one, above all what was just replayed."""
    waiting = Delivery.objects.filter(state=DeliveryState.NEW)[:_MOST_COUNTED].count()
    if not waiting:
        return _("No dead letters: everything that X delivered could be worked.")
    return ngettext(
        "No dead letters at this moment. %d delivery is still to be worked, and comes back here if it cannot be.",
        "No dead letters at this moment. %d deliveries are still to be worked, and come back here if they cannot be.",
        waiting,
    ) % (waiting)

"""Outgoing webhooks: whom other software's desk is told, and what became of it."""

from collections import Counter
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminURLInputWidget

from kapture.admin_base import DeskAdmin
from tickets.admin.records import OnTickets
from tickets.choices import HookState
from tickets.hooks.allowing import drop_private, send_again
from tickets.hooks.calling import NeverCalled, check_url
from tickets.hooks.delivering import send_test
from tickets.hooks.resting import why_waiting
from tickets.hooks.telling import begin
from tickets.models import Hook, HookDelivery
from tickets.models.hook import new_secret
from tickets.wording.sentences import VERBS


class HookForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    url = forms.URLField(
        label=gettext_lazy("Address"), assume_scheme="https", max_length=500, widget=UnfoldAdminURLInputWidget
    )
    verbs = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=[(verb, verb) for verb in VERBS],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Only these. None chosen: every one there is."),
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        if not url.startswith("https://") and not settings.HOOK_NETWORKS:
            raise forms.ValidationError(_("It has to begin with https://. Only inside HOOK_NETWORKS http will do."))
        try:
            check_url(url, settings.HOOK_NETWORKS)
        except NeverCalled as error:
            raise forms.ValidationError(str(error)) from None
        return url


@admin.register(Hook)
class HookAdmin(DeskAdmin):
    form = HookForm
    list_display = ("name", "url", "enabled", "failing_since", "rests_until", "stopped_reason")
    search_fields = ("name", "url")
    fields = (
        "name",
        "url",
        "verbs",
        "private",
        "enabled",
        "failing_since",
        "rests_until",
        "stopped_at",
        "stopped_reason",
    )
    readonly_fields = ("failing_since", "rests_until", "stopped_at", "stopped_reason")
    actions = ("test", "renew_secret")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hook]:
        rows: QuerySet[Hook] = super().get_queryset(request)
        return rows.defer("secret")

    def save_model(self, request: HttpRequest, obj: Hook, form: "forms.ModelForm[Hook]", change: bool) -> None:
        """What is switched on tells from then on, what was mended is tried at once; a new one's secret is shown this
        once."""
        if "url" in form.changed_data:
            obj.begin_anew()
        if obj.enabled and (not change or "enabled" in form.changed_data):
            begin(obj)
            obj.begin_anew()
            obj.stopped_at, obj.stopped_reason = None, ""
        if not obj.private:  # what waits of them is not told any more
            drop_private(obj)
        super().save_model(request, obj, form, change)
        if not obj.private:  # nor what was made meanwhile
            drop_private(obj)
        if not change:
            self._show_secret(request, obj)

    @admin.action(description=gettext_lazy("Send a test"), permissions=["change"])
    def test(self, request: HttpRequest, queryset: QuerySet[Hook]) -> None:
        """Also to one that is switched off: to see whether it may be switched on again."""
        for hook in queryset:
            sent = send_test(hook, now=timezone.now())
            words = sent.reason or _("It arrived and was taken.")
            self.message_user(request, f"{hook.name}: {words}", messages.WARNING if sent.reason else messages.SUCCESS)

    @admin.action(description=gettext_lazy("Make a new signing secret"), permissions=["change"])
    def renew_secret(self, request: HttpRequest, queryset: QuerySet[Hook]) -> None:
        for hook in queryset:
            hook.secret = new_secret()
            hook.save(update_fields=["secret"])
            self.log_change(request, hook, _("Made a new signing secret."))
            self._show_secret(request, hook)

    def _show_secret(self, request: HttpRequest, hook: Hook) -> None:
        words = _("The signing secret of %(name)s is %(secret)s. Keep it: it is shown this once.")
        self.message_user(request, words % {"name": hook.name, "secret": str(hook.secret)}, messages.WARNING)


@admin.register(HookDelivery)
class HookDeliveryAdmin(OnTickets):
    list_display = ("made_at", "hook", "verb", "ticket", "state", "tries", "status", "why", "next_at")
    list_filter = ("state", "hook", "verb")
    list_select_related = ("hook", "ticket")
    ordering = ("-id",)
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[HookDelivery]:
        rows: QuerySet[HookDelivery] = super().get_queryset(request)
        return rows.select_related("hook").defer("hook__secret")

    @admin.display(description=gettext_lazy("Why"))
    def why(self, delivery: HookDelivery) -> str:
        waits = delivery.state == HookState.WAITING
        return why_waiting(delivery, now=timezone.now()) if waits else delivery.reason

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[HookDelivery]) -> None:
        """What is not sent again is told with why."""
        rows = list(queryset)
        refused = send_again(rows, now=timezone.now())
        if len(refused) < len(rows):
            self.message_user(request, _("Within a minute they go out again."))
        for (name, why), count in Counter((one.hook.name, why) for one, why in refused.items()).items():
            words = ngettext("%(count)d is not sent again.", "%(count)d are not sent again.", count) % {"count": count}
            self.message_user(request, f"{name}: {words} {why}", messages.WARNING)

    def has_send_permission(self, request: HttpRequest, *args: Any) -> bool:
        return bool(request.user.has_perm("tickets.change_hook"))

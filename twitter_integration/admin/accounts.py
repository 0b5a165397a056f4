"""The partner configuration: one page per X account, showing what the helpdesk knows of it and what X does."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import ForeignKey, Model, ProtectedError, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from kapture.admin_base import DeskAdmin, shown_once, submit_action
from kapture.sealing import CannotOpen
from tickets.admin.folders import NamesFolders
from tickets.models import Address
from twitter_integration.accounts import (
    CannotResume,
    NotConnected,
    keys_of,
    note_accepted,
    require_token,
    resume_sending,
    save_account,
    webhook_url,
    why_not_resumed,
)
from twitter_integration.admin.account_form import ADDRESS_FIELDS, SPEAKERS, PartnerAccountForm
from twitter_integration.admin.effects import EFFECT_FIELDS, chosen_effects, effect_fields
from twitter_integration.admin.health import show_account_buttons, show_connect, show_health
from twitter_integration.admin.panels import (
    show_app,
    show_breakable,
    show_recent_deliveries,
    show_searches,
    show_subscriptions,
)
from twitter_integration.admin.placements import (
    PLACEMENT_FIELDS,
    placement_fields,
    save_placements,
    share_choices,
)
from twitter_integration.admin.secrets import ACCOUNT_SECRETS, APP_SECRETS
from twitter_integration.choices import TokenState
from twitter_integration.client import XClient
from twitter_integration.errors import XError
from twitter_integration.models import PartnerAccount, XApp
from twitter_integration.monitoring.x_clock import by_x
from twitter_integration.reading.cursors import stop_account
from twitter_integration.setup.removing import CannotRemove, remove, why_not_removed
from twitter_integration.subscriptions import subscribe, why_it_stays

STATE_COLOURS = {"stopped": "danger", "paused": "warning", "disabled": "warning", "enabled": "success"}


@admin.register(PartnerAccount)
class PartnerAccountAdmin(NamesFolders, DeskAdmin):
    form = PartnerAccountForm
    list_display = ("page_name", "page_id", "app", "shown_queue", "works", "token", "last_delivery")
    list_filter = ("enabled", "paused", "token_state", "app")
    list_select_related = ("app", "address__queue")
    search_fields = ("page_name", "page_id__exact")
    readonly_fields = (
        "app_keys",
        "webhook_address",
        "connect",
        "health",
        "at_x",
        "token",
        "last_delivery",
        "stopped",
        "subscribed",
        "recent_deliveries",
        "searches",
    )
    fieldsets = (
        (None, {"fields": ("page_id", "page_name", "name", "app", "app_keys", "enabled", "paused")}),
        (gettext_lazy("Health"), {"fields": ("health",)}),
        (
            gettext_lazy("Keys and tokens"),
            {"fields": ("connect", "new_access_token", "new_access_token_secret", "token", "stopped")},
        ),
        (gettext_lazy("Where its tickets go"), {"fields": ("queue", "folder", "sla_policy")}),
        (
            gettext_lazy("Where each kind of message goes"),
            {
                "fields": PLACEMENT_FIELDS,
                "description": gettext_lazy("What is left empty is as for its other tickets."),
                "classes": ("collapse",),
            },
        ),
        (gettext_lazy("Who may act for it"), {"fields": (SPEAKERS,)}),
        (
            gettext_lazy("Merge rules"),
            {"fields": ("public_window_hours", "private_window_hours", "after_resolution")},
        ),
        (
            gettext_lazy("What is merged by itself"),
            {"fields": ("merge_conversation", "merge_same_words", "merge_within_minutes")},
        ),
        (gettext_lazy("What ends by itself"), {"fields": ("resolve_silent_days", "close_resolved_days")}),
        (
            gettext_lazy("At X"),
            {"fields": ("at_x", "webhook_address", "subscribed", "last_delivery", "recent_deliveries")},
        ),
        (gettext_lazy("Search queries"), {"fields": ("searches",)}),
        (gettext_lazy("What each activity does"), {"fields": EFFECT_FIELDS, "classes": ("tab",)}),
    )
    instead = gettext_lazy("Only an account of which nothing ever came is deleted. Untick “Enabled” to switch it off.")
    acting_fields = ("connect", "new_access_token", "new_access_token_secret", "at_x")
    actions_submit_line = ("check_with_x", "connect_to_x", "resume")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerAccount]:
        rows: QuerySet[PartnerAccount] = super().get_queryset(request)
        sealed = (*ACCOUNT_SECRETS, *(f"app__{name}" for name in APP_SECRETS))
        return rows.select_related("app", "address").defer(*sealed)

    def get_form(
        self, request: HttpRequest, obj: PartnerAccount | None = None, change: bool = False, **kwargs: Any
    ) -> type[PartnerAccountForm]:
        """The form with the helpdesk's half added: its fields come from Address, looks and all."""
        names = (*ADDRESS_FIELDS, SPEAKERS)
        fields = {name: self.formfield_for_dbfield(Address._meta.get_field(name), request) for name in names}
        places = placement_fields(lambda field: self.formfield_for_dbfield(field, request))
        share_choices((*fields.values(), *places.values()))
        kwargs["form"] = type("PartnerAccountForm", (self.form,), fields | effect_fields() | places)
        made: type[PartnerAccountForm] = super().get_form(request, obj, change, **kwargs)
        return made

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:  # type: ignore[type-arg]  # the stubs' generic is not one at run time
        if db_field.name == "app":
            kwargs["queryset"] = XApp.objects.defer(*APP_SECRETS)
        field: forms.ModelChoiceField | None = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[type-arg]
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: PartnerAccount | None = None) -> tuple[str, ...]:
        """Messages hang on the Page ID, so it is chosen once."""
        return (*self.readonly_fields, "page_id") if obj else self.readonly_fields

    def objections(self, row: Model) -> Iterator[str]:
        """One of which something came is switched off, not deleted."""
        if isinstance(row, PartnerAccount) and (why := why_not_removed(row)):
            yield why
        yield from super().objections(row)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, set[str], Any]:
        """Its cursors and the like have pages of their own that delete nothing; with it they go."""
        listed, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return listed, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: PartnerAccount) -> None:
        """Its address goes as well, which Django's own deletion would leave."""
        try:
            remove(obj)
        except CannotRemove as refusal:  # connected again at this moment
            raise ProtectedError(str(refusal), {obj}) from None

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Brands are set up one at a time; the room is needed for the buttons that ask X."""
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), "show_save_and_add_another": False}
        )

    def get_actions_submit_line(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Resuming is offered while something is stopped that may be resumed, and connecting the webhook while nothing
        is: a row of more buttons than that is wider than the page."""
        buttons = super().get_actions_submit_line(request, object_id)
        # As it stands in the address it may be anything; Django's own look-up says what is a key.
        account = self.look_up(request, unquote(str(object_id))) if object_id else None
        stopped = account is not None and _is_stopped(account)
        unfit = ["_connect_to_x" if stopped else "_resume"]
        if account is not None and stopped and why_not_resumed(account):
            unfit.append("_resume")
        return [button for button in buttons if not button.action_name.endswith(tuple(unfit))]

    def save_model(self, request: HttpRequest, obj: PartnerAccount, form: PartnerAccountForm, change: bool) -> None:
        given = form.given()
        for column, value in given.items():
            setattr(obj, column, value)
        if "page_name" in form.changed_data:
            obj.handle_as_of = by_x(timezone.now())
        address = {name: form.cleaned_data[name] for name in ADDRESS_FIELDS if name in form.cleaned_data}
        address["effects"] = chosen_effects(form.cleaned_data)
        save_account(obj, address=address, renewed=bool(given), connected_at=timezone.now() if given else None)
        save_placements(obj.address, form.cleaned_data)
        obj.address.speakers.set(form.cleaned_data[SPEAKERS])
        # The buttons talk to X, which may take seconds and calls us back: not while rows are locked.
        transaction.on_commit(partial(self._press_buttons, request, obj))

    def _press_buttons(self, request: HttpRequest, account: PartnerAccount) -> None:
        """Also one that the page would no longer offer: it says itself why not."""
        for button in super().get_actions_submit_line(request, account.pk):
            if button.action_name in request.POST:
                button.method(request, account)

    @submit_action(description=gettext_lazy("Save and check with X"), permissions=["change"])
    def check_with_x(self, request: HttpRequest, obj: PartnerAccount) -> None:
        """Ask X whose token this is."""
        try:
            require_token(obj)
            with XClient(keys_of(obj)) as client:
                data = client.me().data
        except (XError, CannotOpen, NotConnected) as error:
            self._tell_refusal(request, obj, error)
            return
        if str(data.get("id")) != obj.page_id:
            sentence = _("The token belongs to @%(handle)s (%(id)s), not to this Page ID.")
            self.message_user(
                request, sentence % {"handle": data.get("username"), "id": data.get("id")}, messages.ERROR
            )
            return
        note_accepted(obj)
        self.message_user(request, _("X accepts the token of @%(handle)s.") % {"handle": data.get("username")})

    @submit_action(description=gettext_lazy("Save and connect the webhook"), permissions=["change"])
    def connect_to_x(self, request: HttpRequest, obj: PartnerAccount) -> None:
        """Register the webhook and place the orders; X calls us back while it answers."""
        now = timezone.now()
        try:
            subscribe(obj, now=now, products=obj.products)
        except (XError, CannotOpen, NotConnected) as error:
            self._tell_refusal(request, obj, error)
            return
        self.message_user(request, _("X now tells us what concerns @%(handle)s.") % {"handle": obj.page_name})
        if stays := why_it_stays(obj):
            self.message_user(request, stays)

    @submit_action(description=gettext_lazy("Save and resume sending"), permissions=["change"])
    def resume(self, request: HttpRequest, obj: PartnerAccount) -> None:
        try:
            resume_sending(obj)
        except CannotResume as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        self.message_user(request, _("Sending is resumed."))

    def _tell_refusal(self, request: HttpRequest, account: PartnerAccount, error: Exception) -> None:
        if isinstance(error, XError) and error.stops:
            stop_account(account, error)
        sentence = error.said if isinstance(error, XError) else str(error)
        self.message_user(request, sentence, messages.ERROR)

    @admin.display(description=gettext_lazy("queue"))
    def shown_queue(self, account: PartnerAccount) -> str:
        return str(account.address.queue or "–")

    @display(description=gettext_lazy("state"), label=STATE_COLOURS)  # type: ignore[untyped-decorator]  # unfold carries no types
    def works(self, account: PartnerAccount) -> tuple[str, str]:
        if not account.enabled:
            return "disabled", _("Disabled")
        if account.address.sending_stopped:
            return "stopped", _("Sending stopped")
        return ("paused", _("Paused")) if account.paused else ("enabled", _("Enabled"))

    @admin.display(description=gettext_lazy("token"), ordering="token_state")
    def token(self, account: PartnerAccount) -> str:
        return account.token_word if account.pk else _("Known after saving.")

    @admin.display(description=gettext_lazy("last told by webhook"), ordering="last_event_at", empty_value="–")
    def last_delivery(self, account: PartnerAccount) -> datetime | None:
        return account.last_event_at

    @admin.display(description=gettext_lazy("webhook address"))
    def webhook_address(self, account: PartnerAccount) -> str:
        return show_breakable(webhook_url(account.app)) if account.pk else _("Known after saving.")

    @admin.display(description=gettext_lazy("sending"))
    def stopped(self, account: PartnerAccount) -> str:
        if not account.pk or not account.address.sending_stopped:
            return _("Not stopped.")
        if account.token_state == TokenState.DEAD:
            return _("Stopped, as told under Health.")
        return account.address.banner or _("Stopped.")

    @admin.display(description=gettext_lazy("connection"))
    def connect(self, account: PartnerAccount) -> str:
        return show_connect(account)

    @admin.display(description=gettext_lazy("health"))
    @shown_once
    def health(self, account: PartnerAccount) -> str:
        return show_health(account)

    @admin.display(description=gettext_lazy("have X do"))
    @shown_once
    def at_x(self, account: PartnerAccount) -> str:
        return show_account_buttons(account)

    @admin.display(description=gettext_lazy("its keys"))
    def app_keys(self, account: PartnerAccount) -> str:
        return show_app(account)

    @admin.display(description=gettext_lazy("subscriptions"))
    @shown_once
    def subscribed(self, account: PartnerAccount) -> str:
        return show_subscriptions(account)

    @admin.display(description=gettext_lazy("what it also listens for"))
    @shown_once
    def searches(self, account: PartnerAccount) -> str:
        return show_searches(account)

    @admin.display(description=gettext_lazy("recent deliveries"))
    @shown_once
    def recent_deliveries(self, account: PartnerAccount) -> str:
        return show_recent_deliveries(account)


def _is_stopped(account: PartnerAccount) -> bool:
    return bool(account.address.sending_stopped) or account.token_state == TokenState.DEAD

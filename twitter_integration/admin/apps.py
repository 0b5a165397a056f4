"""The X app's page: keys, tier, and the address under which X reaches us for it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kapture.admin_base import DeskAdmin, Use, shown_once
from twitter_integration.accounts import lift_refusals, replace_consumer_secret, webhook_url
from twitter_integration.admin.health import show_add_account, show_app_buttons, show_audit
from twitter_integration.admin.panels import show_breakable
from twitter_integration.admin.secrets import APP_SECRETS, SecretsForm, refuse_what_x_never_gave, secret_field
from twitter_integration.models import XApp
from twitter_integration.offers import OFFERS, Dialect
from twitter_integration.registering.choices import Registration
from twitter_integration.registering.table import AUTH_MODES, operations


class XAppForm(SecretsForm):
    new_consumer_secret = secret_field(_("Consumer secret"))
    new_bearer_token = secret_field(_("Bearer token"))
    new_client_secret = secret_field(_("OAuth 2.0 client secret"))
    new_owner_token = secret_field(_("Owner's access token"))
    new_owner_token_secret = secret_field(_("Owner's access token secret"))
    secrets = {
        "new_consumer_secret": "consumer_secret",
        "new_bearer_token": "bearer_token",
        "new_client_secret": "client_secret",
        "new_owner_token": "owner_token",
        "new_owner_token_secret": "owner_token_secret",
    }
    demanded = ("new_consumer_secret",)

    class Meta:
        model = XApp
        fields = ("name", "consumer_key", "client_id", "environment", "registration", "auth_modes", "tier", "owner_id")

    def clean_consumer_key(self) -> str:
        key = str(self.cleaned_data["consumer_key"]).strip()
        refuse_what_x_never_gave(key)
        return key

    def clean_auth_modes(self) -> dict[str, str]:
        modes = self.cleaned_data["auth_modes"] or {}
        if not isinstance(modes, dict):
            raise forms.ValidationError(_("A JSON object is wanted: {“x_activity.place”: “oauth2”}."))
        for operation, mode in modes.items():
            if operation not in (*operations(), *(f"console.{name}" for name in OFFERS)):
                raise forms.ValidationError(_("There is no call %(name)s.") % {"name": operation})
            if mode not in AUTH_MODES:
                raise forms.ValidationError(_("Modes: %(names)s.") % {"names": ", ".join(AUTH_MODES)})
        return modes

    def clean_offers(self) -> dict[str, list[str]]:
        changes = self.cleaned_data["offers"] or {}
        if not isinstance(changes, dict):
            raise forms.ValidationError(_("A JSON object is wanted: {“likes.create”: [“v2”]}."))
        for operation, dialects in changes.items():
            if operation not in OFFERS:
                raise forms.ValidationError(_("There is no operation %(name)s.") % {"name": operation})
            if not isinstance(dialects, list) or not set(map(str, dialects)) <= set(Dialect):
                raise forms.ValidationError(_("Dialects, as a list: %(names)s.") % {"names": ", ".join(Dialect)})
        return changes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("registration") == Registration.PREMIUM and not cleaned.get("environment"):
            self.add_error("environment", _("The premium API needs the environment name."))
        return cleaned


@admin.register(XApp)
class XAppAdmin(DeskAdmin):
    form = XAppForm
    list_display = ("name", "consumer_key", "tier", "registration", "last_challenge_at", "audited_at")
    search_fields = ("name",)
    readonly_fields = (
        "webhook_address",
        "previous_secret_until",
        "add_account",
        "at_x",
        "audit",
        "last_challenge_at",
        "audited_at",
    )
    fieldsets = (
        (None, {"fields": ("name", "tier", "owner_id", "registration", "webhook_address", "add_account")}),
        (
            _("Keys and tokens"),
            {"fields": ("consumer_key", "new_consumer_secret", "previous_secret_until", "new_bearer_token")},
        ),
        (_("At X"), {"fields": ("at_x", "last_challenge_at", "audited_at", "audit")}),
        (_("OAuth 2.0"), {"fields": ("client_id", "new_client_secret"), "classes": ("collapse",)}),
        (
            _("Old APIs and special cases"),
            {
                "fields": ("environment", "new_owner_token", "new_owner_token_secret", "auth_modes", "offers"),
                "classes": ("collapse",),
            },
        ),
    )
    used_by = (
        Use(_("Accounts"), lambda app: app.accounts, "page_name"),
        Use(_("Webhook deliveries"), lambda app: app.deliveries),
    )
    acting_fields = (
        *("add_account", "at_x", "new_consumer_secret", "new_bearer_token", "new_client_secret"),
        *("new_owner_token", "new_owner_token_secret"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[XApp]:
        rows: QuerySet[XApp] = super().get_queryset(request)
        return rows.defer(*APP_SECRETS)

    @admin.display(description=_("webhook address"))
    def webhook_address(self, app: XApp) -> str:
        return show_breakable(webhook_url(app)) if app.pk else "–"

    @admin.display(description=_("accounts"))
    @shown_once
    def add_account(self, app: XApp) -> str:
        return show_add_account(app)

    @admin.display(description=_("have X do"))
    @shown_once
    def at_x(self, app: XApp) -> str:
        return show_app_buttons(app)

    @admin.display(description=_("what the audit mended"))
    @shown_once
    def audit(self, app: XApp) -> str:
        return show_audit(app)

    def save_model(self, request: HttpRequest, obj: XApp, form: XAppForm, change: bool) -> None:
        given = form.given()
        secret = given.pop("consumer_secret", "")
        if secret:
            replace_consumer_secret(obj, secret, now=timezone.now())
        for column, value in given.items():
            setattr(obj, column, value)
        super().save_model(request, obj, form, change)
        if secret or "consumer_key" in form.changed_data:
            lift_refusals(obj)

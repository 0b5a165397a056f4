"""The X app's page: keys, tier, and the address under which X reaches us for it."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kapture.admin_base import DeskAdmin
from twitter_integration.accounts import replace_consumer_secret, webhook_url
from twitter_integration.admin.secrets import APP_SECRETS, SecretsForm, secret_field
from twitter_integration.models import XApp


class XAppForm(SecretsForm):
    new_consumer_secret = secret_field(_("Consumer secret"))
    new_bearer_token = secret_field(_("Bearer token"))
    secrets = {"new_consumer_secret": "consumer_secret", "new_bearer_token": "bearer_token"}
    demanded = ("new_consumer_secret",)

    class Meta:
        model = XApp
        fields = ("name", "consumer_key", "environment", "tier")


@admin.register(XApp)
class XAppAdmin(DeskAdmin):
    form = XAppForm
    list_display = ("name", "consumer_key", "tier")
    search_fields = ("name",)
    readonly_fields = ("webhook_address", "previous_secret_until")
    fieldsets = (
        (None, {"fields": ("name", "tier", "webhook_address")}),
        (
            _("Keys"),
            {"fields": ("consumer_key", "new_consumer_secret", "previous_secret_until", "new_bearer_token")},
        ),
        (_("Old premium API"), {"fields": ("environment",), "classes": ("collapse",)}),
    )
    used_by = ("accounts", "deliveries")

    def get_queryset(self, request: HttpRequest) -> QuerySet[XApp]:
        rows: QuerySet[XApp] = super().get_queryset(request)
        return rows.defer(*APP_SECRETS)

    @admin.display(description=_("webhook address"))
    def webhook_address(self, app: XApp) -> str:
        return webhook_url(app) if app.pk else "–"

    def save_model(self, request: HttpRequest, obj: XApp, form: XAppForm, change: bool) -> None:
        given = form.given()
        secret = given.pop("consumer_secret", "")
        if secret:
            replace_consumer_secret(obj, secret, now=timezone.now())
        for column, value in given.items():
            setattr(obj, column, value)
        super().save_model(request, obj, form, change)

"""What X costs: the prices, which people keep up to date, and the book of what was counted by them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kapture.admin_base import DeskAdmin, RecordAdmin
from twitter_integration.models import Charge, Price, Usage


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    source = forms.URLField(label=_("X's page"), required=False, assume_scheme="https", max_length=300)

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < timezone.now().date():
            raise forms.ValidationError(_("What is past was priced already: a price counts from today (UTC) or later."))
        return day


@admin.register(Price)
class PriceAdmin(DeskAdmin):
    """A price of a day that is over is not edited: a new one is added, valid from a day on."""

    form = PriceForm
    list_display = ("tariff", "each", "valid_from", "source", "note")
    list_filter = ("tariff",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_to_come(obj) and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_to_come(obj) and bool(super().has_delete_permission(request, obj))


@admin.register(Usage)
class UsageAdmin(RecordAdmin):
    list_display = ("day", "account_key", "operation", "calls", "refused", "items", "charged", "cost")
    list_filter = ("operation",)
    search_fields = ("account_key",)
    ordering = ("-day", "operation")


@admin.register(Charge)
class ChargeAdmin(RecordAdmin):
    list_display = ("day", "account_key", "tariff", "resource", "cost")
    list_filter = ("tariff",)
    search_fields = ("=message", "=account_key")
    ordering = ("-id",)


def _is_to_come(price: Model | None) -> bool:
    return not isinstance(price, Price) or price.valid_from >= timezone.now().date()

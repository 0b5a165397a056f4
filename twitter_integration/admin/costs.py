"""What X costs: the prices, which people keep up to date, and the book of what was counted by them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminURLInputWidget

from kapture.admin_base import DeskAdmin, RecordAdmin
from twitter_integration.admin.deliveries import handle_of
from twitter_integration.metering.costs import words_of
from twitter_integration.models import Charge, Price, SearchQuery, Usage


class PriceForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    source = forms.URLField(
        label=_("X's page"),
        required=False,
        assume_scheme="https",
        max_length=300,
        widget=UnfoldAdminURLInputWidget,
    )

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
    list_display = ("day", "account", "what", "query", "calls", "refused", "items", "charged", "cost")
    list_filter = ("operation",)
    search_fields = ("account_key",)
    ordering = ("-day", "operation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Usage]:
        rows: QuerySet[Usage] = super().get_queryset(request)
        label = SearchQuery.objects.filter(pk=OuterRef("query_id")).values("label")[:1]
        return rows.annotate(handle=handle_of("account_key"), label=Subquery(label))

    @admin.display(description=_("account"), ordering="account_key")
    def account(self, row: Any) -> str:
        return _account(row)

    @admin.display(description=_("operation"), ordering="operation")
    def what(self, row: Usage) -> str:
        return words_of(row.operation)

    @admin.display(description=_("search query"), ordering="query_id")
    def query(self, row: Any) -> str:
        return row.label or (f"#{row.query_id}" if row.query_id else "")


@admin.register(Charge)
class ChargeAdmin(RecordAdmin):
    list_display = ("day", "account", "tariff", "resource", "cost")
    list_filter = ("tariff",)
    search_fields = ("=message", "=account_key")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Charge]:
        rows: QuerySet[Charge] = super().get_queryset(request)
        return rows.annotate(handle=handle_of("account_key"))

    @admin.display(description=_("account"), ordering="account_key")
    def account(self, row: Any) -> str:
        return _account(row)


def _account(row: Any) -> str:
    """The app's own calls belong to no account; an account that is gone keeps its number."""
    return f"@{row.handle}" if row.handle else row.account_key or str(_("The app itself"))


def _is_to_come(price: Model | None) -> bool:
    return not isinstance(price, Price) or price.valid_from >= timezone.now().date()

"""Saved views: searches people keep, and those everybody has."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kapture.admin_base import DeskAdmin
from tickets.choices import Shared
from tickets.errors import DeskError
from tickets.finding.problems import placed
from tickets.finding.saving import queues_named
from tickets.finding.terms import NotUnderstood
from tickets.models import SavedView


class _ViewForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    by: Any = None

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("shared") == Shared.TEAM and told.get("team") is None:
            raise ValidationError({"team": _("Choose the team that is to have it.")})
        if told.get("shared") == Shared.NOBODY and told.get("owner") is None:
            raise ValidationError({"owner": _("Choose whose it is, or share it.")})
        if told.get("shared") != Shared.TEAM:
            told["team"] = None
        try:
            self.instance.queues = queues_named(str(told.get("query", "")), by=self.by)
        except NotUnderstood as fault:
            raise ValidationError({"query": placed(fault)}) from None
        except DeskError as refusal:
            raise ValidationError({"query": str(refusal)}) from None
        return told


@admin.register(SavedView)
class SavedViewAdmin(DeskAdmin):
    form = _ViewForm
    list_display = ("name", "query", "owner", "shared", "team", "position")
    list_filter = ("shared",)
    list_select_related = ("owner", "team")
    search_fields = ("name", "query")
    fields = ("name", "query", "owner", "shared", "team", "position")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})

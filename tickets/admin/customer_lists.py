"""Lists of customers: each has a name, and a handle a line."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from kapture.admin_base import DeskAdmin
from tickets.models import CustomerList, ListEntry

MOST_PEOPLE = 5_000
_HANDLE = re.compile(r"\w{1,50}")


class ListForm(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    handles = forms.CharField(
        label=gettext_lazy("Handles"),
        required=False,
        help_text=gettext_lazy(
            "One a line, with or without @. Once somebody writes they stay on it, also under another."
        ),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12}),
    )

    class Meta:
        model = CustomerList
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["handles"] = "\n".join(self.instance.entries.values_list("handle", flat=True))

    def clean_handles(self) -> list[str]:
        words = re.split(r"[\s,;]+", str(self.cleaned_data["handles"]))
        handles = list(dict.fromkeys(word.removeprefix("@").lower() for word in words if word))
        if wrong := next((handle for handle in handles if not _HANDLE.fullmatch(handle)), None):
            raise forms.ValidationError(_("“%(word)s” is no handle.") % {"word": wrong[:60]})
        if len(handles) > MOST_PEOPLE:
            raise forms.ValidationError(_("A list holds up to %(most)s people.") % {"most": MOST_PEOPLE})
        return handles

    def save_people(self) -> None:
        """Whoever stays keeps being known by who they are."""
        handles = self.cleaned_data["handles"]
        self.instance.entries.exclude(handle__in=handles).delete()
        entries = [ListEntry(list=self.instance, handle=handle) for handle in handles]
        ListEntry.objects.bulk_create(entries, ignore_conflicts=True)


@admin.register(CustomerList)
class CustomerListAdmin(DeskAdmin):
    form = ListForm
    list_display = ("name", "people")
    search_fields = ("name",)
    fields = ("name", "handles")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerList]:
        rows: QuerySet[CustomerList] = super().get_queryset(request)
        return rows.annotate(count=Count("entries"))

    @admin.display(description=gettext_lazy("people"))
    def people(self, row: Any) -> int:
        return int(row.count)

    def save_model(self, request: HttpRequest, obj: CustomerList, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if isinstance(form, ListForm):
            form.save_people()

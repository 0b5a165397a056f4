"""A list of the admin whose rows are changed in it. Whoever saves later is told what the first one saved, also where
they do at the same moment: the rows are held from before they are compared until they are saved."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.forms.models import BaseModelFormSet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kapture.admin_rows_known import Taken


class EditedRow(forms.ModelForm):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    """A row of a list that is changed there: from what stood in it when the page was opened. One that nobody touched
    is not saved at all, so only of the others it matters what is stored by now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]  # the stubs lack it
        for name in [name for name in self.cleaned_data if name in self.initial]:
            try:
                self.cleaned_data[name] = settled(self, name, self.initial[name])
            except forms.ValidationError as error:
                self.add_error(name, error)


def settled(form: Any, name: str, now: Any) -> Any:
    """The value to be saved, where `now` is what is stored: what somebody else changed meanwhile stays if it was not
    changed here, and is told if it was."""
    mine, key = form.cleaned_data[name], form.add_initial_prefix(name)
    before = form.data.get(key)
    if before is None or str(now) == before or mine == now:
        return mine
    if str(mine) == before:
        return now
    form.data = form.data.copy()
    form.data[key] = str(now)
    raise forms.ValidationError(
        _("Somebody else set it to “%(now)s” meanwhile. Save once more if you mean it.") % {"now": now}
    )


class EditedRows(Taken, BaseModelFormSet):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    """A row that was deleted meanwhile is left out, and told where it was changed here."""

    lost = False

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data if data is None else data.copy(), *args, **kwargs)

    def renewed(self, gone: Mapping[int, str]) -> Iterable[int]:
        starts = {f"{self.add_prefix(at)}-" for at in gone}
        changed = [name for name in self.data if self.data[name] != self.data.get(f"initial-{name}", self.data[name])]
        self.lost = any(name.startswith(tuple(starts)) for name in changed)
        return ()

    def clean(self) -> None:
        super().clean()
        if self.lost:
            raise ValidationError(
                _("A row you changed was deleted meanwhile, and is left out. Save once more for the others.")
            )


class ListEdited:
    """Mixed into an admin."""

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_form(request, **({"form": EditedRow} | kwargs))  # type: ignore[misc]  # a mixin's

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        return super().get_changelist_formset(request, **({"formset": EditedRows} | kwargs))  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method != "POST" or "_save" not in request.POST:
            return super().changelist_view(request, *args, **kwargs)  # type: ignore[misc]
        with transaction.atomic():
            answer = super().changelist_view(request, *args, **kwargs)  # type: ignore[misc]
        shown = (getattr(answer, "context_data", None) or {}).get("cl")
        if shown is not None and shown.formset is not None:
            _in_one_order(shown)
        return answer

    def _get_list_editable_queryset(self, request: HttpRequest, prefix: str) -> QuerySet[Any]:
        found: QuerySet[Any] = super()._get_list_editable_queryset(request, prefix)  # type: ignore[misc]
        keys = list(found.order_by().values_list("pk", flat=True))
        held = found.model._base_manager.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
        list(held.values_list("pk"))
        return found


def _in_one_order(shown: Any) -> None:
    """What is typed stands beside the row it is of, whatever order the rows are in by now."""
    by_key = {row.pk: row for row in shown.result_list}
    instances = [form.instance for form in shown.formset.forms]
    shown.result_list = [by_key.get(row.pk, row) for row in instances]

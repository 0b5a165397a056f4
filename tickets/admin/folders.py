"""Folders to choose from: each by its path, in the order of their tree."""

from collections.abc import Iterator
from typing import Any

from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest

from tickets.models import Folder
from tickets.reading.shelving import in_order


class _ByPath(ModelChoiceIterator):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for shelf in in_order(self.queryset.values_list("pk", "name", "parent")):
            yield shelf.pk, shelf.title


class NamesFolders:
    """For the fields of a form in which a folder is chosen."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # a mixin's
        if db_field.related_model is Folder and field is not None:
            field.iterator = _ByPath
            field.widget.choices = field.choices
        return field

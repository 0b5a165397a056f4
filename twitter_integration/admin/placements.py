"""Where each kind of message goes at one account: four choices per kind on the account's page, kept as rows of their
own where any is made."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.models import ModelChoiceIterator
from django.utils.functional import lazystr

from tickets.choices import PLACED_KINDS
from tickets.models import Address, Placement

_PARTS = ("queue", "folder", "priority", "sla_policy")
KINDS = tuple(kind for kind, _label in PLACED_KINDS)
# A line of the page for each kind.
PLACEMENT_FIELDS = tuple(tuple(f"place_{kind}_{part}" for part in _PARTS) for kind in KINDS)


class _Once(ModelChoiceIterator):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    """The choices of a table, read when they are first asked for."""

    read: dict[type[Model], list[Any]]

    def __iter__(self) -> Iterator[Any]:
        table = self.queryset.model
        if table not in self.read:
            self.read[table] = list(super().__iter__())
        yield from self.read[table]


def placement_fields(field_of: Callable[[Any], forms.Field | None]) -> dict[str, forms.Field | None]:
    """`field_of` makes a form's field of a model's, looks and all."""
    made = {}
    for kind, label in PLACED_KINDS:
        for part in _PARTS:
            field = made[f"place_{kind}_{part}"] = field_of(Placement._meta.get_field(part))
            if field is not None:
                field.label = lazystr(f"{label}: {field.label}")
    return made


def share_choices(fields: Iterable[forms.Field | None]) -> None:
    """What may be chosen is read once for all fields that offer the same table."""
    read: dict[type[Model], list[Any]] = {}
    for field in fields:
        if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
            field.iterator = type("OnceForAll", (_Once, field.iterator), {"read": read})


def read_placements(address: Address) -> dict[str, Any]:
    """Initial values of the fields. One statement."""
    rows = {row.kind: row for row in Placement.objects.filter(address=address)}
    return {f"place_{kind}_{part}": getattr(row, part) for kind, row in rows.items() for part in _PARTS}


def save_placements(address: Address, cleaned: Mapping[str, Any]) -> None:
    kept = {row.kind: row for row in Placement.objects.filter(address=address)}
    for kind in KINDS:
        chosen = {part: cleaned.get(f"place_{kind}_{part}") or ("" if part == "priority" else None) for part in _PARTS}
        row = kept.get(kind, Placement(address=address, kind=kind))
        if not any(chosen.values()):
            if row.pk:
                row.delete()
            continue
        for part, value in chosen.items():
            setattr(row, part, value)
        row.save()

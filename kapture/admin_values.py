"""The values in a form of the admin: as marks that can be compared, and in words."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.db.models import Manager, Model, QuerySet
from django.utils.translation import gettext as _

OPENED = "_opened"  # the field with the marks of what a page was opened with
_LONGEST = 120


def shown(form: Any) -> list[str]:
    return [name for name, field in form.fields.items() if name in form.initial and not field.disabled]


def mark(value: Any) -> str:
    told = json.dumps(_plain(value), sort_keys=True, default=str)
    return sha256(told.encode()).hexdigest()[:16]


def read_marks(sent: str) -> dict[str, str]:
    try:
        found = json.loads(sent)
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(mark) for name, mark in found.items()} if isinstance(found, dict) else {}


def rows_of(prefix: str, marks: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The marks of the rows of one kind, by their keys and fields."""
    found: dict[str, dict[str, str]] = {}
    for name, value in marks.items():
        of, _slash, rest = name.partition("/")
        pk, slash, field = rest.partition("/")
        if of == prefix and slash:
            found.setdefault(pk, {})[field] = value
    return found


def _plain(value: Any) -> Any:
    """As it can be compared: rows by their keys, in one order; a text as a form has it."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, Manager | QuerySet):
        value = list(value.all())
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        plain = [_plain(one) for one in value]
        return sorted(plain) if value and all(isinstance(one, Model) for one in value) else plain
    return value


def in_words(field: Any, value: Any) -> str:
    """Empty where nothing is chosen or written."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if value is None or value == "":
        return ""
    if isinstance(field, forms.ModelMultipleChoiceField):
        told = ", ".join(map(str, value))
    elif isinstance(field, forms.ModelChoiceField):
        chosen = value if isinstance(value, Model) else field.queryset.filter(pk=value).first()  # type: ignore[union-attr]
        told = str(chosen or "")
    else:
        prepared = field.prepare_value(value)
        choices = dict(getattr(field, "choices", ()))
        told = str(choices.get(prepared, prepared) if isinstance(prepared, str | int) else prepared or "")
    return shortened(told)


def shortened(told: str) -> str:
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST]}…"

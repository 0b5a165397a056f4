"""Rows that were sent of a page and are not there any more: somebody took them away meanwhile. What was typed into
one is shown as a new row, the others are left out; those that are there stay beside what they are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.translation import gettext as _
from unfold.forms import PaginationInlineFormSet

from kapture.admin_values import OPENED, mark, read_marks, rows_of


class Taken:
    """Mixed into a set of forms: by the time it is looked through, it names no row that is not there."""

    typed: Sequence[int] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:  # type: ignore[attr-defined]  # of a set of forms, as all below
            self._leave_out()

    def renewed(self, gone: Mapping[int, str]) -> Iterable[int]:
        """Which of them are shown as new rows."""
        raise NotImplementedError

    def _leave_out(self) -> None:
        rows: Any = self
        begun, total = rows.initial_form_count(), rows.total_form_count()
        claims = {at: rows.data.get(self.key(at), "") for at in range(total)}
        if not begun and not any(claims.values()):
            return
        known = {str(row.pk): row for row in rows.get_queryset()}
        kept = [at for at in range(min(begun, total)) if claims[at] in known]
        gone = {at: pk for at, pk in claims.items() if at not in kept and (at < begun or pk)}
        if gone:
            self.typed = sorted(self.renewed(gone))
            for at in gone:
                rows.data.pop(self.key(at), None)
            new = [at for at in range(begun, total) if at not in gone]
            renumber(rows.data, rows.prefix, [*kept, *self.typed, *new], begun=len(kept))
            rows.__dict__.pop("management_form", None)  # counted by what was sent
        rows._queryset = [known[claims[at]] for at in kept]  # headed in the order of what was sent

    def key(self, at: int) -> str:
        rows: Any = self
        return f"{rows.add_prefix(at)}-{rows.model._meta.pk.name}"


class KnownRows(Taken, PaginationInlineFormSet):  # type: ignore[misc]  # unfold carries no types
    """Below a form. Django would pass over what is not there any more, and say that all is saved."""

    def clean(self) -> None:
        super().clean()
        if self.typed:
            raise ValidationError(
                _("A row you changed was taken away meanwhile. It is a new row now: saving once more adds it again.")
            )

    def renewed(self, gone: Mapping[int, str]) -> Iterable[int]:
        row, seen = self.empty_form, rows_of(self.prefix, read_marks(self.data.get(OPENED, "")))
        return [at for at, pk in gone.items() if was_typed(row, self.add_prefix(at), self.data, seen.get(pk, {}))]


def was_typed(row: Any, at: str, sent: Any, seen: Mapping[str, str]) -> bool:
    """Whether a row that is not to go holds anything else than the page was opened with. `row`: an empty one of its
    kind. `seen`: the marks of this one."""
    if sent.get(f"{at}-DELETE"):
        return False
    fields = [name for name in seen if name in row.fields]
    return not fields or any(_mark(row.fields[name], f"{at}-{name}", sent) != seen[name] for name in fields)


def _mark(field: Any, name: str, sent: Any) -> str:
    try:
        return mark(field.clean(field.widget.value_from_datadict(sent, {}, name)))
    except forms.ValidationError:
        return ""


def renumber(data: Any, prefix: str, rows: Sequence[int], *, begun: int) -> None:
    """These rows of what was sent in this order, and no others; the first `begun` of them are rows there are."""
    moved, place = {str(old): new for new, old in enumerate(rows)}, re.compile(_PLACE % re.escape(prefix))
    found = [(name, match, data.pop(name)) for name in list(data) if (match := place.fullmatch(name))]
    for name, match, values in found:
        if match["at"] in moved:
            data.setlist(f"{name[: match.start('at')]}{moved[match['at']]}{name[match.end('at') :]}", values)
    data[f"{prefix}-{INITIAL_FORM_COUNT}"], data[f"{prefix}-{TOTAL_FORM_COUNT}"] = str(begun), str(len(rows))


_PLACE = r"(?:initial-)?%s-(?P<at>\d+)-(?!\d).+"

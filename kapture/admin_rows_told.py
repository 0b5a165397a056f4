"""The rows below a form of the admin that somebody else changed, added or took away since it was opened: which they
are, what stands in them now, and what stands in the form instead."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django import forms
from django.db.models import UniqueConstraint
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapture.admin_rows_known import was_typed
from kapture.admin_values import in_words, mark, rows_of, shortened, shown

MOST_TOLD = 20
Became = Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class RowNews:
    """`fields`: of a row that is there still, those that are not what they were."""

    pk: str
    became: Became
    fields: tuple[str, ...] = ()


def row_marks(rows: Any) -> dict[str, str]:
    """One for each field of each row, and one for all of them together."""
    found = {
        f"{rows.prefix}/{row.instance.pk}/{name}": mark(row.initial[name])
        for row in rows.initial_forms
        for name in shown(row)
        if name != rows.fk.name
    }
    return found | {f"{rows.prefix}-": mark(found)}


def row_names(rows: Any) -> dict[str, str]:
    """What each is called, to be told where it is not there any more."""
    return {_name(rows.prefix, row.instance.pk): shortened(str(row.instance)) for row in rows.initial_forms}


def _name(prefix: str, pk: Any) -> str:
    return f"{prefix}={pk}"


def row_news(prefix: str, seen: Mapping[str, str], stands: Mapping[str, str]) -> list[RowNews]:
    """What became of the rows between two sets of marks, in the order of what stands."""
    before, after = rows_of(prefix, seen), rows_of(prefix, stands)
    found = [
        RowNews(pk, "added")
        if pk not in before
        else RowNews(pk, "changed", tuple(name for name in fields if before[pk].get(name) != fields[name]))
        for pk, fields in after.items()
        if before.get(pk) != fields
    ]
    return [*found, *(RowNews(pk, "removed") for pk in before if pk not in after)]


def rows_told(rows: Any, seen: Mapping[str, str], stands: Mapping[str, str], sent: Any) -> Iterator[str]:
    """In words. `sent`: the form as it was sent."""
    whole, kind = f"{rows.prefix}-", capfirst(rows.model._meta.verbose_name_plural)
    if seen.get(whole) == stands[whole]:
        return
    news = row_news(rows.prefix, seen, stands) if whole in seen else []
    if not news:  # the page it was opened on did not say how they stood
        yield _("Changed meanwhile: %(field)s.") % {"field": kind}
    told = _Rows(rows, seen, sent)
    for one in news[:MOST_TOLD]:
        yield f"{kind}, {told.of(one)}"
    if len(news) > MOST_TOLD:
        more = len(news) - MOST_TOLD
        yield ngettext("%(n)d more row changed.", "%(n)d more rows changed.", more) % {"n": more}


class _Rows:
    """The rows of one kind: as they are stored, and as they were sent."""

    def __init__(self, rows: Any, seen: Mapping[str, str], sent: Any) -> None:
        self._sent, self._blank, self._seen = sent, rows.empty_form, rows_of(rows.prefix, seen)
        self._was = {pk: seen.get(_name(rows.prefix, pk), "") for pk in self._seen}
        self._names = [name for name in rows.form.base_fields if name != rows.fk.name]
        self._key = _key(rows, self._names)
        self._stored = {str(row.instance.pk): row for row in rows.initial_forms}
        place = re.compile(rf"({re.escape(rows.prefix)}-\d+)-{re.escape(rows.model._meta.pk.name)}")
        found = [(place.fullmatch(name), value) for name, value in sent.items()]
        self._mine = {value: match[1] for match, value in found if match}

    def of(self, news: RowNews) -> str:
        mine = self._mine.get(news.pk)
        row = ", ".join(filter(None, (self._said(news.pk, name, mine=mine is not None) for name in self._key)))
        others = [name for name in self._names if name not in self._key]
        if news.became == "changed":
            return f"{row}: {'; '.join(self._now(news.pk, name, mine) for name in news.fields)}."
        values = "; ".join(self._named(name, self._said(news.pk, name, mine=mine is not None)) for name in others)
        if news.became == "added":
            return _("%(row)s: added meanwhile (%(values)s).") % {"row": row, "values": values}
        return self._gone(news.pk, mine, was=self._was[news.pk] or row, yours=f"{row}: {values}" if values else row)

    def _gone(self, pk: str, mine: str | None, *, was: str, yours: str) -> str:
        if mine is not None and was_typed(self._blank, mine, self._sent, self._seen[pk]):
            told = _("“%(was)s” was taken away meanwhile. Yours is a new row below (%(yours)s): saving adds it again.")
        elif mine is not None and self._sent.get(f"{mine}-DELETE"):
            told = _("“%(was)s” was taken away meanwhile, as by you.")
        else:
            told = _("“%(was)s” was taken away meanwhile, and is left out below.")
        return told % {"was": was, "yours": yours}

    def _now(self, pk: str, name: str, mine: str | None) -> str:
        """What stands there now, and what is in the form where that is something else."""
        now = self._said(pk, name, mine=False) or _("nothing")
        told = self._named(name, now)
        if mine is None:
            return told
        gone = bool(self._sent.get(f"{mine}-DELETE"))
        yours = _("taken away") if gone else self._said(pk, name, mine=True) or _("nothing")
        return told if yours == now else _("%(now)s (yours: %(yours)s)") % {"now": told, "yours": yours}

    def _named(self, name: str, value: str) -> str:
        """A row that holds one value besides what it is of need not say which."""
        if len(self._names) - len(self._key) == 1 and name not in self._key:
            return value
        return " ".join((str(self._blank[name].label), str(value or _("nothing"))))

    def _said(self, pk: str, name: str, *, mine: bool) -> str:
        if not mine:
            row = self._stored.get(pk)
            return in_words(row.fields[name], row.initial.get(name)) if row is not None else ""
        field, at = self._blank.fields[name], self._mine[pk]
        value = field.widget.value_from_datadict(self._sent, {}, f"{at}-{name}")
        try:
            return in_words(field, field.clean(value))
        except forms.ValidationError:
            return str(value or "")


def _key(rows: Any, names: list[str]) -> list[str]:
    """By what its rows are told apart: what may be there once, or what a row begins with."""
    for one in rows.model._meta.constraints:
        if isinstance(one, UniqueConstraint) and rows.fk.name in one.fields:
            return [name for name in names if name in one.fields]
    return names[:1]

"""Two people at one page of the admin: what the other one saved meanwhile is told, and overwritten only by who has seen
it. A page carries a mark of every value it was opened with; saving compares them with what is stored, the row held."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from kapture.admin_rows_told import row_marks, row_names, rows_told
from kapture.admin_values import OPENED, in_words, mark, read_marks, shown

_MOMENT = "at"


class OpenedForm:
    """Mixed into a form that was sent. `stands`: the marks of what is stored now; `words` tells what is new since."""

    admin: Any
    request: HttpRequest
    news: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instance = self.instance  # type: ignore[attr-defined]  # a model form's
        self._sets = list(self.admin.unsent_rows(self.request, instance))
        self._stands = marks(self, self._sets)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # a model form's
        seen = read_marks(self.request.POST.get(OPENED, ""))
        changed = [name for name in {**self._stands, **seen} if name != _MOMENT and _differs(name, seen, self._stands)]
        if changed:
            self.news = written(self._stands, self._sets)
            told = list(_words(self, changed, self._sets, seen, self._stands))
            self.add_error(None, told)  # type: ignore[attr-defined]  # a form's


def marks(form: Any, sets: Iterable[Any]) -> dict[str, str]:
    """What a form and the rows below it were opened with: a mark for each field that can be changed."""
    found = {name: mark(form.initial[name]) for name in shown(form)}
    for rows in sets:
        found |= row_marks(rows)
    return found


def written(found: Mapping[str, str], sets: Iterable[Any]) -> str:
    names = {name: called for rows in sets for name, called in row_names(rows).items()}
    return json.dumps({**found, **names, _MOMENT: timezone.now().isoformat()})


def _differs(name: str, seen: Mapping[str, str], stands: Mapping[str, str]) -> bool:
    """Also a mark that was not sent at all; what is no field of this page any more says nothing."""
    return name in stands and seen.get(name) != stands[name]


def _words(
    form: Any, changed: Iterable[str], sets: Iterable[Any], seen: Mapping[str, str], stands: Mapping[str, str]
) -> Iterator[str]:
    yield _who(form.instance, seen.get(_MOMENT, ""))
    for name in [name for name in changed if name in form.fields]:
        value = in_words(form.fields[name], form.initial[name]) or _("nothing")
        yield _("%(field)s is “%(now)s” now.") % {"field": form[name].label, "now": value}
    for rows in sets:
        yield from rows_told(rows, seen, stands, form.data)
    yield _("Below is yours. Take in what you want of theirs, and save once more.")


def _who(row: Model, opened: str) -> str:
    """By the admin's own record, where it was on a page of the admin."""
    lost = _("Nothing was lost or saved yet.")
    try:
        since = datetime.fromisoformat(opened)
        entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk))
        last = entries.filter(action_time__gte=since).select_related("user").order_by("-action_time").first()
    except (ValueError, TypeError):
        last = None
    if last is None:
        return _("Somebody changed this while you were writing. %(lost)s") % {"lost": lost}
    told = {"who": last.user, "at": f"{timezone.localtime(last.action_time):%H:%M}", "lost": lost}
    return _("%(who)s saved this at %(at)s, while you were writing. %(lost)s") % told

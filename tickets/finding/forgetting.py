"""Takes the handles of people who are to be forgotten out of searches that are kept under a name."""

import re
from collections.abc import Collection

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from tickets.finding.query import read
from tickets.finding.terms import Term
from tickets.models import SavedView
from tickets.models.saved_view import LONGEST_LINE

# The handle of nobody: so a search that named somebody finds nothing of them, and not more than before either.
NOBODY = "@-"
_HANDLE = re.compile(r"@(\w+)")


def forget_handles(handles: Collection[str]) -> int:
    """`handles` in small letters, without @. Returns how many views named one of them."""
    changed = 0
    for view in SavedView.objects.select_for_update().order_by("pk"):
        before = view.name, view.query
        view.name, view.query = _in_text(view.name, handles), emptied(view.query, handles)[:LONGEST_LINE]
        if (view.name, view.query) != before:
            # Not by save: the audit would keep what was taken out.
            SavedView.objects.filter(pk=view.pk).update(name=view.name, query=view.query)
            changed += 1
    _forget_in_audit(handles)
    return changed


def _forget_in_audit(handles: Collection[str]) -> None:
    """What the audit of the configuration says of kept searches, of those that are gone too."""
    kind = ContentType.objects.get_for_model(SavedView)
    for entry in LogEntry.objects.filter(content_type=kind).order_by("pk").iterator():
        told = entry.changes if isinstance(entry.changes, dict) else {}
        changes = {
            field: [_said(field, value, handles) for value in values] if isinstance(values, list) else values
            for field, values in told.items()
        }
        name = _in_text(entry.object_repr, handles)
        if (changes, name) != (told, entry.object_repr):
            LogEntry.objects.filter(pk=entry.pk).update(changes=changes, object_repr=name)


def _said(field: str, value: object, handles: Collection[str]) -> object:
    if not isinstance(value, str):
        return value
    return emptied(value, handles) if field == "query" else _in_text(value, handles)


def emptied(line: str, handles: Collection[str]) -> str:
    """A search without these handles: as customers, and as words where they can be nothing else."""
    for term in reversed(read(line).terms):
        if term.field == "from":
            for value in reversed(term.values):
                if value.text.strip().removeprefix("@").lower() in handles:
                    line = f"{line[: value.start]}{NOBODY}{line[value.stop :]}"
        elif not term.field and _is_named(term, handles):
            line = f"{line[: term.start]}{'-' * term.negated}from:{NOBODY}{line[term.stop :]}"
    return line


def _is_named(term: Term, handles: Collection[str]) -> bool:
    told = {handle.lower() for handle in _HANDLE.findall(term.text)}
    plain = term.text.lower().rstrip("*")
    told |= {plain} if re.search(r"[_\d]", plain) else set()
    return not told.isdisjoint(handles)


def _in_text(text: str, handles: Collection[str]) -> str:
    return _HANDLE.sub(lambda found: NOBODY if found[1].lower() in handles else found[0], text)

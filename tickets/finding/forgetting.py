"""Takes the handles and names of people who are to be forgotten out of searches that are kept under a name."""

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from tickets.finding import words
from tickets.finding.customers import find_customers
from tickets.finding.query import read
from tickets.finding.terms import Term, Value
from tickets.finding.vocabulary import FIELDS
from tickets.models import Folder, Identity, Queue, SavedView, Tag, Team
from tickets.models.saved_view import LONGEST_LINE

# The handle of nobody: so a search that named somebody finds nothing of them, and not more than before either.
NOBODY = "@-"
_HANDLE = re.compile(r"@(\w+)")
_WORD = re.compile(r"(?<![@\w])\w+")


def forget_handles(handles: Collection[str]) -> int:
    """`handles` in small letters, without @. Returns how many views named one of them."""
    return _change_all(lambda field, text: (emptied if field == "query" else _in_text)(text, handles))


def forget_names(names: Iterable[str]) -> int:
    """When nobody is called so any more: what stands for customers' names without an @ (`from:kenji`) and begins one of
    these, goes as well, and from what a view is called whole words that were their names. Who is still known by it
    keeps it, and so do words of the desk's own. Returns how many views named one of them."""
    gone = sorted({word for name in names for word in words.names(name)})
    own = _own_words()

    @cache
    def is_gone(word: str) -> bool:
        parts = words.names(word)
        known = own.issuperset(parts) or all(part.isdecimal() or len(part) == 1 for part in parts)
        return bool(parts) and not known and all(_is_among(part, gone) for part in parts) and not _is_known(word, parts)

    def change(field: str, text: str) -> str:
        if field == "name":
            return _WORD.sub(lambda found: NOBODY if is_gone(words.tidy(found[0])) else found[0], text)
        return _without_names(text, gone) if field == "query" else text

    return _change_all(change)


def _own_words() -> set[str]:
    """What the desk calls its queues, folders, tags and teams, and the words of a search: these name nobody."""
    called = [name for model in (Queue, Folder, Tag, Team) for name in model.objects.values_list("name", flat=True)]
    known = (value for field in FIELDS.values() for value in field.known)
    return {word for text in (*called, *FIELDS, *known) for word in words.names(words.tidy(text))}


def _is_known(word: str, parts: Sequence[str]) -> bool:
    """Whether anybody is still called so, and not only something that begins so."""
    found = find_customers([Value(word, 0)])
    names = Identity.objects.filter(customer__in=found).values_list("name", "handle", "customer__name")
    return any(set(parts) <= {part for name in told for part in words.names(name)} for told in names)


def _is_among(part: str, gone: Sequence[str]) -> bool:
    at = bisect_left(gone, part)
    return at < len(gone) and gone[at] == part


def _change_all(change: Callable[[str, str], str]) -> int:
    """In every kept search, by field, and in what the audit says of them, of those that are gone too."""
    changed = 0
    for view in SavedView.objects.select_for_update().order_by("pk"):
        before = view.name, view.query
        view.name, view.query = change("name", view.name), change("query", view.query)[:LONGEST_LINE]
        if (view.name, view.query) != before:
            # Not by save: the audit would keep what was taken out.
            SavedView.objects.filter(pk=view.pk).update(name=view.name, query=view.query)
            changed += 1
    kind = ContentType.objects.get_for_model(SavedView)
    for entry in LogEntry.objects.filter(content_type=kind).order_by("pk").iterator():
        told = entry.changes if isinstance(entry.changes, dict) else {}
        changes = {
            field: [change(field, one) if isinstance(one, str) else one for one in values]
            if isinstance(values, list)
            else values
            for field, values in told.items()
        }
        name = change("name", entry.object_repr)
        if (changes, name) != (told, entry.object_repr):
            LogEntry.objects.filter(pk=entry.pk).update(changes=changes, object_repr=name)
    return changed


def _without_names(line: str, gone: Sequence[str]) -> str:
    for term in reversed(read(line).terms):
        for value in reversed(term.values if term.field == "from" else ()):
            parts = [] if value.text.strip().startswith("@") else words.names(words.tidy(value.text))
            if parts and all(_begins(part, gone) for part in parts) and not find_customers([value]):
                line = f"{line[: value.start]}{NOBODY}{line[value.stop :]}"
    return line


def _begins(part: str, gone: Sequence[str]) -> bool:
    """`gone` in order."""
    at = bisect_left(gone, part)
    return at < len(gone) and gone[at].startswith(part)


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

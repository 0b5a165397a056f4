"""Takes the handles of people who are to be forgotten out of searches that are kept under a name."""

import re
from collections.abc import Collection

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
            view.save(update_fields=["name", "query"])
            changed += 1
    return changed


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

"""What a dry run found different, in words. No queries."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tickets.choices import Priority
from tickets.rules.wording import RowNames, row_word

_TABLES = {"queue": "queue", "folder": "folder", "policy": "policy", "assignee": "person"}


def change_words(changes: Mapping[str, Any], names: RowNames) -> list[str]:
    """Each as “queue: Support → Refunds (Refund words)”."""
    return list(_change_words(changes, names))


def _change_words(changes: Mapping[str, Any], names: RowNames) -> Iterator[str]:
    labels = {
        "queue": _("queue"),
        "folder": _("folder"),
        "policy": _("SLA policy"),
        "priority": _("priority"),
        "assignee": _("assigned to"),
        "tags": _("tags"),
        "skills": _("skills needed"),
        "ignored": _("ignored"),
        "left": _("messages that leave it resolved"),
        "notes": _("notes"),
        "notified": _("told"),
    }
    for what, (live, draft, rule) in changes.items():
        before, after = _shown(what, live, names), _shown(what, draft, names)
        told = f"{labels.get(what, what)}: {before} → {after}"
        yield f"{told} ({rule})" if rule else told


def _shown(what: str, value: Any, names: RowNames) -> str:
    if value is None or value == []:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if what in _TABLES:
        return row_word(_TABLES[what], value, names)
    if what == "priority":
        return str(Priority(value).label).lower() if value in Priority.values else str(value)
    if what in ("notified", "skills"):
        table = "person" if what == "notified" else "skill"
        return ", ".join(row_word(table, pk, names) for pk in value)
    if what == "left":
        return str(value)
    return str(len(value)) if what == "notes" else ", ".join(map(str, value))

"""Adding a condition to a list without knowing the language of searches: what is chosen becomes a search in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.people import shown_name
from tickets.choices import Priority, Status
from tickets.finding.terms import quote
from tickets.permissions import who_may
from tickets.reading.context import Desk
from tickets.reading.listing import ListView
from tickets.rules.languages import LANGUAGES

_LONGEST = 80
_IN_WORDS = {ListView.ALL: "is:open", ListView.LATE: "is:breached"}
_DUE = (
    ("late", gettext_lazy("late")),
    ("<1h", gettext_lazy("within an hour")),
    ("<4h", gettext_lazy("within 4 hours")),
    ("today", gettext_lazy("today")),
    ("tomorrow", gettext_lazy("tomorrow")),
    ("none", gettext_lazy("no deadline")),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A condition that can be chosen; without `choices` it is typed."""

    field: str
    label: str
    choices: Iterable[tuple[str, object]] = ()


def offers(desk: Desk) -> Sequence[Offer]:
    """One statement, for the colleagues."""
    people = who_may("see", "work").order_by("first_name", "last_name", "username")
    others = [(one.username, shown_name(one)) for one in people if one.pk != desk.user.pk]
    return (
        Offer("queue", _("Queue"), [(one.name, one.name) for one in desk.queues]),
        Offer("status", _("Status"), Status.choices),
        Offer("assignee", _("Assignee"), [("me", _("you")), ("none", _("nobody")), *others]),
        Offer("tag", _("Tag")),
        Offer("priority", _("Priority"), Priority.choices[::-1]),
        Offer("language", _("Language"), list(LANGUAGES.items())),
        Offer("due", _("Due"), _DUE),
    )


def narrowed(told: QueryDict) -> str:
    """The line of a search: what was searched for, else the view and the place that were looked at, with what was
    chosen (`with_…`; `not`: the tickets it does not hold of)."""
    parts = [told.get("q", "").strip() or _view(told.get("view", ""))]
    parts += [f"{name}:{quote(value)}" for name in ("queue", "folder") if (value := told.get(name, ""))]
    minus = "-" if told.get("not") else ""
    for field in ("queue", "status", "assignee", "tag", "priority", "language", "due"):
        value = told.get(f"with_{field}", "").strip()[:_LONGEST]
        parts += [f"{minus}{field}:{quote(value)}"] if value else []
    return " ".join(part for part in parts if part)


def _view(view: str) -> str:
    if not view:
        return _IN_WORDS[ListView.ALL]
    return _IN_WORDS.get(view, f"is:{view}") if view in ListView.values else ""  # type: ignore[call-overload]


def named(desk: Desk) -> dict[tuple[str, str], str]:
    """How places that are searched by are called: by short name and by name."""
    kinds: tuple[tuple[str, Any], ...] = (("queue", desk.queues), ("folder", desk.folders))
    return {(kind, key.lower()): one.name for kind, rows in kinds for one in rows for key in (one.slug, one.name)}

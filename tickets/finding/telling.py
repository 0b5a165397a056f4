"""A part of a search in words, as a chip shows it: "Queue is not Bookings". Pure but for the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.choices import Priority, Status
from tickets.finding.terms import Node, Term
from tickets.rules.languages import LANGUAGES

Named = Mapping[tuple[str, str], str]
_FIELDS = {
    "status": gettext_lazy("Status"),
    "priority": gettext_lazy("Priority"),
    "kind": gettext_lazy("Kind"),
    "approval": gettext_lazy("Approval"),
    "language": gettext_lazy("Language"),
    "queue": gettext_lazy("Queue"),
    "folder": gettext_lazy("Folder"),
    "account": gettext_lazy("Account"),
    "assignee": gettext_lazy("Assignee"),
    "watching": gettext_lazy("Watched by"),
    "by": gettext_lazy("Answered by"),
    "from": gettext_lazy("Customer"),
    "tag": gettext_lazy("Tag"),
    "search": gettext_lazy("Search query"),
    "skill": gettext_lazy("Skill"),
    "sla": gettext_lazy("SLA policy"),
}
_WORDS: Mapping[str, Mapping[str, object]] = {
    "is": {
        "open": gettext_lazy("open"),
        "mine": gettext_lazy("mine"),
        "unassigned": gettext_lazy("unassigned"),
        "assigned": gettext_lazy("assigned"),
        "soon": gettext_lazy("due soon"),
        "breached": gettext_lazy("breached"),
        "late": gettext_lazy("late"),
        "snoozed": gettext_lazy("snoozed"),
        "resolved": gettext_lazy("resolved"),
        "closed": gettext_lazy("closed"),
        "ignored": gettext_lazy("ignored"),
        "private": gettext_lazy("private"),
        "public": gettext_lazy("public"),
    },
    "assignee": {"me": gettext_lazy("you"), "none": gettext_lazy("nobody")},
    "watching": {"me": gettext_lazy("you")},
    "by": {"me": gettext_lazy("you")},
    "status": dict(Status.choices),
    "priority": dict(Priority.choices),
    "language": LANGUAGES,
}


def words_of(part: Node, written: str, named: Named) -> str:
    """`written`: as it stands in the line, which is what is shown of what stands in brackets and of spans of time.
    `named`: how places are called, by field and as they may be written in small letters."""
    if not isinstance(part, Term) or part.field == "#":
        return written
    if not part.field:
        said = f"“{part.text}”"
        return (_("Does not say %s") if part.negated else _("Says %s")) % said
    told = _(" or ").join(_value(part.field, one.text, named) for one in part.values)
    if part.field == "is":
        return (_("Is not %s") if part.negated else _("Is %s")) % told
    if part.field == "has":
        return (_("Has no %s") if part.negated else _("Has %s")) % told
    if part.field not in _FIELDS:
        return written
    words = _("%(field)s is not %(value)s") if part.negated else _("%(field)s is %(value)s")
    return words % {"field": _FIELDS[part.field], "value": told}


def _value(field: str, text: str, named: Named) -> str:
    plain = text.lower()
    return named.get((field, plain)) or str(_WORDS.get(field, {}).get(plain, text))

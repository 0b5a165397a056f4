"""A part of a search in words, as a chip shows it: "Queue is not Bookings". Pure but for the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from tickets.choices import Priority, Status
from tickets.finding.terms import Node, Term
from tickets.rules.languages import LANGUAGES

Named = Mapping[tuple[str, str], str]
_FIELDS = {
    "status": _lazy("Status"),
    "priority": _lazy("Priority"),
    "kind": _lazy("Kind"),
    "approval": _lazy("Approval"),
    "language": _lazy("Language"),
    "queue": _lazy("Queue"),
    "folder": _lazy("Folder"),
    "account": _lazy("Account"),
    "assignee": _lazy("Assignee"),
    "watching": _lazy("Watched by"),
    "by": _lazy("Answered by"),
    "from": _lazy("Customer"),
    "tag": _lazy("Tag"),
    "skill": _lazy("Skill"),
    "sla": _lazy("SLA policy"),
}
_WORDS: Mapping[str, Mapping[str, object]] = {
    "is": {
        "open": _lazy("open"),
        "mine": _lazy("mine"),
        "unassigned": _lazy("unassigned"),
        "assigned": _lazy("assigned"),
        "soon": _lazy("due soon"),
        "breached": _lazy("breached"),
        "late": _lazy("late"),
        "snoozed": _lazy("snoozed"),
        "resolved": _lazy("resolved"),
        "closed": _lazy("closed"),
        "ignored": _lazy("ignored"),
        "private": _lazy("private"),
        "public": _lazy("public"),
    },
    "assignee": {"me": _lazy("you"), "none": _lazy("nobody")},
    "watching": {"me": _lazy("you")},
    "by": {"me": _lazy("you")},
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

"""What there is on a ticket at all, in one statement: what is little is told at once, and of what most tickets have
nothing only whether there is any, so that it is asked for where there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from kapture.prepared import Given, prepared
from tickets.choices import UNSAID_STATES
from tickets.models import (
    Checklist,
    ChecklistItem,
    CustomerNote,
    Draft,
    HandleChange,
    HandOff,
    Happening,
    OptOut,
    OutboxEntry,
    PauseRule,
    Skill,
    SlaPause,
    Tag,
    Ticket,
    Watch,
)


@dataclass(frozen=True, slots=True)
class There:
    """`tags`, `skills` (all there are, `needed` on those the ticket needs), `checklists` and `pause_rules` by the names
    of their columns. The rest: whether there are any; `drafts`: of who looks;
    `notes`: about the customer."""

    tags: Sequence[dict[str, Any]] = ()
    skills: Sequence[dict[str, Any]] = ()
    checklists: Sequence[dict[str, Any]] = ()
    pause_rules: Sequence[dict[str, Any]] = ()
    handles: Sequence[str] = ()
    items: bool = False
    watches: bool = False
    opt_outs: bool = False
    pauses: bool = False
    happenings: bool = False
    unsaid: bool = False
    hand_offs: bool = False
    drafts: bool = False
    notes: bool = False


def what_is_there(ticket: Ticket, *, by: User) -> There:
    """Nothing, when it has gone meanwhile."""
    rows: list[Any] = _there(ticket=ticket.pk, person=by.pk)
    return There(*rows[0]) if rows else There()


@prepared
def _there() -> QuerySet[Ticket, Any]:
    of_it, identity = {"ticket": OuterRef("pk")}, OuterRef("identity")
    said = OutboxEntry.objects.filter(message__ticket=OuterRef("pk"), state__in=UNSAID_STATES)
    told = {
        "tags_there": _rows(Tag.objects.filter(tickets=OuterRef("pk")), "pk", "name"),
        "skills_there": _rows(_skills(), "pk", "name", "needed"),
        "lists_there": _rows(Checklist.objects.filter(enabled=True), "pk", "name"),
        "rules_there": _rows(PauseRule.objects.filter(policy=OuterRef("sla_policy")), "status", "needs_reason"),
        "handles_there": ArraySubquery(HandleChange.objects.filter(identity=identity).values("before")[:5]),
        "items_there": Exists(ChecklistItem.objects.filter(**of_it)),
        "watches_there": Exists(Watch.objects.filter(**of_it)),
        "opt_outs_there": Exists(OptOut.objects.filter(identity=identity, lifted_at=None)),
        "pauses_there": Exists(SlaPause.objects.filter(**of_it)),
        "happenings_there": Exists(Happening.objects.filter(identity=identity)),
        "unsaid_there": Exists(said),
        "hand_offs_there": Exists(HandOff.objects.filter(**of_it)),
        "drafts_there": Exists(Draft.objects.filter(**of_it, person=Given("person"))),
        "notes_there": Exists(CustomerNote.objects.filter(customer=OuterRef("customer"))),
    }
    return Ticket.objects.filter(pk=Given("ticket")).annotate(**told).values_list(*told)


def _skills() -> QuerySet[Any]:
    needed = Ticket.skills.through.objects.filter(ticket=OuterRef(OuterRef("pk")), skill=OuterRef("pk"))
    return Skill.objects.annotate(needed=Exists(needed))


def _rows(rows: QuerySet[Any], *columns: str) -> ArraySubquery:
    return ArraySubquery(rows.values(told=JSONObject(**dict(zip(columns, columns, strict=True)))))

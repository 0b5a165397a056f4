"""The facts of a ticket's history, and what the ids in them are called."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import CharField, F, Model, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

from kapture.prepared import Given, IsOneOf, prepared
from tickets.models import Activity, Folder, Queue, Skill, SlaPolicy
from tickets.models.departed import Departed, with_doer
from tickets.permissions import Rights, hide_private_lines

# And so many facts of the history, the latest: a ticket that rules move to and fro all day has no end of them.
MOST_FACTS = 1_000
EVER = datetime.min.replace(tzinfo=UTC)


# Said by the message itself (its delivery state) or by the clocks beside the timeline.
QUIET_VERBS = frozenset(
    {"ticket.joined", "note.written", "reply.queued", "reply.sent", "reply.failed", "reply.unknown", "reply.native"}
    | {"clock.started", "clock.met", "message.edited", "message.deleted"}
)
# Why a ticket is here at all.
ORIGIN_VERBS = (
    "ticket.opened",
    "ticket.made",
    "ticket.routed",
    "ticket.ruled",
    "ticket.reopened",
    "ticket.followed_up",
    "ticket.moved",
)


@prepared
def happened(rights: Rights) -> QuerySet[Activity]:
    """The facts that stand between the messages, the latest first."""
    facts = _history(rights).filter(at__gte=Given("since")).exclude(verb__in=QUIET_VERBS)
    return facts.order_by("-at", "-id")[:MOST_FACTS]


@prepared
def began(rights: Rights) -> QuerySet[Activity]:
    return _history(rights).filter(verb__in=ORIGIN_VERBS).order_by("at", "id")[:MOST_FACTS]


def _history(rights: Rights) -> QuerySet[Activity]:
    lines = with_doer(Activity.objects.filter(ticket=Given("ticket")))
    return hide_private_lines(lines, user=rights)


# As tickets.timeline.shown_name says it.
NAME = Coalesce(NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value("")), "username")


@prepared
def named() -> Any:
    """Sort, key and name of queues, folders, policies, skills and people, those who are deleted among them."""
    queues, *others = (
        model._default_manager.order_by()
        .filter(IsOneOf(F("pk"), Given(sort)))
        .values_list(Value(sort), F("pk"), Cast("name", CharField()))
        for sort, model in _NAMED.items()
    )
    people = User.objects.filter(IsOneOf(F("pk"), Given("person"))).values_list(Value("person"), F("pk"), NAME)
    gone = Departed.objects.filter(IsOneOf(F("pk"), Given("person"))).values_list(Value(GONE), F("pk"), F("name"))
    return queues.union(*others, people, gone)


GONE = "gone"  # the sort of who is deleted
_NAMED: dict[str, type[Model]] = {"queue": Queue, "folder": Folder, "policy": SlaPolicy, "skill": Skill}

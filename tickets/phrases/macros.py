"""Macros: several gestures in one, all or none, each asked of the policy as if it were made by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.errors import CannotChange, DeskError
from tickets.history import current_gesture, note_activity, one_gesture
from tickets.lifecycle import locked
from tickets.models import Macro, Ticket
from tickets.permissions import may, require_on, visible_tickets
from tickets.phrases.steps import Said, gestures

MOST = 200
NO_STEP = gettext_lazy("This macro has no step yet. An administrator gives it some.")


@dataclass(frozen=True, slots=True)
class Step:
    """What a macro does, in words, and what it would say; `why_not`: why it cannot."""

    words: str
    why_not: str = ""
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of it on one ticket: nothing of it was done where `refusal` says why."""

    ticket: int
    refusal: str = ""
    gesture: UUID | None = field(default=None, compare=False)  # all that were run at once share it; to take them back


def usable(user: User | AnonymousUser) -> QuerySet[Macro]:
    """What this person is offered."""
    if not may(user, "work"):
        return Macro.objects.none()
    chosen = Macro.teams.through._default_manager.filter(macro=OuterRef("pk"))
    mine = Q(~Exists(chosen) | Exists(chosen.filter(team__memberships__person=user.pk)))
    related = ("reply", "queue", "folder__parent__parent", "person")
    return Macro.objects.filter(mine, enabled=True).select_related(*related)


def search(user: User, asked: str) -> QuerySet[Macro]:
    """By name, tags or the title of its canned reply, in their order."""
    found, asked = usable(user), asked.strip()[:100]
    if not asked:
        return found
    return found.filter(Q(name__icontains=asked) | Q(tags__icontains=asked) | Q(reply__title__icontains=asked))


def brief(macro: Macro) -> str:
    """What it does, in one line."""
    return ", ".join(step.words for step in gestures(macro)) or str(NO_STEP)


def preview(macro: Macro, ticket: Ticket, *, by: User, now: datetime) -> list[Step]:
    """What would be done, and what could not and why: it is done and taken back, so it is what would come of it."""
    found = []
    with transaction.atomic():
        for step in gestures(macro):
            said = step.foretell(ticket, by)
            try:
                with transaction.atomic():
                    step.do(ticket, by, now)
            except DeskError as refusal:
                found.append(Step(step.words, str(refusal), said))
            else:
                found.append(Step(step.words, said=said))
        transaction.set_rollback(True)
    return found


@transaction.atomic
def run(macro: Macro, ticket: Ticket, *, by: User, now: datetime, **known: int | None) -> UUID:
    """All of it or, with the refusal of the step that cannot be done, nothing; returns the gesture. `known`: what
    whoever runs it has read (`seen` and `wording` of Terms); asked where an answer is sent."""
    require_on(by, "work", ticket)
    steps = gestures(macro, known)
    if not steps:
        raise CannotChange(str(NO_STEP))
    locked(ticket)
    with one_gesture():
        note_activity(ticket, "macro.ran", by=by, at=now, macro=macro.pk, name=macro.name)
        for step in steps:
            step.do(ticket, by, now)
        return current_gesture()


def run_many(macro: Macro, numbers: Sequence[int], *, by: User, now: datetime, **known: int | None) -> list[Ran]:
    """On each of these tickets by itself, at most MOST, in one gesture. `known`: as in `run`, the latest of all of
    them; each is asked for news of its own."""
    with one_gesture():
        return _run_each(macro, numbers, by=by, now=now, **known)


def _run_each(macro: Macro, numbers: Sequence[int], *, by: User, now: datetime, **known: int | None) -> list[Ran]:
    there = visible_tickets(by).select_related("address", "identity", "queue").in_bulk(list(numbers)[:MOST])
    told = []
    for number in dict.fromkeys(list(numbers)[:MOST]):
        ticket = there.get(number)
        if ticket is None:
            told.append(Ran(number, _("There is no such ticket.")))
            continue
        try:
            gesture = run(macro, ticket, by=by, now=now, **known)
        except DeskError as refusal:
            told.append(Ran(number, str(refusal)))
        else:
            told.append(Ran(number, gesture=gesture))
    return told

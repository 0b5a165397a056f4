"""Person by person: what they have in hand, what they are at, what they were done with today."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, QuerySet

from tickets.finding.moments import RESOLVED
from tickets.models import Presence
from tickets.notices.presence import SHOWN
from tickets.permissions import visible_messages, visible_tickets
from tickets.shift import lines
from tickets.shift.day import began
from tickets.shift.queues import ANSWER
from tickets.staffing.board import AtWork, at_work


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """The ticket somebody has open at this moment, and whether they write there."""

    ticket: int
    typing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonNow:
    """`answered`: tickets they answered today; `done`: of those that are theirs, how many were resolved today and still
    are. `searches`: by these names."""

    at_work: AtWork
    doing: Doing | None
    answered: int
    done: int
    searches: Mapping[str, str]


def people_now(people: QuerySet[User], *, to: User, now: datetime) -> list[PersonNow]:
    """As one of us may know of it. Three statements besides those of `at_work`."""
    rows = at_work(people, to=to, now=now)
    keys = [row.person.pk for row in rows]
    doing, done = _doing(keys, to=to, now=now), _done(keys, to=to, now=now)
    answered = _answered(keys, to=to, now=now)
    return [
        PersonNow(
            at_work=row,
            doing=doing.get(row.person.pk),
            answered=answered.get(row.person.pk, 0),
            done=done.get(row.person.pk, 0),
            searches=_searches(row.person.get_username()),
        )
        for row in rows
    ]


def _searches(username: str) -> dict[str, str]:
    return {"answered": lines.answered_by(username), "done": lines.done_by(username)}


def _doing(people: Collection[int], *, to: User, now: datetime) -> dict[int, Doing]:
    """Where they write, else where they were heard of last; nothing of a ticket that is not the reader's to see."""
    there = Presence.objects.filter(person__in=people, seen_at__gt=now - SHOWN)
    seen = there.filter(ticket__in=visible_tickets(to).order_by()).order_by("seen_at")
    found: dict[int, Doing] = {}
    for person, ticket, typing_at in seen.values_list("person_id", "ticket_id", "typing_at"):
        if typing_at is not None or person not in found or not found[person].typing:
            found[person] = Doing(ticket=ticket, typing=typing_at is not None)
    return found


def _done(people: Collection[int], *, to: User, now: datetime) -> dict[int, int]:
    resolved = visible_tickets(to).filter(RESOLVED, resolved_at__gte=began(now), assignee__in=people).order_by()
    return dict(resolved.values_list("assignee_id").annotate(n=Count("pk")))


def _answered(people: Collection[int], *, to: User, now: datetime) -> dict[int, int]:
    said = visible_messages(to).filter(**ANSWER, agent__in=people, sent_at__gte=began(now)).order_by()
    return dict(said.values_list("agent_id").annotate(n=Count("ticket", distinct=True)))

"""Queue by queue: what waits for us and since when, what is late or soon will be, what was answered today. Two
statements besides the counts of the side menu, however many queues there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from kapture.prepared import Given, prepared
from tickets.choices import Direction
from tickets.models import Message, Ticket
from tickets.permissions import Rights, rights_of, visible_messages, visible_tickets
from tickets.reading.context import Desk, Place
from tickets.reports.backlog import WAITING
from tickets.shift import lines
from tickets.shift.day import began

# What a person of ours said, and is out: as a search for `answered:` has it.
ANSWER = {"direction": Direction.OUT, "automated": False, "external_id__isnull": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`oldest`: the ticket whose customer had the last word the longest ago; `since`: when that was."""

    count: int = 0
    oldest: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNow:
    """How many tickets, and by its name the search that finds them. `share`: of the fullest queue, per cent."""

    place: Place
    waiting: Waiting
    late: int
    soon: int
    answered: int
    share: int
    searches: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AllNow:
    """Of all queues together."""

    waiting: Waiting
    late: int
    soon: int
    unassigned: int
    answered: int
    searches: Mapping[str, str]


def queues_now(desk: Desk) -> list[QueueNow]:
    """Those the person may look into, in their order."""
    rights = rights_of(desk.user)
    waits = {queue: Waiting(count=n, oldest=pk, since=at) for queue, n, at, pk in _waits(rights)}
    answered = dict(_answered(rights, start=began(desk.now)))
    soon: dict[int, int] = {}
    for tally in desk.tallies:
        soon[tally.queue_id] = soon.get(tally.queue_id, 0) + tally.soon
    most = max((one.count for one in waits.values()), default=0) or 1
    return [
        QueueNow(
            place=place,
            waiting=(here := waits.get(place.pk, Waiting())),
            late=place.late,
            soon=soon.get(place.pk, 0),
            answered=answered.get(place.pk, 0),
            share=100 * here.count // most,
            searches=_searches(place.slug),
        )
        for place in desk.queues
    ]


def all_now(desk: Desk, queues: list[QueueNow]) -> AllNow:
    """A ticket is in one queue, so they add up."""
    waits = [one.waiting for one in queues if one.waiting.since is not None]
    first = min(waits, key=lambda one: (one.since, one.oldest), default=Waiting())
    return AllNow(
        waiting=Waiting(count=sum(one.count for one in waits), oldest=first.oldest, since=first.since),
        late=desk.total["late"],
        soon=desk.total["soon"],
        unassigned=desk.total["unassigned"],
        answered=sum(one.answered for one in queues),
        searches=_searches(),
    )


def _searches(queue: str = "") -> dict[str, str]:
    found = (lines.waiting, lines.late, lines.soon, lines.unassigned, lines.answered)
    return {line.__name__: line(queue) for line in found}


# By the index `ticket_waits_since`, in its order: counted queue by queue, and of each its first looked up.
@prepared
def _waits(rights: Rights) -> QuerySet[Ticket, tuple[Any, ...]]:
    waiting = visible_tickets(rights).filter(WAITING).order_by()
    first = waiting.filter(queue=OuterRef("queue_id")).order_by("last_message_at", "pk").values("pk")[:1]
    counted = waiting.values_list("queue_id").annotate(n=Count("queue"), since=Min("last_message_at"))
    return counted.annotate(oldest=Subquery(first))


@prepared
def _answered(rights: Rights) -> QuerySet[Message, tuple[Any, ...]]:
    said = visible_messages(rights).filter(**ANSWER, sent_at__gte=Given("start")).order_by()
    return said.values_list("ticket__queue_id").annotate(n=Count("ticket", distinct=True))

"""What is unfinished now: how long ago it began, and for whom it waits. Read as it stands, not kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tickets.choices import ACTIVE_STATUSES, UNDONE_STATUSES
from tickets.models import Ticket
from tickets.permissions import visible_tickets
from tickets.reports.asking import Asked, found_by
from tickets.reports.periods import midnight

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# Younger than this, as a search says it; the last one is open.
AGES = (("1h", _HOUR), ("4h", 4 * _HOUR), ("1d", _DAY), ("3d", 3 * _DAY), ("7d", 7 * _DAY), ("", None))
# As Ticket.waits_for_us.
WAITING = Q(status__in=ACTIVE_STATUSES, last_by_us=False, snoozed_at=None)


@dataclass(frozen=True, slots=True)
class Age:
    """From so old (empty: from now) to so old (empty: however old)."""

    above: str
    below: str
    waiting: int
    others: int

    @property
    def all(self) -> int:
        return self.waiting + self.others


def read_backlog(asked: Asked) -> Sequence[Age]:
    """One statement, of what is unfinished alone."""
    counts: dict[str, Count] = {}
    before = asked.now
    for number, (_below, length) in enumerate(AGES):
        after = asked.now - length if length is not None else None
        within = Q(opened_at__lte=before) if number else Q()
        within &= Q(opened_at__gt=after) if after is not None else Q()
        counts |= {f"w{number}": Count("opened_at", filter=within & WAITING)}
        counts |= {f"a{number}": Count("opened_at", filter=within)}
        before = after or before
    told = unfinished(asked).aggregate(**counts)
    edges = ["", *(name for name, _ in AGES)]
    return [Age(edges[n], edges[n + 1], told[f"w{n}"], told[f"a{n}"] - told[f"w{n}"]) for n in range(len(AGES))]


def count_unanswered(asked: Asked) -> int:
    """Of those that began in these days."""
    start = midnight(asked.period.first, asked.zone)
    stop = midnight(asked.period.after, asked.zone)
    return unfinished(asked).filter(opened_at__gte=start, opened_at__lt=stop, last_outbound_at=None).count()


def unfinished(asked: Asked) -> QuerySet[Ticket]:
    rows = visible_tickets(asked.user).filter(status__in=UNDONE_STATUSES)
    narrowed = {"queue": asked.queue, "address": asked.account, "assignee": asked.agent}
    rows = rows.filter(**{name: row for name, row in narrowed.items() if row is not None})
    if asked.tag is not None:
        tagged = Ticket.tags.through.objects.filter(ticket=OuterRef("pk"), tag=asked.tag)
        rows = rows.filter(Exists(tagged))
    return rows if asked.search is None else rows.filter(found_by(asked.search.name))

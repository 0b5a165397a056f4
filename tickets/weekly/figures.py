"""What a week's mail tells: the figures of the reports' pages, by the same definitions, as far as they are its reader's
to see; and the same of the week before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from tickets.reports.asking import Asked
from tickets.reports.backlog import count_unanswered, read_backlog
from tickets.reports.periods import Period
from tickets.reports.reading import Figures, Ready, read_figures, read_ready
from tickets.reports.showing import named
from tickets.weekly.weeks import before

MOST_QUEUES = 12


@dataclass(frozen=True, slots=True)
class Side:
    """One queue, in the week and in the one before. `word`: as a report is asked for it."""

    name: str
    word: str
    told: Figures
    earlier: Figures


@dataclass(frozen=True, slots=True)
class Week:
    """`queues`: the busiest first, none where there is but one; `more`: so many besides. `waiting`, `unfinished`: as it
    stands now; `unanswered`: of the tickets of the week."""

    asked: Asked
    ready: Ready
    told: Figures
    earlier: Figures
    queues: Sequence[Side]
    more: int
    waiting: int
    unfinished: int
    unanswered: int

    @property
    def is_empty(self) -> bool:
        """Nothing happened, and nothing had the week before."""
        return not any((*self.told.counts.values(), *self.earlier.counts.values()))

    @property
    def knows_earlier(self) -> bool:
        """Whether any day of the week before is told of at all."""
        return self.ready.since is not None and self.ready.since < self.asked.period.first


def read_week(person: User, zone: ZoneInfo, week: Period, *, now: datetime) -> Week:
    """Eight statements, besides what asks for the person's rights."""
    asked, earlier = Asked(person, now, zone, week), Asked(person, now, zone, before(week))
    whole, rows = read_figures(asked, "queue")
    whole_earlier, rows_earlier = read_figures(earlier, "queue")
    sides = _sides(asked, rows, rows_earlier)
    ages = read_backlog(asked)
    return Week(
        asked,
        read_ready(asked),
        whole,
        whole_earlier,
        sides[:MOST_QUEUES] if len(sides) > 1 else (),
        max(0, len(sides) - MOST_QUEUES),
        sum(age.waiting for age in ages),
        sum(age.all for age in ages),
        count_unanswered(asked),
    )


def _sides(asked: Asked, rows: Sequence[Figures], rows_earlier: Sequence[Figures]) -> list[Side]:
    """Also those in which something happened the week before alone."""
    told, earlier = {one.key: one for one in rows}, {one.key: one for one in rows_earlier}
    every = [told.get(key, Figures(key)) for key in sorted({*told, *earlier} - {None}, key=lambda key: key or 0)]
    sides = [
        Side(name, word, one, earlier.get(one.key, Figures(one.key)))
        for one, (name, word) in named(asked, "queue", every)
    ]
    return sorted(sides, key=lambda one: (-one.told.counts["received"], -one.told.counts["answers"], one.name.lower()))

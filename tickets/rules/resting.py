"""When tickets were resolved until a message reopened them: what was said meanwhile and reaches us only then found its
ticket resolved all the same."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tickets.choices import Status
from tickets.models import Activity

_VERBS = ("ticket.status", "ticket.reopened")
Stretch = tuple[datetime, datetime]  # from when somebody resolved it to the message that reopened it
Line = tuple[str, str | None, datetime]  # verb, the status after, when


@dataclass(frozen=True, slots=True)
class Rests:
    stretches: dict[int, list[Stretch]] = field(default_factory=dict)

    def at(self, ticket: int | None, moment: datetime) -> bool:
        return any(_within(moment, *stretch) for stretch in self.stretches.get(ticket or 0, ()))


def _within(moment: datetime, since: datetime, until: datetime) -> bool:
    """What reopened it may itself have been said before it was resolved; what was said before that, too."""
    return moment < until and (since <= moment or until < since)


def stretches_of(lines: Iterable[Line]) -> list[Stretch]:
    """Of one ticket's history, in the order it was written. What a person reopened is none."""
    found: list[Stretch] = []
    since: datetime | None = None
    for verb, after, at in lines:
        if verb == "ticket.reopened":
            found += [(since, at)] if since is not None else []
            since = None
        else:
            since = at if after == Status.RESOLVED else None
    return found


def find_rests(tickets: Collection[int]) -> Rests:
    """One statement."""
    lines: dict[int, list[Line]] = {}
    rows = Activity.objects.filter(ticket__in=tickets, verb__in=_VERBS).order_by("id")
    for ticket, verb, after, at in rows.values_list("ticket_id", "verb", "data__after", "at"):
        lines.setdefault(ticket, []).append((verb, after, at))
    return Rests({ticket: stretches_of(told) for ticket, told in lines.items()})

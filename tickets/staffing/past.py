"""What is behind a ticket for which somebody is looked for: who gave it back, from whom it was taken, what was last
said of why it waits, and whether anything is left to answer."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from tickets.choices import Direction
from tickets.models import Activity, Message, Ticket

ASSIGNED, WAITS = "ticket.assigned", "ticket.waits"
# Why it went back, where somebody else than its owner saw to that.
RELEASED = "released"
# After any of these it is said anew why a ticket waits.
_CHANGES = (ASSIGNED, WAITS, "ticket.moved", "ticket.status", "ticket.reopened", "ticket.woke", "ticket.skills")


@dataclass(frozen=True, slots=True)
class Past:
    """`given_back_by`: who had it last, and gave it back by hand; `taken_from`: who had it last, and had it given back
    by somebody else within RELEASED_HOURS; `waits`: why it waits, as was told last, with nothing changed since."""

    given_back_by: int | None = None
    taken_from: int | None = None
    waits: Mapping[str, Any] | None = None


NOTHING = Past()


def read_past(tickets: Collection[int], *, now: datetime) -> dict[int, Past]:
    """Of those of which there is anything to tell. One statement."""
    lines = Activity.objects.filter(ticket__in=tickets, verb__in=_CHANGES)
    newest = lines.order_by("ticket_id", "verb", "-at", "-id").distinct("ticket_id", "verb")
    found: dict[int, list[Activity]] = {}
    for line in newest:
        found.setdefault(line.ticket_id, []).append(line)
    return {ticket: _past(theirs, now=now) for ticket, theirs in found.items()}


def _past(lines: Iterable[Activity], *, now: datetime) -> Past:
    in_order = sorted(lines, key=lambda line: (line.at, line.pk))
    had = next((line for line in in_order if line.verb == ASSIGNED), None)
    waits = in_order[-1].data if in_order[-1].verb == WAITS else None
    if had is None or had.data.get("to") is not None or not had.data.get("from"):
        return Past(waits=waits)
    if had.data.get("returned") == RELEASED:
        lately = had.at > now - timedelta(hours=settings.RELEASED_HOURS)
        return Past(taken_from=had.data["from"] if lately else None, waits=waits)
    by_hand = had.actor_id is not None and "returned" not in had.data
    return Past(given_back_by=had.data["from"] if by_hand else None, waits=waits)


def _asked(**facts: Any) -> Exists:
    """What the customer said since our last answer."""
    since = Coalesce(OuterRef("last_outbound_at"), Value(datetime(1970, 1, 1, tzinfo=UTC)))
    said = Message.objects.filter(ticket=OuterRef("pk"), direction=Direction.IN, sent_at__gt=since, **facts)
    return Exists(said)


# What waited for an answer was deleted on its channel, and nothing else does. Its last words are gone with it: that is
# asked first, so that only few are looked into.
HOLLOW = ExpressionWrapper(
    Q(last_text="") & Q(_asked(deleted_at__isnull=False)) & ~Q(_asked(deleted_at=None)), output_field=BooleanField()
)


def hollow_of(tickets: Iterable[Ticket]) -> frozenset[int]:
    """Those in which nothing is left to answer. One statement, or none."""
    silent = [ticket.pk for ticket in tickets if not ticket.last_text]
    if not silent:
        return frozenset()
    return frozenset(Ticket.objects.filter(HOLLOW, pk__in=silent).order_by().values_list("pk", flat=True))

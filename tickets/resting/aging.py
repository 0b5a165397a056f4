"""Ends tickets by their age, as their account says: what waits for a silent customer is resolved, what is resolved is
closed. Nobody kept a promise by that. In words: docs/rules.md, "Tickets that end by their age".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from kapture.sets import update_rows
from tickets import sla
from tickets.choices import UNSETTLED_STATES, Direction, Status
from tickets.clocks import load_books, load_targets, save_books
from tickets.history import note_activities
from tickets.incidents.lasting import without_lasting
from tickets.live import announce
from tickets.models import Activity, Address, Message, OutboxEntry, Ticket

AT_ONCE = 500
AT_MOST = 10_000  # in one sweep: the next one goes on
VERB = "ticket.aged"
_COLUMNS = ("id", "status", "resolved_at", "next_due_at", "next_due_metric")
# Two ways to end: from which status to which, by what they are old.
_SILENT, _DONE = (Status.PENDING, Status.RESOLVED), (Status.RESOLVED, Status.CLOSED)


@dataclass(frozen=True, slots=True)
class _Rule:
    address: int
    days: int
    before: Status
    after: Status

    def old(self, now: datetime) -> QuerySet[Ticket]:
        """By index, the oldest first. Not where an answer is on its way or waits for its day, nor where an incident
        lasts; of those that wait for the customer, not what somebody did or said something about since either, and not
        what is put aside."""
        since = now - timedelta(days=self.days)
        waits = OutboxEntry.objects.filter(message__ticket=OuterRef("pk"), state__in=UNSETTLED_STATES)
        every = Ticket.objects.filter(address=self.address, status=self.before, merged_into=None)
        rows = without_lasting(every.exclude(Exists(waits)))
        if self.before == Status.RESOLVED:
            return rows.filter(resolved_at__lte=since).order_by("resolved_at")
        happened = Activity.objects.filter(ticket=OuterRef("pk"), at__gt=since)
        noted = Message.objects.filter(ticket=OuterRef("pk"), sent_at__gt=since, direction=Direction.INTERNAL)
        silent = rows.filter(last_message_at__lte=since, snoozed_at=None).order_by("last_message_at")
        return silent.exclude(Exists(happened)).exclude(Exists(noted))


def end_old(*, now: datetime) -> int:
    """Both ways, of every account that says so; returns how many ended. A fixed number of statements for AT_ONCE."""
    ended = 0
    for rule in _rules():
        while ended < AT_MOST and (found := _end_some(rule, now=now)):
            ended += found
    return ended


def _rules() -> Sequence[_Rule]:
    said = Address.objects.order_by("pk").values_list("pk", "resolve_silent_days", "close_resolved_days")
    found = [(_Rule(pk, silent or 0, *_SILENT), _Rule(pk, done or 0, *_DONE)) for pk, silent, done in said]
    return [rule for pair in found for rule in pair if rule.days]


@transaction.atomic
def _end_some(rule: _Rule, *, now: datetime) -> int:
    due = list(rule.old(now).values_list("pk", flat=True)[:AT_ONCE])
    if not due:
        return 0
    locked = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=due).order_by("pk")
    list(locked.values_list("pk", flat=True))
    # Asked again under the lock: somebody may have written or acted meanwhile.
    tickets = list(rule.old(now).filter(pk__in=due))
    books = load_books(tickets, load_targets())
    for ticket in tickets:
        ticket.status, ticket.resolved_at = rule.after, ticket.resolved_at or now
        sla.status_became(books[ticket.pk], rule.after, now)
        sla.ticket_aged(books[ticket.pk], now)
    save_books((ticket, books[ticket.pk]) for ticket in tickets)
    update_rows(Ticket, _COLUMNS, [[getattr(ticket, name) for name in _COLUMNS] for ticket in tickets])
    facts = {"before": rule.before, "after": rule.after, "days": rule.days}
    note_activities(((ticket.pk, VERB, facts) for ticket in tickets), by=None, at=now)
    announce([ticket.pk for ticket in tickets])
    return len(tickets)

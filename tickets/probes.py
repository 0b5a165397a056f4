"""The helpdesk's figures for /readyz and /metrics. Cheap: each is an index scan over undone rows."""

from django.db.models import Count, Min
from django.utils import timezone

from kapture.figures import Figure
from tickets.choices import UNDONE_STATUSES, UNSETTLED_STATES, SendState
from tickets.models import OutboxEntry, Ticket


def figures() -> list[Figure]:
    undone = Ticket.objects.filter(status__in=UNDONE_STATUSES)
    late = undone.filter(next_due_at__lt=timezone.now())
    return [
        Figure("kapture_tickets_undone", "Tickets that are not done", undone.count()),
        Figure("kapture_tickets_late", "Undone tickets whose next promise is broken", late.count()),
        *_outbox(),
    ]


def _outbox() -> list[Figure]:
    states = (*UNSETTLED_STATES, SendState.FAILED)
    rows = (
        OutboxEntry.objects.filter(state__in=states)
        .values("state")
        .annotate(rows=Count("id"), oldest=Min("created_at"))
    )
    counts = {row["state"]: row["rows"] for row in rows}
    text = "Outgoing messages not yet out, by state"
    return [
        Figure("kapture_outbox", text, counts.get(state, 0), labels={"state": str(state.value)}) for state in states
    ]

"""Which tickets somebody gave another priority while nothing was promised on them. Reads only."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F, Max

from tickets.models import Activity, Ticket


def reprioritised(tickets: Iterable[Ticket]) -> dict[int, datetime]:
    """Those of them that are done and got another priority since, and when: what goes on there takes its targets. One
    statement, of the tickets as they are stored."""
    done = [ticket.pk for ticket in tickets if ticket.resolved_at is not None]
    if not done:
        return {}
    lines = Activity.objects.filter(ticket__in=done, verb="ticket.priority", at__gte=F("ticket__resolved_at"))
    return dict(lines.order_by().values_list("ticket_id").annotate(last=Max("at")))

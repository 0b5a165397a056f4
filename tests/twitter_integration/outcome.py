"""What came of all that was told: the tickets, so that two ways of telling it can be held against each other."""

from typing import Any

from django.db import connection

from tickets.models import Ticket

Picture = frozenset[Any]


def picture() -> Picture:
    """Every ticket with what it holds, how it stands and what is promised; the same whatever numbers rows have."""
    tickets = []
    for ticket in Ticket.objects.prefetch_related("messages", "clocks").select_related("address"):
        said = frozenset(m.external_id for m in ticket.messages.all())
        clocks = frozenset((c.metric, c.started_at, c.due_at, c.ended_at, c.met) for c in ticket.clocks.all())
        stands = (ticket.status, ticket.message_count, ticket.last_text, ticket.opened_at, ticket.next_due_at)
        tickets.append((ticket.address.key, said, clocks, stands))
    assert len(tickets) == len(set(tickets))
    return frozenset(tickets)


def wipe() -> None:
    tables = "twitter_integration_delivery, tickets_ticket, tickets_message, tickets_customer, tickets_identity"
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables}, twitter_integration_event, django_q_ormq, tickets_bell CASCADE")

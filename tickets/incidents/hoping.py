"""Of those whom a statement told nothing, who could be told now: what is offered to be tried again. Reads only."""

from datetime import datetime

from django.contrib.auth.models import User

from tickets.choices import PartState
from tickets.incidents.choosing import Told, once_each, text_for
from tickets.incidents.foreseeing import look_at
from tickets.incidents.stating import untold_of
from tickets.incidents.untelling import why_of
from tickets.models import Statement, Ticket


def may_go(statement: Statement, *, by: User, now: datetime) -> set[int]:
    """By row. A fixed number of statements, however many; few where there is none."""
    rows = list(
        untold_of(statement, by=by).select_related("ticket__address", "ticket__identity", "ticket__merged_into")
    )
    there = {row.pk: _where(row.ticket) for row in rows}
    said = statement.parts.exclude(state=PartState.REFUSED).exclude(state=PartState.QUEUED, message=None)
    heard = set(said.values_list("ticket__customer", flat=True)) if rows else set()
    hopeful = {
        pk: ticket
        for pk, ticket in there.items()
        if ticket is not None and ticket.customer_id not in heard and why_of(statement.incident, ticket) is None
    }
    tickets = list({ticket.pk: ticket for ticket in hopeful.values()}.values())
    texts = {one.pk: text_for(one, statement.private if one.private else statement.public) for one in tickets}
    able = {one.ticket.pk for one in _look(tickets, texts, by=by, now=now) if not one.reason}
    return {pk for pk, ticket in hopeful.items() if ticket.pk in able}


def _where(ticket: Ticket) -> Ticket | None:
    """Where everything of it was brought to, if that is the same customer's."""
    home = ticket.merged_into or ticket
    return home if home.customer_id == ticket.customer_id else None


def _look(tickets: list[Ticket], texts: dict[int, str], *, by: User, now: datetime) -> list[Told]:
    return once_each(look_at(tickets, texts, by=by, now=now)) if tickets else []

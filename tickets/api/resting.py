"""Putting a ticket aside and bringing it back: the actions of its page (tickets/views/resting.py)."""

from typing import Any

from rest_framework import serializers

from kapture.api_base import Body
from tickets.api.acts import TicketAct
from tickets.models import Ticket
from tickets.models.sla import LONGEST_REASON
from tickets.resting import snoozing


class SnoozeBody(Body):
    until = serializers.DateTimeField(
        allow_null=True, help_text="Until then, or the customer's next message before; null: until they write."
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_REASON)


class SnoozeTicket(TicketAct):
    """Put it aside: it leaves the lists of work and comes back by itself. Its promises run on."""

    title = "Put aside"
    body = SnoozeBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        snoozing.snooze(ticket, words["until"], reason=words.get("reason", ""), **facts)


class WakeTicket(TicketAct):
    """Bring back what was put aside."""

    title = "Bring back"

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        snoozing.wake(ticket, **facts)

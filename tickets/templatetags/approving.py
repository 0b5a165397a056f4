"""The words of an answer that waits, where they may be changed."""

from typing import Any

from django import template

from tickets.approving.showing import weigh_again
from tickets.models import Address, Approval, Message, Ticket
from tickets.permissions import may_on
from tickets.reading.context import Desk

register = template.Library()


@register.filter
def decides_on(desk: Desk, ticket: Ticket) -> bool:
    """Whether this person may let answers of others go there."""
    return may_on(desk.user, "approve", ticket)


@register.inclusion_tag("tickets/ring.html")
def ring_of(address: Address, approval: Approval, message: Message, text: str) -> dict[str, Any]:
    return weigh_again(address, approval, message, text)

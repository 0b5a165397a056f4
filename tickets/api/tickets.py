"""Tickets to read: lists and one."""

from typing import Any

from django.db.models import QuerySet

from tickets.api.base import RELATED, DeskDetail, DeskListing
from tickets.api.rows import TicketRow
from tickets.models import Ticket
from tickets.permissions import visible_tickets


class Tickets(DeskListing):
    """Tickets, the newest first."""

    title = "Tickets"
    answer = TicketRow

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Ticket]:
        return visible_tickets(self.user).select_related(*RELATED).prefetch_related("tags")


class OneTicket(DeskDetail):
    """One ticket as it is now. Its ETag changes with everything told here."""

    title = "One ticket"
    answer = TicketRow
    versioned = True

    def rows(self) -> QuerySet[Ticket]:
        return visible_tickets(self.user).select_related(*RELATED).prefetch_related("tags")

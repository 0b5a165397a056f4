"""Acts on tickets: each calls the action its page calls (tickets/views/changes.py, tickets/views/writing.py)."""

from typing import Any

from django.utils import timezone

from kapture.api_base import check_match
from tickets import assignment
from tickets.api.base import DeskAct, ticket_or_404
from tickets.api.rows import TicketRow
from tickets.lifecycle import locked
from tickets.models import Ticket


class TicketAct(DeskAct):
    """Changes one ticket and tells it as it is afterwards. `change` calls the action."""

    scope = "tickets:write"
    answer = TicketRow
    versioned = True

    def target(self, **where: Any) -> Ticket:
        """Locked, so that what If-Match says is still true when the action runs."""
        ticket = ticket_or_404(self.user, where["pk"])
        if "If-Match" in self.request.headers:
            locked(ticket)
            ticket = ticket_or_404(self.user, ticket.pk)
            check_match(self.request, TicketRow(ticket).data)
        return ticket

    def act(self, target: Ticket, words: dict[str, Any]) -> Ticket:
        self.change(target, words, by=self.user, now=timezone.now())
        return ticket_or_404(self.user, target.pk)

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        raise NotImplementedError


class TakeTicket(TicketAct):
    """Answer for it yourself. 409 names the winner when somebody else has it already."""

    title = "Take"

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        assignment.take(ticket, **facts)

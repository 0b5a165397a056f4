"""What the helpdesk's endpoints share: who may know of tickets at all, and how refusals are told."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request

from kapture.api_base import Act, Detail, Endpoint, Listing
from tickets.errors import CannotChange, CannotSend, DeskError, NotAllowed, TooLate
from tickets.models import Ticket
from tickets.permissions import may, visible_tickets

# With these a ticket is told in as many statements however many there are.
RELATED = ("address", "customer", "identity", "queue", "folder", "assignee", "sla_policy")


class OfTheDesk(Endpoint):
    """An outsider is told that there is nothing (404), as on the pages."""

    scope = "tickets:read"
    refusals: ClassVar[Mapping[type[Exception], tuple[int, str]]] = {
        NotAllowed: (403, "not_allowed"),
        CannotSend: (422, "cannot_send"),
        CannotChange: (409, "cannot_change"),
        TooLate: (409, "too_late"),
        DeskError: (409, "refused"),
    }

    def check_role(self, request: Request) -> None:
        if not may(request.user, "see"):
            raise Http404

    @property
    def user(self) -> Any:
        """The caller, with the rights the token leaves them."""
        return self.request.user


class DeskListing(OfTheDesk, Listing):
    """A list of the desk."""


class DeskDetail(OfTheDesk, Detail):
    """One row of the desk."""


class DeskAct(OfTheDesk, Act):
    """An act at the desk."""


def ticket_or_404(user: Any, pk: int) -> Ticket:
    return get_object_or_404(visible_tickets(user).select_related(*RELATED).prefetch_related("tags"), pk=pk)

"""A ticket's checklist, and the lists kept to be put on tickets (tickets/views/checklists.py)."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers

from kapture.api_base import Body, Id, Moment, OneOf, Row, Words
from tickets.api.base import DeskAct, DeskListing, ticket_or_404
from tickets.api.rows import GONE_HELP, PersonRow
from tickets.checklists.items import add_checklist, add_item, on_ticket, remove, tick
from tickets.models import Checklist, ChecklistItem, Ticket
from tickets.models.checklist import LONGEST_ITEM
from tickets.models.departed import gone_name, with_doer


class ItemRow(Row):
    """One thing to be done on a ticket."""

    id = Id()
    text = Words()
    required = serializers.BooleanField(  # type: ignore[assignment]  # the wire's name
        help_text="While it is open, the ticket cannot be resolved or closed."
    )
    done_at = Moment(allow_null=True, help_text="Empty: it is open.")
    done_by = PersonRow(allow_null=True)
    done_by_gone = serializers.SerializerMethodField(help_text=GONE_HELP)

    def get_done_by_gone(self, item: ChecklistItem) -> str | None:
        return gone_name(item, "done_by")


class LineRow(Row):
    """One line of a list."""

    text = Words()
    required = serializers.BooleanField()  # type: ignore[assignment]  # the wire's name


class ChecklistRow(Row):
    """A list kept to be put on tickets."""

    id = Id()
    name = Words()
    lines = LineRow(many=True)


class Checklists(DeskListing):
    """The lists kept to be put on tickets."""

    title = "Checklists"
    answer = ChecklistRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Checklist]:
        return Checklist.objects.filter(enabled=True).prefetch_related("lines")


class TicketItems(DeskListing):
    """What is to be done on a ticket, in order."""

    title = "A ticket's checklist"
    answer = ItemRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[ChecklistItem]:
        return with_doer(ChecklistItem.objects.filter(ticket=ticket_or_404(self.user, where["pk"])), "done_by")


class ItemsRow(Row):
    """The whole checklist of the ticket, as it is then."""

    items = ItemRow(many=True)


class OnItems(DeskAct):
    scope = "tickets:write"
    answer = ItemsRow

    def told(self, ticket: Ticket) -> dict[str, Any]:
        return {"items": on_ticket(ticket)}


class AddBody(Body):
    text = Words(max_length=LONGEST_ITEM)
    required = serializers.BooleanField(required=False)  # type: ignore[assignment]  # the wire's name


class AddItem(OnItems):
    """Put one thing on the ticket's checklist."""

    title = "Add to the checklist"
    body = AddBody
    status = 201

    def target(self, **where: Any) -> Ticket:
        return ticket_or_404(self.user, where["pk"])

    def act(self, target: Ticket, words: dict[str, Any]) -> dict[str, Any]:
        required = words.get("required", False)
        add_item(target, words["text"], by=self.user, now=timezone.now(), required=required)
        return self.told(target)


class UseBody(Body):
    checklist = OneOf(lambda: Checklist.objects.filter(enabled=True))


class UseChecklist(OnItems):
    """Put the lines of a list on the ticket that are not there yet."""

    title = "Put a checklist on a ticket"
    body = UseBody

    def target(self, **where: Any) -> Ticket:
        return ticket_or_404(self.user, where["pk"])

    def act(self, target: Ticket, words: dict[str, Any]) -> dict[str, Any]:
        add_checklist(target, words["checklist"], by=self.user, now=timezone.now())
        return self.told(target)


class OnItem(OnItems):
    def target(self, **where: Any) -> ChecklistItem:
        ticket = ticket_or_404(self.user, where["pk"])
        return get_object_or_404(ChecklistItem.objects.select_related("ticket"), pk=where["item"], ticket=ticket)


class TickBody(Body):
    done = serializers.BooleanField()


class TickItem(OnItem):
    """Done, or open again. Of two who tick it the first one did it."""

    title = "Tick"
    body = TickBody

    def act(self, target: ChecklistItem, words: dict[str, Any]) -> dict[str, Any]:
        tick(target, done=words["done"], by=self.user, now=timezone.now())
        return self.told(target.ticket)


class RemoveItem(OnItem):
    """Take it off the checklist."""

    title = "Take off the checklist"

    def act(self, target: ChecklistItem, words: dict[str, Any]) -> dict[str, Any]:
        ticket = target.ticket
        remove(target, by=self.user, now=timezone.now())
        return self.told(ticket)

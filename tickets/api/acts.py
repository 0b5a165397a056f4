"""Acts on tickets: each calls the action its page calls (tickets/views/changes.py)."""

from typing import Any

from django.contrib.auth.models import User
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Body, OneOf, Words, check_match
from tickets import assignment, lifecycle
from tickets.api.base import DeskAct, OfTheDesk, still_there, ticket_or_404, told_after
from tickets.api.rows import TicketRow
from tickets.automatic import opting_out
from tickets.choices import Priority, Status
from tickets.lifecycle import locked
from tickets.models import Folder, Queue, Ticket
from tickets.models.sla import LONGEST_REASON

SETTABLE = [choice for choice in Status.choices if choice[0] != Status.NEW]


class OnTicket(OfTheDesk):
    """Does something to one ticket, and tells it as it is afterwards."""

    scope = "tickets:write"
    answer = TicketRow
    versioned = True

    def target(self, **where: Any) -> Ticket:
        return ticket_or_404(self.user, where["pk"])

    def hold(self, target: Ticket) -> Ticket:
        """Locked when a version is named, so that what If-Match says is still true when the action runs."""
        if "If-Match" not in self.request.headers:
            return target
        locked(target)
        now = ticket_or_404(self.user, target.pk)
        check_match(self.request, TicketRow(now).data)
        return now


class TicketAct(OnTicket, DeskAct):
    """`change` calls the action."""

    def act(self, target: Ticket, words: dict[str, Any]) -> Ticket:
        self.change(target, words, by=self.user, now=timezone.now())
        return told_after(target.pk, user=self.user)

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        raise NotImplementedError


class TakeTicket(TicketAct):
    """Answer for it yourself. 409 names the winner when somebody else has it already."""

    title = "Take"

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        assignment.take(ticket, **facts)


class AssignBody(Body):
    assignee = OneOf(lambda: User.objects.filter(is_active=True), allow_null=True, help_text="null gives it back.")


class LiftOptOut(TicketAct):
    """The ticket's customer opted out of automatic messages, and may get them again."""

    title = "Lift an opt-out"

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        opting_out.lift_of(ticket, **facts)


class AssignTicket(TicketAct):
    """Give it to somebody, or back to nobody."""

    title = "Assign"
    body = AssignBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        assignment.assign(ticket, to=words["assignee"], **facts)


class StatusBody(Body):
    status = serializers.ChoiceField(SETTABLE)
    reason = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=LONGEST_REASON,
        help_text="Why; some policies want one for a status in which promises stand still.",
    )


class SetStatus(TicketAct):
    """How it stands. Clocks run, stop and end with it."""

    title = "Set the status"
    body = StatusBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        lifecycle.change_status(ticket, words["status"], reason=words.get("reason", ""), **facts)


class PriorityBody(Body):
    priority = serializers.ChoiceField(Priority.choices)


class SetPriority(TicketAct):
    """How urgent it is. Running clocks take the new priority's targets."""

    title = "Set the priority"
    body = PriorityBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        lifecycle.change_priority(ticket, words["priority"], **facts)


class QueueBody(Body):
    queue = OneOf(Queue.objects.all)


class MoveTicket(TicketAct):
    """Into another queue, also one you may not look into: you are told how it stands there, and then it is gone from
    your lists."""

    title = "Move"
    body = QueueBody

    def check_again(self, told: Any, **where: Any) -> None:
        if not still_there(told, where["pk"]):
            super().check_again(told, **where)

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        lifecycle.move(ticket, words["queue"], **facts)


class FolderBody(Body):
    folder = OneOf(Folder.objects.all, allow_null=True, help_text="null takes it out of its folder.")


class FileTicket(TicketAct):
    """Under a folder, or out of it."""

    title = "File"
    body = FolderBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        lifecycle.file(ticket, words["folder"], **facts)


class TagsBody(Body):
    names = serializers.ListField(child=Words(max_length=200), min_length=1, max_length=50)


class TagTicket(TicketAct):
    """Add tags; all of them or none. A word that is no tag yet becomes one."""

    title = "Add tags"
    body = TagsBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        for name in words["names"]:
            lifecycle.add_tag(ticket, name, **facts)


class UntagTicket(OnTicket):
    """Take one of its tags off."""

    title = "Take a tag off"

    def delete(self, request: Request, **where: Any) -> Response:
        ticket = self.hold(self.target(**where))
        tag = get_object_or_404(ticket.tags.all(), pk=where["tag"])
        lifecycle.remove_tag(ticket, tag, by=self.user, now=timezone.now())
        return self.tell(ticket_or_404(self.user, ticket.pk))

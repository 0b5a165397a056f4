"""Merge, split, move, link and undo: each calls the action its page calls (tickets/views/regrouping.py)."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Body, Id, Moment, Row, Words
from tickets import merging
from tickets.api.base import DeskAct, OfTheDesk, message_or_404, ticket_or_404, whole_tickets
from tickets.api.rows import TicketRow
from tickets.errors import NeedsSure
from tickets.models import Gesture, Message, Ticket
from tickets.permissions import visible_tickets
from tickets.regrouping import linking, splitting, undoing


class GestureRow(Row):
    """What was done, for undoing it."""

    id = serializers.UUIDField(help_text="The same as the `gesture` of its lines of history.")
    kind = Words(help_text="`merge`, `split` or `move`.")
    ticket = Id(source="home_id", help_text="Where the messages are now.")
    at = Moment()
    undone_at = Moment(allow_null=True, help_text="Empty while it stands.")


class SureBody(Body):
    sure = serializers.BooleanField(
        required=False, help_text="That words of several customers come together is meant (409, `needs_sure`, else)."
    )


class Regrouping(DeskAct):
    scope = "tickets:write"
    answer = GestureRow
    refusals: ClassVar = {NeedsSure: (409, "needs_sure")} | dict(OfTheDesk.refusals)


class MergeBody(SureBody):
    tickets = serializers.ListField(child=Id(), min_length=1, max_length=merging.MOST)


class MergeTickets(Regrouping):
    """Bring everything said on these tickets to this one. They are closed and lead here (`merged_into`)."""

    title = "Merge"
    body = MergeBody

    def target(self, **where: Any) -> Ticket:
        return ticket_or_404(self.user, where["pk"])

    def act(self, target: Ticket, words: dict[str, Any]) -> Gesture:
        facts = {"by": self.user, "now": timezone.now(), "sure": words.get("sure", False)}
        return merging.merge(words["tickets"], into=target.pk, **facts)


class SplitBody(Body):
    messages = serializers.ListField(child=Id(), min_length=1, max_length=500)


class SplitTicket(Regrouping):
    """These messages open a ticket of their own (`ticket` of what comes back)."""

    title = "Split"
    body = SplitBody

    def target(self, **where: Any) -> Ticket:
        return ticket_or_404(self.user, where["pk"])

    def act(self, target: Ticket, words: dict[str, Any]) -> Gesture:
        return splitting.split(target, words["messages"], by=self.user, now=timezone.now())


class MoveBody(SureBody):
    ticket = Id()


class MoveMessage(Regrouping):
    """Bring one message to another ticket."""

    title = "Move a message"
    body = MoveBody

    def target(self, **where: Any) -> Message:
        return message_or_404(self.user, where["pk"])

    def act(self, target: Message, words: dict[str, Any]) -> Gesture:
        facts = {"by": self.user, "now": timezone.now(), "sure": words.get("sure", False)}
        return splitting.move(target, to=words["ticket"], **facts)


class UndoGesture(Regrouping):
    """Undo a merge, split or move: every ticket stands as before, and what was said since goes where it belongs."""

    title = "Undo"

    def target(self, **where: Any) -> Gesture:
        return get_object_or_404(Gesture, pk=where["key"], home__in=visible_tickets(self.user))

    def act(self, target: Gesture, words: dict[str, Any]) -> Gesture:
        return undoing.undo(target.pk, by=self.user, now=timezone.now())


class LinkBody(Body):
    ticket = Id(help_text="The other one.")


class LinkTicket(DeskAct):
    """Say that two tickets belong together and stay apart."""

    title = "Link"
    scope = "tickets:write"
    body = LinkBody
    answer = TicketRow

    def target(self, **where: Any) -> Ticket:
        return ticket_or_404(self.user, where["pk"])

    def act(self, target: Ticket, words: dict[str, Any]) -> Ticket:
        other = ticket_or_404(self.user, words["ticket"])
        linking.link(target, other, by=self.user, now=timezone.now())
        return ticket_or_404(self.user, target.pk)


class UnlinkTicket(OfTheDesk):
    """Take a link away."""

    title = "Take a link away"
    scope = "tickets:write"
    answer = TicketRow

    def delete(self, request: Request, **where: Any) -> Response:
        ticket = ticket_or_404(self.user, where["pk"])
        linked = whole_tickets(self.user).filter(pk__in=linking.linked_keys(ticket.pk))
        linking.unlink(ticket, get_object_or_404(linked, pk=where["other"]), by=self.user, now=timezone.now())
        return self.tell(ticket_or_404(self.user, ticket.pk))

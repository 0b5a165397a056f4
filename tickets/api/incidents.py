"""Incidents: the actions of their pages (tickets/views/incidents.py)."""

from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Body, Id, Moment, Row, Words
from tickets.answering import LONGEST_TEXT
from tickets.api.acts import TicketAct
from tickets.api.base import DeskAct, DeskDetail, DeskListing, OfTheDesk, ticket_or_404, whole_tickets
from tickets.api.rows import PersonRow, TicketRow
from tickets.incidents import grouping, stating
from tickets.models import Incident, Statement, Ticket
from tickets.models.incident import LONGEST_NAME
from tickets.permissions import may, visible_tickets


def incident_or_404(user: Any, pk: int) -> Incident:
    seen = Incident.objects.filter(ticket__in=visible_tickets(user)).select_related("ticket__address")
    return get_object_or_404(seen, ticket=pk)


class IncidentBody(Body):
    name = Words(max_length=LONGEST_NAME)


class MakeIncident(TicketAct):
    """Others can be made part of it from then on. Again: it is called otherwise."""

    title = "Make it an incident"
    body = IncidentBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        grouping.make(ticket, words["name"], **facts)


class PartsBody(Body):
    tickets = serializers.ListField(child=Id(), min_length=1, max_length=grouping.MOST)


class Parts(DeskListing):
    """The tickets that are part of an incident, the newest first; of another ticket there are none."""

    title = "An incident's parts"
    answer = TicketRow
    order = ("-id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Ticket]:
        return whole_tickets(self.user).filter(part_of=ticket_or_404(self.user, where["pk"]).pk)


class AddParts(DeskAct):
    """Make tickets part of an incident; all of them or none."""

    title = "Add parts"
    scope = "tickets:write"
    body = PartsBody
    answer = TicketRow

    def target(self, **where: Any) -> Incident:
        return incident_or_404(self.user, where["pk"])

    def act(self, target: Incident, words: dict[str, Any]) -> Ticket:
        grouping.add(target, words["tickets"], by=self.user, now=timezone.now())
        return ticket_or_404(self.user, target.ticket_id)


class TakePartOut(OfTheDesk):
    """Take a ticket out of an incident."""

    title = "Take a part out"
    scope = "tickets:write"
    answer = TicketRow

    def delete(self, request: Request, **where: Any) -> Response:
        found = incident_or_404(self.user, where["pk"])
        part = get_object_or_404(grouping.parts_of(found, by=self.user), pk=where["part"])
        grouping.take_out(found, part, by=self.user, now=timezone.now())
        return self.tell(ticket_or_404(self.user, found.ticket_id))


class ResolveBody(Body):
    parts = serializers.BooleanField(required=False, help_text="Its parts as well, those you may see.")


class ResolveIncident(DeskAct):
    """Resolve the incident, and its parts where that is said."""

    title = "Resolve an incident"
    scope = "tickets:write"
    body = ResolveBody
    answer = TicketRow

    def target(self, **where: Any) -> Incident:
        return incident_or_404(self.user, where["pk"])

    def act(self, target: Incident, words: dict[str, Any]) -> Ticket:
        grouping.resolve(target, parts_too=words.get("parts", False), by=self.user, now=timezone.now())
        return ticket_or_404(self.user, target.ticket_id)


class StatementBody(Body):
    public = Words(required=False, allow_blank=True, max_length=LONGEST_TEXT, help_text="Empty: nobody in public.")
    private = Words(required=False, allow_blank=True, max_length=LONGEST_TEXT, help_text="Empty: nobody in private.")


class ToldRow(Row):
    """What one customer would be told."""

    ticket = Id(source="ticket.pk")
    private = serializers.BooleanField(source="ticket.private")
    text = Words()
    reason = Words(help_text="Why it cannot go; empty where it can.")
    price = serializers.DecimalField(max_digits=12, decimal_places=6, help_text="In US dollars.")


class PreviewRow(Row):
    """Of each part that is not done."""

    parts = ToldRow(many=True)


class OfStatement(DeskAct):
    scope = "replies:send"
    body = StatementBody

    def target(self, **where: Any) -> Incident:
        return incident_or_404(self.user, where["pk"])

    def facts(self, words: dict[str, Any]) -> dict[str, Any]:
        return {name: words.get(name, "") for name in ("public", "private")} | {"by": self.user}


class PreviewStatement(OfStatement):
    """What each customer would be told, whether it may go, and what it costs. Changes nothing."""

    title = "Look at a statement"
    answer = PreviewRow

    def act(self, target: Incident, words: dict[str, Any]) -> Any:
        return {"parts": stating.preview(target, **self.facts(words))}


class PartRow(Row):
    """What became of it for one customer."""

    ticket = Id(source="ticket_id")
    state = Words(help_text="waiting, queued (an answer was written) or refused.")
    message = Id(source="message_id", allow_null=True, help_text="The answer; its `sending` says where it is.")
    reason = Words(help_text="Why it was refused.")


class StatementRow(Row):
    """One text for the customers of an incident."""

    id = Id()
    incident = Id(source="incident.ticket_id", help_text="The incident's ticket.")
    public = Words()
    private = Words(help_text="Empty for who may not read private messages.")
    by = PersonRow(allow_null=True)
    at = Moment()
    parts = PartRow(many=True, source="told")


def _whole(statement: Statement, user: Any) -> Statement:
    seen = statement.parts.filter(ticket__in=visible_tickets(user))
    statement.told = list(seen)  # type: ignore[attr-defined]  # for the row alone
    statement.private = statement.private if may(user, "see_private") else ""
    return statement


class MakeStatement(OfStatement):
    """Tell it to everybody whom the preview names without a reason. With an idempotency key it is told once."""

    title = "Tell everybody"
    answer = StatementRow
    status = 201

    def act(self, target: Incident, words: dict[str, Any]) -> Statement:
        made = stating.state(target, now=timezone.now(), key=uuid4(), **self.facts(words))
        return _whole(made, self.user)


class OneStatement(DeskDetail):
    """A statement, and what became of it for each customer."""

    title = "One statement"
    answer = StatementRow

    def rows(self) -> QuerySet[Statement]:
        seen = Statement.objects.filter(incident__ticket__in=visible_tickets(self.user))
        return seen.select_related("incident", "by")

    def tell(self, row: Any) -> Response:
        return super().tell(_whole(row, self.user))


class RetryStatement(DeskAct):
    """What was refused is tried once more."""

    title = "Try a statement again"
    scope = "replies:send"
    answer = StatementRow

    def target(self, **where: Any) -> Statement:
        seen = Statement.objects.filter(incident__ticket__in=visible_tickets(self.user))
        return get_object_or_404(seen.select_related("incident", "by"), pk=where["pk"])

    def act(self, target: Statement, words: dict[str, Any]) -> Statement:
        stating.retry(target, by=self.user)
        return _whole(target, self.user)

"""Incidents: the actions of their pages (tickets/views/incidents.py)."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from kapture.api_base import Body, Id, Row, Words
from tickets.api.acts import TicketAct
from tickets.api.base import DeskAct, DeskListing, OfTheDesk, ticket_or_404, whole_tickets
from tickets.api.rows import TicketRow
from tickets.incidents import founding, grouping
from tickets.models import Incident, Ticket
from tickets.models.incident import LONGEST_NAME
from tickets.permissions import visible_tickets


def incident_or_404(user: Any, pk: int, *, unmade: bool = False) -> Incident:
    """`unmade`: also one that is none any more."""
    rows = Incident.every if unmade else Incident.objects
    seen = rows.filter(ticket__in=visible_tickets(user)).select_related("ticket__address")
    return get_object_or_404(seen, ticket=pk)


class IncidentBody(Body):
    name = Words(max_length=LONGEST_NAME)


class MakeIncident(TicketAct):
    """Others can be made part of it from then on. Again: it is called otherwise."""

    title = "Make it an incident"
    body = IncidentBody

    def change(self, ticket: Ticket, words: dict[str, Any], **facts: Any) -> None:
        grouping.make(ticket, words["name"], **facts)


class UnmakeIncident(DeskAct):
    """It was made one by mistake: nothing is part of it any more. What was told stays; what is still to be told is not.
    409 for who may not work all of its parts."""

    title = "Unmake an incident"
    scope = "tickets:write"
    answer = TicketRow

    def target(self, **where: Any) -> Incident:
        return incident_or_404(self.user, where["pk"])

    def act(self, target: Incident, words: dict[str, Any]) -> Ticket:
        grouping.unmake(target, by=self.user, now=timezone.now())
        return ticket_or_404(self.user, target.ticket_id)


class GestureBody(Body):
    gesture = serializers.UUIDField(help_text="Of the line `incident.added` in its history.")


class UndoParts(DeskAct):
    """Take out what was added in one gesture, as far as it still is part of it and you may work it."""

    title = "Undo adding parts"
    scope = "tickets:write"
    body = GestureBody
    answer = TicketRow

    def target(self, **where: Any) -> Incident:
        return incident_or_404(self.user, where["pk"])

    def act(self, target: Incident, words: dict[str, Any]) -> Ticket:
        grouping.undo_adding(target, words["gesture"], by=self.user, now=timezone.now())
        return ticket_or_404(self.user, target.ticket_id)


class PartsBody(Body):
    tickets = serializers.ListField(child=Id(), min_length=1, max_length=grouping.MOST)


class Parts(DeskListing):
    """The tickets that are part of an incident, the newest first; of another ticket there are none."""

    title = "An incident's parts"
    answer = TicketRow
    order = ("-id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Ticket]:
        return whole_tickets(self.user).filter(part_of=ticket_or_404(self.user, where["pk"]).pk)


class LeftRow(Row):
    """One that was left out."""

    ticket = Id()
    reason = Words(help_text="Why.")


class JoinedRow(TicketRow):
    """The incident's ticket, and what became of those that were to be its parts."""

    added = serializers.ListField(child=Id(), help_text="What is part of it now, and was not before.")
    left = LeftRow(many=True, help_text="What could not be added.")


def _with(ticket: Ticket, joined: grouping.Joined) -> Ticket:
    """For the row alone."""
    ticket.added = joined.added  # type: ignore[attr-defined]
    ticket.left = [{"ticket": pk, "reason": why} for pk, why in joined.left.items()]  # type: ignore[attr-defined]
    return ticket


class AddParts(DeskAct):
    """Make tickets part of an incident, as far as each can be: what cannot is named with its reason. 409 where none can
    be (403 where you may work none of them)."""

    title = "Add parts"
    scope = "tickets:write"
    body = PartsBody
    answer = JoinedRow

    def target(self, **where: Any) -> Incident:
        return incident_or_404(self.user, where["pk"])

    def act(self, target: Incident, words: dict[str, Any]) -> Ticket:
        joined = grouping.add(target, words["tickets"], by=self.user, now=timezone.now())
        return _with(ticket_or_404(self.user, target.ticket_id), joined)


class NewIncidentBody(PartsBody):
    name = Words(max_length=LONGEST_NAME)
    home = Id(required=False, help_text="Which of them becomes the incident; without it, the oldest that is public.")


class NewIncident(DeskAct):
    """A new incident of several tickets: the one you name becomes it, or else the oldest that can be one, public ones
    first; the others are its parts. What you may not see or work is left out and named in `left`, as what is not there;
    404 where you may see none."""

    title = "New incident of tickets"
    scope = "tickets:write"
    body = NewIncidentBody
    answer = JoinedRow
    status = 201

    def tickets_told(self, told: dict[str, Any], **where: Any) -> list[Any]:
        return [told["id"]] if told else []

    def target(self, **where: Any) -> None:
        return None

    def act(self, target: None, words: dict[str, Any]) -> Ticket:
        asked, home = words["tickets"], words.get("home")
        if not visible_tickets(self.user).filter(pk__in=asked).exists():
            raise Http404
        made, joined = founding.begin(asked, words["name"], by=self.user, now=timezone.now(), home=home)
        return _with(ticket_or_404(self.user, made.ticket_id), joined)


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

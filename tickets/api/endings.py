"""An incident is resolved, with its parts after a look; and that is undone (tickets/views/incident_end.py)."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from kapture.api_base import Body, Id, Row, Words
from tickets.api.base import DeskAct, ticket_or_404
from tickets.api.incidents import incident_or_404
from tickets.api.rows import TicketRow
from tickets.incidents import ending
from tickets.incidents.grouping import MOST
from tickets.models import Incident, Ticket


class EndingRow(Row):
    """A ticket that would be resolved."""

    ticket = Id(source="ticket.pk")
    lag = Words(
        default="",
        allow_null=True,
        help_text="Why it is left as it is unless it is named in `also`: untold, wrote, elsewhere (on another "
        "part after what they were told), others (somebody else wrote there since); awaits, items: also if it is. Null "
        "where it is resolved.",
    )
    wrote_on = Id(allow_null=True, help_text="Of `elsewhere`: on which.")


class LookRow(Row):
    """The incident's own ticket first, and the parts not done yet. Of `lag` those that tell of something said since
    (wrote, elsewhere, others) leave the own one, too; `untold` does not."""

    tickets = EndingRow(many=True)


class OfEnding(DeskAct):
    scope = "tickets:write"
    of_old = False  # also of one that was unmade

    def target(self, **where: Any) -> Incident:
        return incident_or_404(self.user, where["pk"], unmade=self.of_old)


class LookAtEnding(OfEnding):
    """What would become of each if the incident were resolved with its parts. Changes nothing."""

    title = "Look before an incident is resolved"
    answer = LookRow

    def act(self, target: Incident, words: dict[str, Any]) -> Any:
        return {"tickets": ending.look(target, by=self.user)}


class ResolveBody(Body):
    parts = serializers.BooleanField(
        required=False,
        help_text="Its parts as well, but for those whose customer was told nothing, or where something was said "
        "since; so said on its own ticket, that stays open too. Without parts it is resolved whatever was said.",
    )
    also = serializers.ListField(
        child=Id(), required=False, max_length=MOST + 1, help_text="Of those, these all the same."
    )


class EndedRow(TicketRow):
    """The incident's ticket, and what became of it and its parts."""

    resolved = serializers.ListField(child=Id(), help_text="Now.")
    left = EndingRow(many=True, help_text="What was left as it is, and why.")
    gesture = serializers.UUIDField(help_text="To undo it.")


class ResolveIncident(OfEnding):
    """Resolve the incident, and its parts where that is said. 409 where there is nothing to resolve, or all of it is
    left as it is."""

    title = "Resolve an incident"
    body = ResolveBody
    answer = EndedRow

    def act(self, target: Incident, words: dict[str, Any]) -> Ticket:
        facts = {"parts_too": words.get("parts", False), "also": words.get("also", ())}
        ended = ending.resolve(target, by=self.user, now=timezone.now(), **facts)
        ticket = ticket_or_404(self.user, target.ticket_id)
        for name in ("resolved", "left", "gesture"):  # for the row alone
            setattr(ticket, name, getattr(ended, name))
        return ticket


class UndoBody(Body):
    gesture = serializers.UUIDField(help_text="Of the answer, or of the line `incident.resolved` in its history.")


class UndoResolving(OfEnding):
    """What was resolved with it in one gesture stands as before, as far as nobody has changed that since; also where it
    is no incident any more."""

    title = "Undo resolving an incident"
    of_old = True
    body = UndoBody
    answer = TicketRow

    def act(self, target: Incident, words: dict[str, Any]) -> Ticket:
        ending.undo(target, words["gesture"], by=self.user, now=timezone.now())
        return ticket_or_404(self.user, target.ticket_id)

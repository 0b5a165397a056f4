"""One statement for all customers of an incident: looked at, told, tried again (tickets/views/incident_page.py)."""

from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.response import Response

from kapture.api_base import Body, Id, Moment, Row, Words
from tickets.api.base import DeskAct, DeskDetail
from tickets.api.incidents import incident_or_404
from tickets.api.rows import PersonRow
from tickets.composing.answering import LONGEST_TEXT
from tickets.incidents import stating
from tickets.incidents.tallying import rows_of
from tickets.incidents.untelling import why_void
from tickets.models import Incident, Statement
from tickets.permissions import may, visible_tickets


class StatementBody(Body):
    public = Words(required=False, allow_blank=True, max_length=LONGEST_TEXT, help_text="Empty: nobody in public.")
    private = Words(required=False, allow_blank=True, max_length=LONGEST_TEXT, help_text="Empty: nobody in private.")
    own = serializers.BooleanField(required=False, help_text="False: not on the incident's own ticket.")


class ToldRow(Row):
    """What one customer would be told."""

    ticket = Id(source="ticket.pk")
    private = serializers.BooleanField(source="ticket.private")
    text = Words()
    reason = Words(help_text="Why it cannot go; empty where it can.")
    told_on = Id(allow_null=True, help_text="The latest of their tickets, where they are told instead.")
    price = serializers.DecimalField(max_digits=12, decimal_places=6, help_text="In US dollars.")
    rule = Words(help_text="By which somebody else has to let it go first; empty where it goes at once.")
    word = Words(help_text="The word that was found in it.")


class PreviewRow(Row):
    """Of the incident's own ticket, if a customer wrote there, and of each part that is not done; and how long it takes
    until the last of them is out."""

    parts = ToldRow(many=True, source="told")
    until = Moment(
        source="span.until",
        help_text="When the last is sent of what needs no approval, if nobody pushes in; now where no limit holds.",
    )
    before = serializers.IntegerField(source="span.before", help_text="How many that wait are sent before them.")
    limit = Words(source="span.words", help_text="The limit that holds them up longest; empty where none does.")


class OfStatement(DeskAct):
    scope = "replies:send"
    body = StatementBody

    def target(self, **where: Any) -> Incident:
        return incident_or_404(self.user, where["pk"])

    def facts(self, words: dict[str, Any]) -> dict[str, Any]:
        told = {name: words.get(name, "") for name in ("public", "private")}
        return told | {"own": words.get("own", True), "by": self.user, "now": timezone.now()}


class PreviewStatement(OfStatement):
    """What each customer would be told, whether it may go, and what it costs. Changes nothing."""

    title = "Look at a statement"
    answer = PreviewRow

    def act(self, target: Incident, words: dict[str, Any]) -> Any:
        return stating.preview(target, **self.facts(words))


class PartRow(Row):
    """What became of it for one customer."""

    ticket = Id(source="ticket_id")
    state = Words(help_text="waiting, queued (an answer was written) or refused.")
    message = Id(source="message_id", allow_null=True, help_text="The answer; its `sending` says where it is.")
    reason = Words(help_text="Why it was refused.")
    repeats = serializers.BooleanField(help_text="Refused because the same was said to them just now.")
    told_on = Id(
        allow_null=True,
        help_text="The ticket of the same customer where they are told instead, which is no refusal.",
    )
    void = Words(help_text="Why what waits here is not told any more (left, done); else empty.")


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
    rows, counted = rows_of(statement, by=user)
    for row in rows:  # for the rows alone
        there = counted.elsewhere.get(row.pk)
        row.told_on = there.ticket if there is not None else None  # type: ignore[attr-defined]
        row.void = why_void(row, statement.incident) or ""  # type: ignore[attr-defined]
    statement.told = rows  # type: ignore[attr-defined]
    statement.private = statement.private if may(user, "see_private") else ""
    return statement


class MakeStatement(OfStatement):
    """Tell it to everybody whom the preview names without a reason. With an idempotency key it is told once."""

    title = "Tell everybody"
    answer = StatementRow
    status = 201

    def act(self, target: Incident, words: dict[str, Any]) -> Statement:
        made = stating.state(target, key=uuid4(), **self.facts(words))
        return _whole(made, self.user)


class OneStatement(DeskDetail):
    """A statement, and what became of it for each customer."""

    title = "One statement"
    answer = StatementRow

    def rows(self) -> QuerySet[Statement]:
        seen = Statement.objects.filter(incident__ticket__in=visible_tickets(self.user))
        return seen.select_related("incident__ticket", "by")

    def tell(self, row: Any) -> Response:
        return super().tell(_whole(row, self.user))


class RetryStatementBody(Body):
    repeat = serializers.BooleanField(
        required=False, help_text="Only what was refused because the same was said just now: it goes all the same."
    )


class RetryStatement(DeskAct):
    """What was refused is tried once more."""

    title = "Try a statement again"
    scope = "replies:send"
    body = RetryStatementBody
    answer = StatementRow

    def tickets_told(self, told: dict[str, Any], **where: Any) -> list[Any]:
        return [told["incident"]] if told else []

    def target(self, **where: Any) -> Statement:
        seen = Statement.objects.filter(incident__ticket__in=visible_tickets(self.user))
        return get_object_or_404(seen.select_related("incident__ticket", "by"), pk=where["pk"])

    def act(self, target: Statement, words: dict[str, Any]) -> Statement:
        stating.retry(target, by=self.user, repeat=words.get("repeat", False))
        return _whole(target, self.user)

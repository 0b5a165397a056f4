"""Routing rules with their versions, and what they did to a ticket. To read; changed in the admin."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from kapture.api_base import Choice, Facts, Id, Moment, Row, Words
from tickets.api.base import DeskDetail, DeskListing, ticket_or_404
from tickets.api.rows import PersonRow
from tickets.api.setup import PlaceRow
from tickets.choices import Priority
from tickets.models import RoutingRule, RuleRun

_ROWS = ("queue", "folder", "sla_policy", "assignee", "made_by")


class VersionRow(Row):
    """One state of a rule."""

    number = serializers.IntegerField()
    condition = Facts(help_text="Groups (all, any, none) of questions; docs/rules.md tells the format.")
    queue = PlaceRow(allow_null=True)
    folder = PlaceRow(allow_null=True)
    sla_policy = PlaceRow(allow_null=True)
    priority = Choice(Priority.choices, allow_null=True)
    assignee = PersonRow(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    skills = serializers.ListField(child=serializers.CharField(), help_text="The skills it needs then, by id.")
    ignore = serializers.BooleanField()
    leave_resolved = serializers.BooleanField(
        help_text="A later message for which it holds does not reopen a resolved ticket."
    )
    note = Words()
    notify = serializers.ListField(child=serializers.CharField(), help_text="The people told, by id.")
    stop = serializers.BooleanField(help_text="Where it holds, no later rule is looked at.")
    on_later = serializers.BooleanField(help_text="Also when a customer goes on with a ticket.")
    made_by = PersonRow(allow_null=True)
    made_at = Moment()
    copy_of = serializers.IntegerField(allow_null=True, help_text="The version that was rolled back to.")


class RuleRow(Row):
    """A routing rule."""

    id = Id()
    name = Words()
    position = serializers.IntegerField(help_text="Rules are gone through from the smallest on.")
    live = VersionRow(allow_null=True, help_text="The version in force; null: the rule is off.")


class RuleDetailRow(RuleRow):
    """A routing rule with every state it had, the newest first."""

    versions = VersionRow(many=True)


class Rules(DeskListing):
    """What new tickets, and some later messages, are routed by, in no particular order: `position` says it."""

    title = "Routing rules"
    answer = RuleRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[RoutingRule]:
        return RoutingRule.objects.select_related("live", *(f"live__{name}" for name in _ROWS))


class OneRule(DeskDetail):
    """One routing rule with its versions."""

    title = "One routing rule"
    answer = RuleDetailRow

    def rows(self) -> QuerySet[RoutingRule]:
        rules = RoutingRule.objects.select_related("live", *(f"live__{name}" for name in _ROWS))
        return rules.prefetch_related("versions", *(f"versions__{name}" for name in _ROWS))


class RunRow(Row):
    """The rules that were gone through for one message."""

    id = Id()
    message = Id(source="message_id", allow_null=True)
    at = Moment()
    later = serializers.BooleanField(help_text="The customer went on with the ticket.")
    steps = Facts(help_text="Each rule in its order: held or not, and the questions that decided it.")


class TicketRouting(DeskListing):
    """Which rules were looked at for a ticket, which held and why, and what failed the others; the earliest first."""

    title = "A ticket's routing"
    answer = RunRow
    order = ("at", "id")

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[RuleRun]:
        return RuleRun.objects.filter(ticket=ticket_or_404(self.user, where["pk"]))

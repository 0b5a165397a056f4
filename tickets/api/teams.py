"""Who works together. To read; changed in the admin."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from kapture.api_base import Id, Row, Words
from tickets.api.base import DeskDetail, DeskListing
from tickets.api.rows import PersonRow
from tickets.models import Team


class MemberRow(Row):
    """Somebody in a team."""

    person = PersonRow()
    lead = serializers.BooleanField()


class TeamRow(Row):
    id = Id()
    name = Words()
    members = MemberRow(many=True, source="memberships")


class Teams(DeskListing):
    """Who works together."""

    title = "Teams"
    answer = TeamRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Team]:
        return Team.objects.prefetch_related("memberships__person")


class OneTeam(DeskDetail):
    """One team with its members."""

    title = "One team"
    answer = TeamRow
    versioned = True

    def rows(self) -> QuerySet[Team]:
        return Team.objects.prefetch_related("memberships__person")

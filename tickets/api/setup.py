"""How the desk is set up: queues, folders, tags, SLA policies. To read; changed in the admin."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import BooleanField, Case, QuerySet, Value, When
from rest_framework import serializers

from kapture.api_base import Choice, Id, Row, Words
from tickets.api.base import DeskDetail, DeskListing
from tickets.choices import Metric, Priority
from tickets.models import Folder, PauseRule, Queue, SlaPolicy, Tag
from tickets.permissions import QUEUE_VERBS, QueueVerb, may, queues_for, visible_tags


class PlaceRow(Row):
    id = Id()
    name = Words()


class StaffingRow(Row):
    """What a team may do in a queue."""

    team = PlaceRow()
    see = serializers.BooleanField(help_text="Without it, the rest gives nothing.")
    work = serializers.BooleanField()
    send = serializers.BooleanField()
    approve = serializers.BooleanField()


class QueueRightsRow(Row):
    """What whoever asks may do with the queue's tickets: by their role, their teams and the token."""

    see = serializers.BooleanField(source="lets_see")
    work = serializers.BooleanField(source="lets_work", help_text="Assign, change, write notes.")
    send = serializers.BooleanField(source="lets_send", help_text="Answer customers.")
    approve = serializers.BooleanField(source="lets_approve", help_text="Let somebody else's answer go.")


class QueueRow(Row):
    id = Id()
    name = Words()
    slug = Words()
    position = serializers.IntegerField()
    is_default = serializers.BooleanField(help_text="Where a ticket goes when nothing else says.")
    staffing = StaffingRow(many=True, source="staffings", help_text="Which teams it is open to; none: to everybody.")
    may = QueueRightsRow(source="*", help_text="What the caller may do there.")


class FolderRow(Row):
    id = Id()
    name = Words()
    parent = Id(source="parent_id", allow_null=True, help_text="The folder it lies in.")  # type: ignore[assignment]  # the wire's name
    position = serializers.IntegerField()


class TagRow(Row):
    id = Id()
    name = Words()


class TargetRow(Row):
    metric = serializers.ChoiceField(Metric.choices)
    priority = serializers.ChoiceField(Priority.choices)
    minutes = serializers.IntegerField()


class PauseRow(Row):
    status = serializers.ChoiceField(PauseRule.PAUSING)
    metric = Choice(Metric.choices, allow_null=True, help_text="null: each.")
    needs_reason = serializers.BooleanField()


class PolicyRow(Row):
    id = Id()
    name = Words()
    is_default = serializers.BooleanField()
    business_hours = PlaceRow(allow_null=True, help_text="When its promises run; null: around the clock.")
    targets = TargetRow(many=True, help_text="What is promised, by promise and priority.")
    pauses = PauseRow(many=True, source="pause_rules", help_text="In which statuses promises stand still.")


def _with_rights(user: User) -> QuerySet[Queue]:
    """One statement more for who may not go everywhere."""
    rights = {f"lets_{verb}": _lets(user, verb) for verb in QUEUE_VERBS}
    return Queue.objects.annotate(**rights).prefetch_related("staffings__team")


def _lets(user: User, verb: QueueVerb) -> Case | Value:
    """By role and by team."""
    role, found = Value(may(user, verb)), queues_for(user, verb)
    if found.every:
        return role
    here = When(pk__in=sorted(found.queues), then=role)
    return Case(here, default=Value(False), output_field=BooleanField())


class Queues(DeskListing):
    """The lines tickets wait in."""

    title = "Queues"
    answer = QueueRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Queue]:
        return _with_rights(self.user)


class OneQueue(DeskDetail):
    """One line tickets wait in."""

    title = "One queue"
    answer = QueueRow
    versioned = True

    def rows(self) -> QuerySet[Queue]:
        return _with_rights(self.user)


class Folders(DeskListing):
    """The filing tree, each folder with the one it lies in."""

    title = "Folders"
    answer = FolderRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Folder]:
        return Folder.objects.all()


class OneFolder(DeskDetail):
    """One folder of the filing tree."""

    title = "One folder"
    answer = FolderRow
    versioned = True

    def rows(self) -> QuerySet[Folder]:
        return Folder.objects.all()


class Tags(DeskListing):
    """The words for counting tickets: of the tickets one may see, and those that the desk set up."""

    title = "Tags"
    answer = TagRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[Tag]:
        return visible_tags(self.user)


class OneTag(DeskDetail):
    """One word for counting tickets."""

    title = "One tag"
    answer = TagRow
    versioned = True

    def rows(self) -> QuerySet[Tag]:
        return visible_tags(self.user)


class Policies(DeskListing):
    """What we promise, by promise and priority."""

    title = "SLA policies"
    answer = PolicyRow
    order = ("id",)

    def rows(self, asked: dict[str, Any], **where: Any) -> QuerySet[SlaPolicy]:
        return SlaPolicy.objects.select_related("business_hours").prefetch_related("targets", "pause_rules")


class OnePolicy(DeskDetail):
    """One SLA policy with its targets."""

    title = "One SLA policy"
    answer = PolicyRow
    versioned = True

    def rows(self) -> QuerySet[SlaPolicy]:
        return SlaPolicy.objects.select_related("business_hours").prefetch_related("targets", "pause_rules")

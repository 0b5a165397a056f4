"""Who works together, and what is known of each: teams, skills, people at work."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from kapture.admin_base import DeskAdmin, DeskInline
from tickets.admin.staffing import QueueInline
from tickets.models import Agent, Membership, Skill, Team


class MemberInline(DeskInline):
    model = Membership
    extra = 0
    fields = ("person", "lead")


@admin.register(Team)
class TeamAdmin(DeskAdmin):
    list_display = ("name", "members")
    search_fields = ("name",)
    fields = ("name",)
    inlines = (MemberInline, QueueInline)
    # What it staffs would be open to everybody without it.
    used_by = ("staffings",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        rows: QuerySet[Team] = super().get_queryset(request)
        return rows.annotate(members=Count("memberships"))

    @admin.display(description=_("members"), ordering="members")
    def members(self, team: Any) -> int:
        return int(team.members)


@admin.register(Skill)
class SkillAdmin(DeskAdmin):
    list_display = ("name", "language")
    search_fields = ("name",)
    fields = ("name", "language")
    used_by = ("agents",)


@admin.register(Agent)
class AgentAdmin(DeskAdmin):
    list_display = ("person", "capacity", "away", "away_since", "seen_at")
    list_select_related = ("person",)
    list_filter = ("away", "skills")
    search_fields = ("person__username", "person__first_name", "person__last_name")
    fields = ("person", "skills", "capacity", "away", "away_since", "seen_at")
    readonly_fields = ("away_since", "seen_at")
    filter_horizontal = ("skills",)

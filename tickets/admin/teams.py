"""Who works together, and what is known of each: teams, skills, people at work."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kapture.admin_base import DeskAdmin, DeskInline, Use
from tickets.admin.people import NamesPeople
from tickets.admin.staffing import QueueInline
from tickets.models import Agent, DeskLimit, Membership, Skill, Team
from tickets.staffing.returning import release_work


class MemberInline(NamesPeople, DeskInline):
    model = Membership
    extra = 0
    hide_title = True
    fields = ("person", "lead")


@admin.register(Team)
class TeamAdmin(DeskAdmin):
    list_display = ("name", "members")
    search_fields = ("name",)
    fields = ("name",)
    inlines = (MemberInline, QueueInline)
    # What it staffs would be open to everybody without it.
    used_by = (Use(_("Queues it staffs"), lambda team: team.staffings, "queue__name"),)
    deletes_many = True

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
    used_by = (Use(_("Agents who have it"), lambda skill: skill.agents, "person__username"),)
    deletes_many = True


@admin.register(DeskLimit)
class DeskLimitAdmin(DeskAdmin):
    """The one row: changed, never added beside another one nor taken away."""

    list_display = ("__str__", "capacity")
    fields = ("capacity",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On its own pages: whether it may be added is asked by every page of the admin, and costs a statement."""
        match = request.resolver_match
        here = match is not None and (match.url_name or "").startswith("tickets_desklimit_")
        return here and bool(super().has_add_permission(request)) and not DeskLimit.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Agent)
class AgentAdmin(NamesPeople, DeskAdmin):
    list_display = ("person", "capacity", "no_limit", "away", "away_since", "seen_at")
    list_select_related = ("person",)
    list_filter = ("away", "skills")
    search_fields = ("person__username", "person__first_name", "person__last_name")
    fields = ("person", "skills", "capacity", "no_limit", "away", "away_since", "seen_at")
    readonly_fields = ("away_since", "seen_at")
    filter_horizontal = ("skills",)
    actions = ("release",)

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        """Since when they are away is noted with it."""
        if "away" in form.changed_data:
            obj.away_since = timezone.now() if obj.away else None
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Give back what they have in hand"), permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[Agent]) -> None:
        people = dict(queryset.values_list("person_id", "pk"))
        by = request.user if isinstance(request.user, User) else None
        count = len(release_work(people, by=by, now=timezone.now()))
        for agent in queryset:
            self.log_change(request, agent, gettext("Gave back what they had in hand."))
        said = ngettext("%(n)s ticket went back.", "%(n)s tickets went back.", count)
        self.message_user(request, said % {"n": count})

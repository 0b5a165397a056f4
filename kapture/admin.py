"""The people of the installation in the admin. The task queue's own tables stay out of it: they are bells, not
records.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_q.admin import Failure, OrmQ, Schedule, Success
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from kapture import audit_admin as audit_admin  # registers its page
from kapture.admin_base import CarefulList, RecordAdmin
from kapture.api_tokens import revoke
from kapture.models import ApiToken

for model in (User, Group, Success, Failure, Schedule, OrmQ):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class PersonForm(UserChangeForm):  # type: ignore[misc]  # the skin has no types
    def clean(self) -> dict[str, Any]:
        """Somebody is left who may do everything, and can sign in."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        stays = told.get("is_active", True) and told.get("is_superuser", True)
        others = User.objects.filter(is_active=True, is_superuser=True).exclude(pk=self.instance.pk)
        if self.instance.is_superuser and not stays and not others.exists():
            raise ValidationError(_("Nobody else may do everything here. Make somebody else a superuser first."))
        return told


@admin.register(User)
class UserAdmin(DjangoUserAdmin, CarefulList):  # type: ignore[type-arg,misc]  # the stubs' generic is not one at run time
    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "is_active", "is_staff", "last_login")
    show_full_result_count = False
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    *("username", "first_name", "last_name", "email"),
                    *("usable_password", "password1", "password2", "groups"),
                ),
            },
        ),
    )
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Personal info"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Roles"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (gettext_lazy("Single rights beside the roles"), {"classes": ("collapse",), "fields": ("user_permissions",)}),
        (gettext_lazy("Important dates"), {"fields": ("last_login", "date_joined")}),
    )

    instead = gettext_lazy("Name somebody else there first; or untick “Active”: then they are only locked out.")

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> Any:
        answer = super().response_add(request, obj, post_url_continue)
        _say_what_comes_next(request, obj)
        return answer

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What is theirs alone (settings, tokens, drafts) goes with them: no right of its own is asked for it."""
        rows, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return rows, counts, set(), protected

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        _hold([obj.pk])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        _hold(queryset.values("pk"))
        super().delete_queryset(request, queryset)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nobody makes more of themselves than they are."""
        fields = (*super().get_readonly_fields(request, obj), "last_login", "date_joined")
        return fields if _is_superuser(request) else (*fields, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        beyond = obj is not None and obj.is_superuser and not _is_superuser(request)
        return not beyond and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        beyond = obj is not None and obj.is_superuser and not _is_superuser(request)
        return not beyond and super().has_delete_permission(request, obj)


def _hold(people: Any) -> None:
    """They may be at work, or others tell them something: what would still name them waits for the deletion, and does
    not stand in its way."""
    list(User.objects.select_for_update().filter(pk__in=people).order_by("pk").values_list("pk"))


def _say_what_comes_next(request: HttpRequest, user: User) -> None:
    """Somebody who was just made may do nothing yet, and is told nothing by us."""
    link = '<a href="{}" class="underline">{}</a>'
    teams = format_html(link, reverse("admin:tickets_team_changelist"), _("teams"))
    agents = format_html(link, reverse("admin:tickets_agent_changelist"), _("agents"))
    role = (
        "" if user.is_superuser or user.groups.exists() else _("They have no role yet: choose one below, under Roles.")
    )
    team = format_html(_("What they may see and are given is said by their {teams}."), teams=teams)
    more = format_html(_("Skills and a limit of their own are set under {agents}."), agents=agents)
    word = _("The desk sends them no mail: tell them the address, their name and their password.")
    messages.info(request, format_html("{} {} {} {}", role, team, more, word))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, CarefulList):
    show_full_result_count = False


@admin.register(ApiToken)
class ApiTokenAdmin(RecordAdmin):
    """Listed and taken away here; made by `manage.py api_token`, which alone ever shows one."""

    list_display = ("beginning", "name", "owner", "state", "shown_scopes", "created_at", "expires_at", "last_used_at")
    list_select_related = ("owner",)
    search_fields = ("name", "beginning", "owner__username")
    ordering = ("-id",)
    actions = ("take_away",)

    @admin.display(description=gettext_lazy("state"))
    def state(self, token: ApiToken) -> str:
        return token.state(timezone.now())

    @admin.display(description=gettext_lazy("scopes"))
    def shown_scopes(self, token: ApiToken) -> str:
        return ", ".join(token.scopes)

    @admin.action(description=gettext_lazy("Take away"), permissions=["revoke"])
    def take_away(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = revoke(queryset.values_list("pk", flat=True), now=timezone.now())
        self.message_user(request, _("Taken away: %(count)d.") % {"count": count}, messages.SUCCESS)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("kapture.change_apitoken")

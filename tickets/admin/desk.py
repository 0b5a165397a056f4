"""What an administrator sets up: queues, folders, promises, tags."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import DeskAdmin, Use
from tickets.admin.folders import NamesFolders
from tickets.admin.staffing import TeamInline
from tickets.finding.terms import quote
from tickets.models import BusinessHours, EscalationStep, Folder, Macro, Queue, Tag
from tickets.permissions import visible_tags


def _set_default(row: Any, value: bool) -> None:
    """Saved, not updated in the table: what is saved is audited."""
    row.is_default = value
    row.save(update_fields=["is_default"])


def search(word: str, row: Any) -> str:
    """The list of the tickets that have it."""
    return f"{reverse('tickets')}?{urlencode({'q': f'{word}:{quote(str(row))}'})}"


def _tickets(word: str) -> Use:
    return Use(gettext_lazy("Tickets"), lambda row: row.tickets, leads=lambda row: search(word, row))


# Where a queue, a folder or a policy is named.
PLACES = (
    Use(gettext_lazy("Accounts"), lambda row: row.address_set, "name"),
    Use(gettext_lazy("Accounts, for a kind of message"), lambda row: row.placement_set, "address__name"),
    Use(gettext_lazy("Versions of routing rules, also earlier ones"), lambda row: row.ruleversion_set, "rule__name"),
)


class DefaultAdmin(DeskAdmin):
    """A kind of row of which one is the default; changing it is an act, for there is never none and never two."""

    actions = ("make_default",)
    readonly_fields: tuple[str, ...] = ("is_default",)

    @admin.action(description=gettext_lazy("Make it the default"), permissions=["change"])
    def make_default(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        if queryset.count() != 1:
            self.message_user(request, _("Choose exactly one."), messages.WARNING)
            return
        row = queryset.get()
        with transaction.atomic():
            held = self.model._default_manager.select_for_update(no_key=True).order_by("pk")  # another may do the same
            for other in [one for one in held if one.is_default and one.pk != row.pk]:
                _set_default(other, False)
            _set_default(row, True)
        self.log_change(request, row, _("Made it the default."))
        self.message_user(request, _("%(name)s is the default now.") % {"name": row})

    def objections(self, row: Model) -> Iterator[str]:
        if getattr(row, "is_default", False):
            yield _("It is the default: make another one the default first.")
        yield from super().objections(row)


@admin.register(Queue)
class QueueAdmin(DefaultAdmin):
    list_display = ("name", "slug", "position", "assignment", "is_default")
    list_editable = ("position",)
    prepopulated_fields = {"slug": ("name",)}
    search_fields = ("name",)
    fields = (
        *("name", "slug", "position", "is_default", "assignment", "capacity", "no_limit"),
        *("sticky", "asks_skills", "asks_language"),
    )
    inlines = (TeamInline,)
    used_by = (
        _tickets("queue"),
        *PLACES,
        Use(gettext_lazy("Macros"), lambda row: Macro.objects.filter(queue=row), "name"),
        Use(
            gettext_lazy("Steps of SLA policies"), lambda row: EscalationStep.objects.filter(queue=row), "policy__name"
        ),
    )
    deletes_many = True


@admin.register(Folder)
class FolderAdmin(NamesFolders, DeskAdmin):
    list_display = ("name", "parent", "position")
    list_editable = ("position",)
    list_select_related = ("parent",)
    search_fields = ("name",)
    used_by = (
        _tickets("folder"),
        Use(gettext_lazy("Folders in it"), lambda row: row.folder_set, "name"),
        *PLACES,
        Use(gettext_lazy("Macros"), lambda row: Macro.objects.filter(folder=row), "name"),
    )
    deletes_many = True


@admin.register(BusinessHours)
class BusinessHoursAdmin(DeskAdmin):
    list_display = ("name", "time_zone", "country", "region")
    search_fields = ("name",)
    fields = ("name", "opening_hours", "time_zone", "country", "region", "own_days")
    used_by = (Use(gettext_lazy("SLA policies"), lambda row: row.slapolicy_set, "name"),)
    deletes_many = True


@admin.register(Tag)
class TagAdmin(DeskAdmin):
    """What was set up here is offered to everybody, unless somebody says otherwise."""

    list_display = ("name", "set_up")
    list_filter = ("set_up",)
    search_fields = ("name",)
    fields = ("name", "set_up")
    used_by = (_tickets("tag"),)
    deletes_many = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return visible_tags(request.user)

    def get_changeform_initial_data(self, request: HttpRequest) -> Any:
        return {"set_up": True} | super().get_changeform_initial_data(request)

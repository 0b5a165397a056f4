"""The audit of the configuration in the admin: what was changed, by whom, from what to what. Only looked at."""

from collections.abc import Iterator, Mapping
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapture.admin_base import RecordAdmin, shown_once
from kapture.audit import ACTOR_NAME
from kapture.people import not_here, shown_name

admin.site.unregister(LogEntry)

# Of a list's row: so much of what was changed.
_SHORT = 160
_DID = {
    LogEntry.Action.CREATE: gettext_lazy("Added"),
    LogEntry.Action.UPDATE: gettext_lazy("Changed"),
    LogEntry.Action.DELETE: gettext_lazy("Deleted"),
}
_M2M = {"add": gettext_lazy("Added"), "delete": gettext_lazy("Removed")}


class KindFilter(admin.SimpleListFilter):
    """By what was changed; offers what is audited, without asking the records."""

    title = gettext_lazy("what")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = ContentType.objects.get_for_models(*auditlog.get_models()).items()
        named = [(str(kind.pk), str(capfirst(model._meta.verbose_name))) for model, kind in kinds]
        return sorted(named, key=lambda choice: choice[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(content_type=int(value)) if value.isdecimal() else queryset


class ActionFilter(admin.SimpleListFilter):
    title = gettext_lazy("done")
    parameter_name = "done"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(code), name) for code, name in _DID.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return queryset.filter(action=int(value)) if value.isdecimal() else queryset


@admin.register(LogEntry)
class AuditAdmin(RecordAdmin):
    list_display = ("timestamp", "who", "done", "kind", "named", "in_short")
    list_display_links = ("timestamp",)
    list_filter = (KindFilter, ActionFilter)
    list_select_related = ("actor", "content_type")
    search_fields = ("object_repr", "actor__username__exact")
    search_help_text = gettext_lazy("A part of its name, or somebody's login.")
    ordering = ("-timestamp", "-id")
    fields = readonly_fields = ("timestamp", "who", "done", "kind", "named", "changes_told")

    @admin.display(description=gettext_lazy("who"), ordering="actor")
    def who(self, entry: LogEntry) -> str:
        if entry.actor is not None:
            return shown_name(entry.actor)
        # Of who has an account the library notes their address, be it empty; of a command nothing.
        if entry.actor_email is None:
            return _("A command, or Kapture itself")
        name = (entry.additional_data or {}).get(ACTOR_NAME) or entry.actor_email
        return not_here(str(name))

    @admin.display(description=gettext_lazy("done"))
    def done(self, entry: LogEntry) -> str:
        return str(_DID.get(entry.action, entry.get_action_display()))

    @admin.display(description=gettext_lazy("what"))
    def kind(self, entry: LogEntry) -> str:
        model = entry.content_type.model_class()
        return str(capfirst(model._meta.verbose_name)) if model else str(entry.content_type)

    @admin.display(description=gettext_lazy("which"))
    def named(self, entry: LogEntry) -> str:
        return f"{entry.object_repr} (#{entry.object_pk})"

    @admin.display(description=gettext_lazy("in short"))
    def in_short(self, entry: LogEntry) -> str:
        told = "; ".join(f"{name}: {old} → {new}" if old else f"{name}: {new}" for name, old, new in _lines(entry))
        return Truncator(told).chars(_SHORT)

    @admin.display(description=gettext_lazy("changes"))
    @shown_once
    def changes_told(self, entry: LogEntry) -> str:
        return render_to_string("admin/audit_changes.html", {"lines": list(_lines(entry))})


def _lines(entry: LogEntry) -> Iterator[tuple[str, str, str]]:
    """What was changed: its name, what it was, what it is. Of something added only what it is."""
    model = entry.content_type.model_class()
    for name, change in sorted((entry.changes or {}).items()):
        label = _label(model, name)
        if not label:
            continue
        if isinstance(change, Mapping):
            yield label, "", f"{_M2M.get(change['operation'], '')}: {', '.join(change['objects'])}"
        else:
            old, new = ("" if value in ("None", None) else str(value) for value in change)
            yield label, old, new


def _label(model: Any, name: str) -> str:
    """What people call it. Nothing for its number, and for what points at it from elsewhere (the library keeps that of
    rows that come and go)."""
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return name
    if field is None:
        return name
    return "" if field.auto_created else str(field.verbose_name)

"""What all admin pages share: the skin, lists whose cost does not grow with the table, records nobody edits."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.core.paginator import Paginator
from django.db import DataError, transaction
from django.db.models import Model, QuerySet
from django.forms.models import _get_foreign_key
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from kapture.admin_at_once import OneAfterAnother
from kapture.admin_deleting import CONSEQUENCES as CONSEQUENCES
from kapture.admin_deleting import MOST_COUNTED as MOST_COUNTED
from kapture.admin_deleting import OBJECTIONS as OBJECTIONS
from kapture.admin_deleting import CarefulDeletion
from kapture.admin_deleting import Use as Use
from kapture.admin_list_edited import ListEdited
from kapture.admin_opened import OpenedForm, marks, written
from kapture.admin_rows_known import KnownRows as KnownRows
from kapture.admin_values import OPENED

Method = TypeVar("Method", bound=Callable[..., Any])

# "10,000 or more" is all a person wants to know of a list, and counting further is a walk through the table.
LARGEST_COUNT = 10_000
MOST_NEW_ROWS = 50
AUDIT, CONFIGURE = "tickets.audit_desk", "tickets.configure_desk"

# Asked once a row is saved with all that belongs to it: what is amiss with it as it stands. Filled by those who know.
WARNINGS: list[Callable[[Model], Iterable[str]]] = []


class CappedPaginator(Paginator):  # type: ignore[type-arg]  # the stubs' generic is not one at run time
    """Counts no further than LARGEST_COUNT; what lies behind is reached by filters."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        return rows.order_by()[:LARGEST_COUNT].count() if isinstance(rows, QuerySet) else len(rows)


def shown_once(method: Method) -> Method:
    """For read-only fields that ask the database: a page's template asks for each of them five times over."""

    @wraps(method)
    def once(self: Any, row: Model) -> Any:
        shown = row.__dict__.setdefault("_shown", {})
        if method.__name__ not in shown:
            shown[method.__name__] = method(self, row)
        return shown[method.__name__]

    return cast(Method, once)


def submit_action(*, description: Any, permissions: Sequence[str]) -> Callable[[Method], Method]:
    """A button beside "Save" that saves first: unfold's decorator, with the types it lacks."""
    return cast(Callable[[Method], Method], action(description=description, permissions=permissions))


def list_action(*, description: Any, permissions: Sequence[str]) -> Callable[[Method], Method]:
    """A page of its own, reached by a button above the list: unfold's decorator, with the types it lacks."""
    return cast(Callable[[Method], Method], action(description=description, permissions=permissions))


class ByRole:
    """Who looks at everything and who sets up everything need no right for each table, whatever tables there are."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return looks_at_all(request) or bool(super().has_view_permission(request, obj))  # type: ignore[misc]  # a mixin's

    def has_module_permission(self, request: HttpRequest) -> bool:
        return looks_at_all(request) or bool(super().has_module_permission(request))  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest, *obj: Any) -> bool:
        return _configures(request) or bool(super().has_add_permission(request, *obj))  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _configures(request) or bool(super().has_change_permission(request, obj))  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _configures(request) or bool(super().has_delete_permission(request, obj))  # type: ignore[misc]


def looks_at_all(request: HttpRequest) -> bool:
    return any(request.user.has_perm(right) for right in (AUDIT, CONFIGURE))


def _configures(request: HttpRequest) -> bool:
    return bool(request.user.has_perm(CONFIGURE))


class OneAtATime:
    """Whoever saves a page that somebody else changed since it was opened is told so, and loses nothing of what was
    typed (kapture/admin_opened.py)."""

    # One whose form looks for itself says False.
    told_of_others = True
    change_form_before_template = "admin/opened.html"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Of a form that was sent: held until it is saved."""
        row = self.look_up(request, object_id, from_field)
        if row is None or not self._was_opened(request):
            return row
        type(row)._base_manager.select_for_update(no_key=True).only("pk").filter(pk=row.pk).first()
        return self.look_up(request, object_id, from_field)

    def look_up(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Without holding it: also where no transaction is."""
        return super().get_object(request, object_id, from_field)  # type: ignore[misc]  # a mixin's

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        if obj is None or not self._was_opened(request):
            return form
        return type(form.__name__, (OpenedForm, form), {"admin": self, "request": request})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        form = context["adminform"].form
        if self.told_of_others and context["original"] is not None:
            sets = [one.formset for one in context["inline_admin_formsets"]]
            opened = written(marks(form, sets), sets) if request.method != "POST" else request.POST.get(OPENED, "")
            context["opened"] = getattr(form, "news", None) or opened
        return super().render_change_form(request, context, *args, **kwargs)  # type: ignore[misc]

    def unsent_rows(self, request: HttpRequest, obj: Model) -> Iterable[Any]:
        """The rows below a form as they are stored, whatever was sent."""
        names: dict[str, int] = {}
        for rows, inline in self.get_formsets_with_inlines(request, obj):  # type: ignore[attr-defined]
            prefix = rows.get_default_prefix()
            names[prefix] = names.get(prefix, 0) + 1
            named = prefix if names[prefix] == 1 else f"{prefix}-{names[prefix]}"
            yield rows(instance=obj, prefix=named, queryset=inline.get_queryset(request))

    def _was_opened(self, request: HttpRequest) -> bool:
        return self.told_of_others and request.method == "POST" and OPENED in request.POST


class CarefulList(CarefulDeletion, OneAfterAnother, OneAtATime, ListEdited, ByRole, ModelAdmin):  # type: ignore[misc]  # unfold carries no types
    """A list that refuses the filters of its address which no row can be compared with: Django does so only where it
    notices at once, and not for the year 0 or an expression the database cannot read."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for warns in WARNINGS:
            for words in warns(form.instance):
                messages.warning(request, words)

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Within a savepoint: what the database refused would end a transaction around it."""
        try:
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except (IncorrectLookupParameters, ValueError, OverflowError, DataError) as error:
            if not request.GET:  # nothing was asked for, so the fault is not the address's
                raise
            messages.error(request, _("The filter in the address cannot be understood, so the whole list is shown."))
            raise IncorrectLookupParameters from error

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The two boxes speak of what is chosen (“all teams”), not of what the field is called."""
        if db_field.name in self.filter_horizontal:
            many = db_field.related_model._meta.verbose_name_plural
            kwargs.setdefault("widget", FilteredSelectMultiple(many, is_stacked=False))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class DeskAdmin(CarefulList):
    """Configuration: few rows, edited by people. What is in use is not deleted but renamed."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    deletes_many = False
    # Buttons, and fields to give a secret: not shown to who only looks.
    acting_fields: tuple[str, ...] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Model | None = None) -> Any:
        shown = super().get_fieldsets(request, obj)
        if not self.acting_fields or obj is None or self.has_change_permission(request, obj):
            return shown
        return [
            (name, facts | {"fields": [one for one in facts["fields"] if one not in self.acting_fields]})
            for name, facts in shown
        ]


class DeskInline(ByRole, TabularInline):  # type: ignore[misc]  # unfold carries no types
    """Rows on the page of what they belong to. A page takes those there are and MOST_NEW_ROWS more: a form that claims
    to hold thousands would be built and checked row by row."""

    formset = KnownRows

    def get_max_num(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> int:
        return self._kept(obj) + MOST_NEW_ROWS

    def get_formset(self, request: HttpRequest, obj: Model | None = None, **kwargs: Any) -> Any:
        most = self.get_max_num(request, obj)  # counted once for both: another may add a row in between
        return super().get_formset(request, obj, **({"max_num": most, "absolute_max": most} | kwargs))

    def _kept(self, obj: Model | None) -> int:
        if obj is None or obj.pk is None:
            return 0
        owner = _get_foreign_key(self.parent_model, self.model, fk_name=self.fk_name)
        return int(self.model._default_manager.filter(**{owner.name: obj}).count())


class RecordAdmin(DeskAdmin):
    """What happened: looked at, never changed here."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

"""Before a row is deleted: what is in use stays, and the page that asks says by what it is used and what to do. What
would become of others is told there as well."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Asked before a row is deleted: what speaks against it. Filled by those who know.
OBJECTIONS: list[Callable[[Model], Iterable[str]]] = []
# What becomes of others when these rows are deleted. Filled in the same way.
CONSEQUENCES: list[Callable[[Sequence[Model]], Iterable[str]]] = []

MOST_COUNTED, MOST_NAMED = 10_000, 6


class Use(NamedTuple):
    """Rows that use another one. `name`: the lookup that tells how each is called; where there is none they are
    counted. `leads`: to where they can be seen."""

    words: Any
    rows: Callable[[Any], Any]
    name: str = ""
    leads: Callable[[Any], str] | None = None

    def told_of(self, row: Model) -> str:
        """Nothing where there are none. One statement."""
        found = self.rows(row).all()
        told = self._named(found) if self.name else self._counted(found)
        if not told:
            return ""
        if self.leads is not None:
            told = format_html('<a class="underline" href="{}">{}</a>', self.leads(row), told)
        return format_html("{}: {}", self.words, told)

    def _named(self, found: QuerySet[Any]) -> str:
        names = list(found.order_by(self.name).values_list(self.name, flat=True).distinct()[: MOST_NAMED + 1])
        return ", ".join([*map(str, names[:MOST_NAMED]), *(["…"] if len(names) > MOST_NAMED else [])])

    def _counted(self, found: QuerySet[Any]) -> str:
        count = found.order_by()[:MOST_COUNTED].count()
        return _("%(n)s or more") % {"n": count} if count == MOST_COUNTED else str(count or "")


class CarefulDeletion:
    """Mixed into an admin. `used_by`: by what its rows may be in use; `instead`: what to do then; `deletes_many`:
    whether several are deleted from the list at once."""

    used_by: tuple[Use, ...] = ()
    instead: Any = gettext_lazy(
        "Change these first, so that they name something else. Where that cannot be, because it is part of what "
        "happened, give it another name and use it no more."
    )
    deletes_many = True

    def objections(self, row: Model) -> Iterator[str]:
        yield from filter(None, (use.told_of(row) for use in self.used_by))
        for objects in OBJECTIONS:
            yield from objects(row)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """With what nobody would notice: rows are named in more than relations. What is in use is not gone through any
        further: a queue may hold a million tickets. Who begins to use one that is about to go waits, and then hears
        that it is gone."""
        rows = list(objs)
        if self.used_by and rows and request.method == "POST":
            held = type(rows[0])._base_manager.select_for_update().filter(pk__in=[row.pk for row in rows])
            list(held.order_by("pk").values_list("pk"))
        against = [(row, words) for row in rows for words in self.objections(row)]
        if against:
            told = [words if len(rows) == 1 else format_html("<b>{}</b> – {}", row, words) for row, words in against]
            return [], {}, set(), told
        return super().get_deleted_objects(rows, request)  # type: ignore[misc]  # a mixin's

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)  # type: ignore[misc]
        return {name: one for name, one in found.items() if name != "delete_selected" or self.deletes_many}

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        told = self._told([context["object"]])
        answer: HttpResponse = super().render_delete_form(request, context | told)  # type: ignore[misc]
        return answer

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        answer = super().response_action(request, queryset)  # type: ignore[misc]
        if isinstance(answer, TemplateResponse) and answer.context_data and "deletable_objects" in answer.context_data:
            answer.context_data |= self._told(list(answer.context_data["queryset"]))
        return answer

    def _told(self, rows: Sequence[Model]) -> dict[str, Any]:
        return {"instead": self.instead, "consequences": [words for tells in CONSEQUENCES for words in tells(rows)]}

"""The side menu's items. Every page shows dozens, so each is put together once and kept, by what it says and the
reader's language; the menu's template says only where. Nothing here asks the database."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tickets.models import Folder, Queue, SavedView
from tickets.reading.context import Desk, Place

register = template.Library()

_INNER, _HERE, _NOTHING = mark_safe(" class=nav-inner"), mark_safe(' aria-current="page"'), mark_safe("")


@register.simple_tag(takes_context=True)
def side_item(
    context: template.Context, code: str, name: str, drawing: str, *, late: int = 0, count: int = 0
) -> SafeString:
    """A view of the desk."""
    at, here = f"{reverse('tickets')}?view={code}", context.get("view") == code and not context.get("place")
    return _item(at, name, name, drawing, late, count, get_language(), here=here, inner=False)


@register.simple_tag
def side_places(places: Iterable[Place], key: str, drawing: str, current: Queue | Folder | None = None) -> SafeString:
    """Queues or folders; one inside of another stands further in."""
    titles = _("Folder: %(title)s") if key == "folder" else _("Queue: %(title)s")
    at, here, language = f"{reverse('tickets')}?{key}=", current.pk if current else None, get_language()
    items = [
        _item(
            f"{at}{one.slug}",
            one.name,
            titles % {"title": one.title},
            drawing,
            one.late,
            one.all,
            language,
            here=one.pk == here,
            inner=bool(one.inside),
        )
        for one in places
    ]
    return mark_safe("".join(items))  # noqa: S308  (each is safe)


@register.simple_tag
def saved_count(desk: Desk, view: SavedView) -> SafeString:
    """How many a saved view finds, as far as it is known; of more than are counted a sign behind the number says so."""
    count = desk.saved_counts.get(view.query)
    if count is None or not count.number:
        return _NOTHING
    more = "+" if count.more else ""
    return format_html('<span class="count">{}{}</span>', number_format(count.number, force_grouping=True), more)


@lru_cache(4096)
def _item(
    at: str, name: str, title: str, drawing: str, late: int, count: int, _language: str, *, here: bool, inner: bool
) -> SafeString:
    form = '<li{}><a class="nav-item i-{}" href="{}" title="{}"{}><span class=nav-label>{}</span>{}</a>'
    told = _late(late), format_html("<span class=count>{}</span>", count) if count else _NOTHING
    counts = format_html("<span class=nav-end>{}{}</span>", *told) if late or count else _NOTHING
    marks = _INNER if inner else _NOTHING, _HERE if here else _NOTHING
    return format_html(form, marks[0], drawing, at, title, marks[1], name, counts)


def _late(late: int) -> SafeString:
    if not late:
        return _NOTHING
    return format_html('<span class="late i-alert">{}<i class=vh> {}</i></span>', late, _("late"))

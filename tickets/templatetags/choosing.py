"""What a ticket's page offers in dozens: deeds under each message, colleagues and places to choose from. Their buttons
are put together here, and their templates say only where. Nothing here asks the database."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.contrib.auth.models import User
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kapture.people import shown_name
from tickets.channels import Deed, title_of
from tickets.models import Folder, Queue, Ticket
from tickets.templatetags.marks import agent_avatar, icon
from tickets.templatetags.saying import is_web_address

register = template.Library()

_NOTHING, _FIRST, _ON = mark_safe(""), mark_safe(' id="acts"'), mark_safe(" is-on")


@register.simple_tag(takes_context=True)
def deed_buttons(context: template.Context, offered: Iterable[Deed], about: int | str) -> SafeString:
    """What may be done about a message (by its key) or about the customer; where the first one is, pages go back to."""
    ticket: Ticket = context["ticket"]
    at, token = reverse("deed", args=[ticket.pk, "name"]).removesuffix("name/"), context.get("csrf_token", "")
    named = format_html('<input type="hidden" name="message" value="{}">', about) if about else _NOTHING
    sheet = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">{}', token, named)
    query, place = f"?message={about}" if about else "", title_of(ticket.address.channel)
    drawn = []
    for number, deed in enumerate(offered):
        mark = _FIRST if not number and not about else _NOTHING
        if deed.words and deed.why_not:
            drawn.append(_closed(deed, mark, place))
        elif deed.words:
            drawn.append(_open(deed, mark, f"{at}{deed.name}/", query, sheet))
    return mark_safe("".join(drawn))  # noqa: S308  (each is safe)


def _closed(deed: Deed, mark: SafeString, place: str) -> SafeString:
    if not deed.by_hand_url or not is_web_address(deed.by_hand_url):
        return format_html('<button class="btn btn-xs"{} type="button" disabled>{}</button>', mark, deed.words)
    form = '<a class="btn btn-xs"{} href="{}" target="_blank" rel="noopener noreferrer">{}{}</a>'
    words = _("%(words)s on %(place)s") % {"words": deed.words, "place": place}
    return format_html(form, mark, deed.by_hand_url, icon("out"), words)


def _open(deed: Deed, mark: SafeString, at: str, query: str, sheet: SafeString) -> SafeString:
    if deed.asks:
        form = '<a class="btn btn-xs"{} href="{}{}">{}{}…</a>'
        return format_html(form, mark, at, query, icon(deed.drawing), deed.words)
    form = (
        '<form method="post" action="{0}" hx-post="{0}" hx-swap="none" hx-disabled-elt="find button">{1}'
        '<button class="btn btn-xs"{2}{3}>{4}{5}{6}</button></form>'
    )
    price = floatformat(deed.price, 3) if deed.price else ""
    title = format_html(' title="US$ {}"', price) if price else ""
    told = format_html(' <span class="sub num">US$ {}</span>', price) if price else ""
    return format_html(form, at, sheet, mark, title, icon(deed.drawing), deed.words, told)


@register.simple_tag
def assignee_choices(people: Iterable[User], chosen: int | None, reader: User) -> SafeString:
    you = _("you")
    drawn = []
    for one in people:
        told = format_html(' <span class="sub">{}</span>', you) if one.pk == reader.pk else _NOTHING
        name = _named("{}{}{}", agent_avatar(one), shown_name(one), told)
        drawn.append(_choice("assignee", one.pk, name, on=one.pk == chosen))
    return mark_safe("".join(drawn))  # noqa: S308  (each is safe)


@register.simple_tag
def place_choices(field: str, places: Iterable[Queue | Folder], chosen: int | None) -> SafeString:
    drawn = [_choice(field, one.pk, one.name, on=one.pk == chosen) for one in places]
    return mark_safe("".join(drawn))  # noqa: S308  (each is safe)


@lru_cache(4096, typed=True)
def _choice(field: str, value: int, words: str, *, on: bool) -> SafeString:
    form = '<button class="pop-item{}" name="{}" value="{}">{}</button>'
    return format_html(form, _ON if on else _NOTHING, field, value, words)


@register.simple_tag
def colleague_buttons(people: Iterable[User], reader: User) -> SafeString:
    """Whom a note may name."""
    form = (
        '<button class="pop-item" type="button" data-mention="{0}">{2}<span>{1}</span> '
        '<span class="sub">@{0}</span></button>'
    )
    rows = [_named(form, one.username, shown_name(one), agent_avatar(one, "av-16")) for one in people if one != reader]
    return mark_safe("".join(rows))  # noqa: S308  (each is safe)


@lru_cache(4096, typed=True)
def _named(form: str, *words: str) -> SafeString:
    return format_html(form, *words)


@register.simple_tag
def colleague_names(people: Iterable[User], reader: User) -> SafeString:
    """The same where no script helps."""
    form = '<span>{1} <span class="sub">@{0}</span></span>'
    rows = [_named(form, one.username, shown_name(one)) for one in people if one != reader]
    return mark_safe("".join(rows))  # noqa: S308  (each is safe)

"""The rows of lists. A list has fifty, so what a row shows is worked out here, and its template only says it."""

from functools import cache, lru_cache
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kapture.addresses import address_of
from kapture.people import shown_name
from tickets.choices import Metric
from tickets.models import Ticket
from tickets.reading.context import Desk
from tickets.templatetags.desk import works_on
from tickets.templatetags.marks import agent_avatar, hue_of

register = template.Library()

_RESOLVED = mark_safe(' name="status" value="resolved"')


@register.inclusion_tag("tickets/row.html", takes_context=True)
def ticket_row(context: template.Context, ticket: Ticket) -> dict[str, Any]:
    desk: Desk = context["desk"]
    who, works, number = ticket.identity, works_on(desk, ticket), str(ticket.pk)
    words = _words(get_language())
    return {
        "desk": desk,
        "ticket": ticket,
        "number": number,
        "who": who,
        "name": who.shown_name,
        "found_name": getattr(ticket, "found_name", None),
        "excerpt": getattr(ticket, "excerpt", None),
        "handle": who.handle if who.name else "",
        "to": _written_to(desk, ticket, words["to"]),
        "unsent": desk.unsent.get(ticket.pk),
        "last_by": another_voice(ticket),
        "at": address_of("ticket", ticket.pk),
        "picks": words["choose"].format(n=number) if works and context.get("picks") else "",
        "acts": _acts(ticket.pk, get_language(), assigned=bool(ticket.assignee_id))
        if works and not context.get("views_done")
        else "",
        "waits": ticket.waits_for_us,
        "words": words,
        "assigned": _assigned(ticket.assignee, words["you"] if ticket.assignee_id == desk.user.pk else ""),
        "tags": _tags(ticket),
        "metric": _metric(ticket.next_due_metric, get_language()) if not ticket.snoozed_at else "",
        "messages": _messages(ticket.message_count, get_language()),
    }


@lru_cache(4096)
def _acts(number: int, _language: str | None, *, assigned: bool) -> SafeString:
    """What is done from the list itself: the buttons belong to a form of the page."""
    form = '<button class="btn btn-quiet btn-icon btn-xs i-{}" form="act" formaction="{}"{} title="{}"></button>'
    words = _words(_language)
    take = format_html(form, "user", address_of("take", number), "", words["take"]) if not assigned else ""
    done = format_html(form, "check", address_of("status", number), _RESOLVED, words["resolve"])
    return format_html('<span class="row-acts">{}{}</span>', take, done)


def _assigned(who: User | None, you: str) -> SafeString:
    if who is None:
        return _nobody(get_language())
    return format_html('{}<span class="cut-text">{}</span>', agent_avatar(who, "av-16"), you or shown_name(who))


@cache
def _nobody(language: str | None) -> SafeString:
    return format_html('<span class="mark sub i-nobody">{}</span>', _words(language)["nobody"])


def _tags(ticket: Ticket) -> SafeString | str:
    tags = "".join([_tag(tag.name) for tag in ticket.tags.all()])
    return mark_safe(f'<span class="row-tags">{tags}</span>') if tags else ""  # noqa: S308  (each is safe)


@lru_cache(4096)
def _tag(name: str) -> SafeString:
    return format_html('<span class="tag h{}">{}</span>', hue_of(name), name)


@cache
def _metric(metric: str, _language: str | None) -> str:
    return str(Metric(metric).label) if metric else ""


@lru_cache(4096)
def _messages(count: int, _language: str | None) -> SafeString:
    said = ngettext("{n} message", "{n} messages", count).format(n=count)
    return format_html('<span class="b7 num i-msgs" title="{}">{}</span>', said, count)


@cache
def _words(_language: str | None) -> dict[str, str]:
    """What is said in every row, put into the reader's language once."""
    return {
        "take": _("Take it"),
        "resolve": _("Resolve"),
        "you": _("You"),
        "nobody": _("Nobody yet"),
        "choose": _("Choose #{n}"),
        "to": _("to {address}"),
        "waits": _("Waits for us:"),
        "us": _("Us:"),
    }


def _written_to(desk: Desk, ticket: Ticket, words: str) -> str:
    """Whom it was written to, where that may be several."""
    if not desk.has_several_addresses:
        return ""
    address = ticket.address
    return words.format(address=f"@{address.handle}" if address.handle else address.name)


@register.filter
def another_voice(ticket: Ticket) -> str:
    """Who had the last word, when it is neither the customer of the row nor us."""
    last: dict[str, Any] = ticket.last_by or {}  # type: ignore[attr-defined]  # tickets.reading.listing.with_authors
    if ticket.last_by_us or last.get("person") in (None, ticket.identity_id):
        return ""
    return str(last["name"] or f"@{last['handle']}")

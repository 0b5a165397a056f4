"""The rows of lists. A list has fifty, so what a row shows is worked out here, and its template only says it."""

from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.contrib.auth.models import User
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, ngettext
from django.utils.translation import gettext as _

from kapture.addresses import address_of
from kapture.people import shown_name
from tickets.choices import Metric
from tickets.models import Ticket
from tickets.reading.context import Desk
from tickets.reading.origin import Origin
from tickets.templatetags.desk import works_on
from tickets.templatetags.marks import ago, hue_of, initials_of, stamp
from tickets.wording.directions import direction_of

register = template.Library()


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
        "excerpt": (excerpt := getattr(ticket, "excerpt", None)),
        "direction": _direction("".join(piece.text for piece in excerpt) if excerpt else ticket.last_text),
        "handle": who.handle if who.name else "",
        "to": _written_to(desk, ticket, words["to"]),
        "unsent": desk.unsent.get(ticket.pk),
        "last_by": another_voice(ticket),
        "at": _address(context.get("of"), ticket, here=bool(context.get("picks"))),
        "picks": words["choose"].format(n=number) if works and context.get("picks") else "",
        "works": works,
        "waits": ticket.waits_for_us,
        "words": words,
        "assigned": _assigned(ticket.assignee, words["you"] if ticket.assignee_id == desk.user.pk else ""),
        "tags": _tags(ticket),
        "metric": _metric(ticket.next_due_metric, get_language()) if not ticket.snoozed_at else "",
    }


def _address(of: Origin | None, ticket: Ticket, *, here: bool) -> str:
    """With the list it stands in. On the list's own page (`here`) it is told from there: so it is short."""
    if of is None:
        return address_of("ticket", ticket.pk)
    told = "~" if of.searched else of.at(ticket)
    return f"{ticket.pk}/?of={told}" if here else f"{address_of('ticket', ticket.pk)}?of={told}"


def _direction(text: str) -> str:
    """Of words that run another way than the page."""
    found = direction_of(text)
    return "" if found == ("rtl" if get_language_bidi() else "ltr") else found


def _assigned(who: User | None, you: str) -> SafeString:
    """The letters of a name are drawn before it (row.css) and not read out."""
    if who is None:
        return _nobody(get_language())
    name = shown_name(who)
    return _agent(initials_of(name), hue_of(who.pk), you or name)


@lru_cache(4096)
def _agent(initials: str, hue: int, name: str) -> SafeString:
    return format_html('<b class="a5 h{}" data-av={}>{}</b>', hue, initials, name)


@cache
def _nobody(language: str | None) -> SafeString:
    return format_html('<b class="a5 i-nobody">{}</b>', _words(language)["nobody"])


def _tags(ticket: Ticket) -> SafeString:
    return mark_safe("".join([_tag(tag.name) for tag in ticket.tags.all()]))  # noqa: S308  (each is safe)


@lru_cache(4096)
def _tag(name: str) -> SafeString:
    return format_html('<b class="tag h{}">{}</b>', hue_of(name), name)


@cache
def _metric(metric: str, _language: str | None) -> str:
    return str(Metric(metric).label) if metric else ""


@register.simple_tag
def last_said(ticket: Ticket, now: datetime) -> SafeString:
    """How long ago, the exact time in the title, and how much was said till then."""
    passed = _passed(stamp(ticket.last_message_at, now), ago(ticket.last_message_at, now))
    return passed + _messages(ticket.message_count, get_language())


@lru_cache(4096)
def _passed(title: str, words: str) -> SafeString:
    return format_html('<b class=b8 title="{}">{}</b>', title, words)


@lru_cache(4096)
def _messages(count: int, _language: str | None) -> SafeString:
    said = ngettext("{n} message", "{n} messages", count).format(n=count)
    return format_html('<b class=b7 title="{}">{}</b>', said, count)


@cache
def _words(_language: str | None) -> dict[str, str]:
    """What is said in every row, put into the reader's language once."""
    return {
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

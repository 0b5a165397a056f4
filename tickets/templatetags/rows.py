"""The rows of lists. A list has fifty, so what a row shows is worked out here, and its template only says it."""

from functools import cache
from typing import Any

from django import template
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tickets.context import Desk
from tickets.models import Ticket
from tickets.templatetags.desk import works_on

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
        "handle": who.handle if who.name else "",
        "to": _written_to(desk, ticket, words["to"]),
        "unsent": desk.unsent.get(ticket.pk),
        "last_by": another_voice(ticket),
        "picks": words["choose"].format(n=number) if works and context.get("picks") else "",
        "acts": works and not context.get("views_done"),
        "words": words,
        "mine": ticket.assignee_id == desk.user.pk,
        "messages": str(ticket.message_count),
        "messages_said": ngettext("{n} message", "{n} messages", ticket.message_count).format(n=ticket.message_count),
    } | {f"{name}_at": address_of(name, number) for name in ("ticket", "take", "status")}


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
    last: dict[str, Any] = ticket.last_by or {}  # type: ignore[attr-defined]  # tickets.listing.with_authors
    if ticket.last_by_us or last.get("person") in (None, ticket.identity_id):
        return ""
    return str(last["name"] or f"@{last['handle']}")


def address_of(page: str, number: str) -> str:
    """The address of one of a ticket's pages. Which shape they have is asked once."""
    before, after = _shape(page, get_script_prefix())
    return f"{before}{number}{after}"


@cache
def _shape(page: str, _prefix: str) -> tuple[str, str]:
    marked = 9_009_009
    before, _number, after = reverse(page, args=[marked]).partition(str(marked))
    return before, after

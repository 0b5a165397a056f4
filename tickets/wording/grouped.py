"""Words for incidents and their parts: part of tickets/wording/sentences.py. Pure."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.choices import Untold
from tickets.wording.reasons import Data
from tickets.wording.regrouped import linked, linked_all


def _named(who: str, data: Data, names: object) -> SafeString:
    if not data.get("name"):  # what it was called was removed
        return format_html(_("{who} made this ticket an incident."), who=who)
    return format_html(_("{who} made this ticket an incident: {name}."), who=who, name=data["name"])


def _unmade(who: str, data: Data, names: object) -> SafeString:
    said = format_html(_("{who} made this ticket an incident no more."), who=who)
    if "incident" not in data:
        return said
    page = reverse("incident", args=[data["incident"]])
    return format_html('{} <a href="{}">{}</a>', said, page, _("What was told"))


def _added(who: str, data: Data, names: object) -> SafeString:
    tickets = linked_all(data.get("tickets", ()))
    return format_html(_("{who} made {tickets} part of this incident."), who=who, tickets=tickets)


def _taken_out(who: str, data: Data, names: object) -> SafeString:
    tickets = linked_all(data.get("tickets", ()))
    return format_html(_("{who} took {tickets} out of this incident."), who=who, tickets=tickets)


def _resolved(who: str, data: Data, names: object) -> SafeString:
    tickets = linked_all(data.get("tickets", ()))
    return format_html(_("{who} resolved {tickets} with this incident."), who=who, tickets=tickets)


def _reopened(who: str, data: Data, names: object) -> SafeString:
    numbers = data.get("tickets", ())
    said = ngettext(
        "{who} undid that {tickets} was resolved with this incident.",
        "{who} undid that {tickets} were resolved with this incident.",
        len(numbers),
    )
    return format_html(said, who=who, tickets=linked_all(numbers))


def _joined(who: str, data: Data, names: object) -> SafeString:
    incident = linked(data.get("ticket"))
    return format_html(_("{who} made this ticket part of the incident {ticket}."), who=who, ticket=incident)


def _left(who: str, data: Data, names: object) -> SafeString:
    return format_html(
        _("{who} took this ticket out of the incident {ticket}."), who=who, ticket=linked(data.get("ticket"))
    )


def _stated(who: str, data: Data, names: object) -> SafeString:
    n = data.get("count", 0)
    said = ngettext("{who} told {n} customer of this incident.", "{who} told {n} customers of this incident.", n)
    return format_html(said, who=who, n=n)


def _untold(who: str, data: Data, names: object) -> SafeString:
    why = Untold(data["why"]).label if data.get("why") in Untold.values else ""
    said = _("What is told to everybody of the incident {ticket} was not sent here any more: {why}.")
    return format_html(said, ticket=linked(data.get("ticket")), why=why)


TELLERS: dict[str, Callable[[str, Data, Any], SafeString]] = {
    "incident.named": _named,
    "incident.unmade": _unmade,
    "incident.added": _added,
    "incident.taken_out": _taken_out,
    "incident.resolved": _resolved,
    "incident.reopened": _reopened,
    "incident.joined": _joined,
    "incident.left": _left,
    "incident.stated": _stated,
    "incident.untold": _untold,
}

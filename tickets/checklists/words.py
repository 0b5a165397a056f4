"""Words for a ticket's history: its checklist. Pure."""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


def _added(who: str, data: Any, names: Any) -> SafeString:
    if name := data.get("name"):
        return format_html(_("{who} put the checklist ‘{name}’ on the ticket."), who=who, name=name)
    return format_html(_("{who} put “{text}” on the checklist."), who=who, text=data.get("text", ""))


def _ticked(who: str, data: Any, names: Any) -> SafeString:
    return format_html(_("{who} ticked “{text}”."), who=who, text=data.get("text", ""))


def _unticked(who: str, data: Any, names: Any) -> SafeString:
    return format_html(_("{who} opened “{text}” again."), who=who, text=data.get("text", ""))


def _removed(who: str, data: Any, names: Any) -> SafeString:
    return format_html(_("{who} took “{text}” off the checklist."), who=who, text=data.get("text", ""))


TELLERS = {
    "checklist.added": _added,
    "checklist.ticked": _ticked,
    "checklist.unticked": _unticked,
    "checklist.removed": _removed,
}

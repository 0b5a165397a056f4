"""Words for what puts tickets aside and ends them by their age: part of tickets/wording/sentences.py. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.choices import Status
from tickets.wording.reasons import Data


def moment_of(told: str) -> str:
    """As it stands in the history, in the reader's zone."""
    return date_format(localtime(datetime.fromisoformat(told)), "j M Y, H:i")


def _snoozed(who: str, data: Data, names: object) -> SafeString:
    if "until" in data:
        said = format_html(_("{who} put it aside until {moment}"), who=who, moment=moment_of(data["until"]))
    else:
        said = format_html(_("{who} put it aside until the customer writes"), who=who)
    reason = data.get("reason")
    return format_html("{}: {}", said, reason) if reason else format_html("{}.", said)


def _woke(who: str, data: Data, names: object) -> SafeString:
    if data.get("why") == "message":
        return escape(_("Back from being put aside: the customer wrote."))
    if data.get("why") == "asked":
        return format_html(_("{who} brought it back from being put aside."), who=who)
    if data.get("why") == "changed":
        return escape(_("That brought it back from being put aside."))
    return escape(_("Back from being put aside: its moment came."))


def _aged(who: str, data: Data, names: object) -> SafeString:
    days = data.get("days", 0)
    if data.get("after") == Status.CLOSED:
        said = ngettext("Closed by itself: resolved {n} day ago.", "Closed by itself: resolved {n} days ago.", days)
        return format_html(said, n=days)
    said = ngettext(
        "Resolved by itself: silent for {n} day. No promise counts as kept by that.",
        "Resolved by itself: silent for {n} days. No promise counts as kept by that.",
        days,
    )
    return format_html(said, n=days)


TELLERS: dict[str, Callable[[str, Data, Any], SafeString]] = {
    "ticket.snoozed": _snoozed,
    "ticket.woke": _woke,
    "ticket.aged": _aged,
}

"""The form of a report: what was asked, what may be asked besides, and what is wrong with what cannot be."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapture.people import shown_name
from tickets.models import Address, SearchLabel
from tickets.permissions import visible_queues, visible_tags, who_may
from tickets.reports.asking import NotAsked
from tickets.reports.periods import LONGEST, SHORT, USUAL, NoPeriod

MOST = 300  # tags, search queries and people
SIDES: Mapping[str, Promise] = {
    "queue": _("Queues"),
    "account": _("Accounts"),
    "agent": _("Agents"),
    "tag": _("Tags"),
    "search": _("Search queries"),
}
_PERIODS: Mapping[str, Promise] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "7d": _("Last 7 days"),
    "30d": _("Last 30 days"),
    "90d": _("Last 90 days"),
    "365d": _("Last 365 days"),
}
_WRONG: Mapping[str, Promise] = {
    "unknown": _("There is no such period. Choose one of the list, or a first and a last day."),
    "no_day": _("That is no day. Write it as 2026-11-05."),
    "backwards": _("The first day is after the last one."),
    "long": _("A report speaks of at most {most} days."),
    "queue": _("There is no such queue that you may see."),
    "account": _("There is no such account."),
    "tag": _("There is no such tag."),
    "search": _("No search query of that name has found anything."),
    "agent": _("There is nobody of that name."),
    "either": _("Ask about one agent, one tag or one search query, not about several of them together."),
}
_ASKED = ("period", "from", "to", "queue", "account", "tag", "search", "agent")


def sentence(mistake: NotAsked | NoPeriod) -> str:
    code = mistake.field if isinstance(mistake, NotAsked) and mistake.code == "unknown" else mistake.code
    return str(_WRONG[code]).format(most=LONGEST)


def offered(user: User, told: Mapping[str, str], by: str) -> dict[str, Any]:
    """Five statements."""
    asked = {name: told[name] for name in _ASKED if told.get(name)}
    period = "" if asked.get("from") or asked.get("to") else asked.get("period", USUAL)
    agents = who_may("work").order_by("username")[:MOST]
    return {
        "view": "reports",
        "by": by,
        "sides": SIDES,
        "told": asked | {"period": period},
        "carried": urlencode(asked),
        "periods": {name: _PERIODS[name] for name in SHORT},
        "offered": {
            "queues": list(visible_queues(user)),
            "accounts": list(Address.objects.order_by("name")),
            "tags": list(visible_tags(user).order_by("name")[:MOST]),
            "searches": list(SearchLabel.objects.all()[:MOST]),
            "agents": [(one.get_username(), shown_name(one)) for one in agents],
        },
    }

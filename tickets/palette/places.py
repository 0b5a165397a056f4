"""Where somebody may go from anywhere, and what they may do from anywhere, as the palette offers it."""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.palette.matching import Choice
from tickets.reading.context import Desk, Place
from tickets.reading.listing import ListView

_VIEWS = {
    ListView.MINE: "inbox",
    ListView.UNASSIGNED: "nobody",
    ListView.SOON: "clock",
    ListView.LATE: "alert",
    ListView.ALL: "queue",
    ListView.SNOOZED: "moon",
    ListView.UNSENT: "send",
    ListView.RESOLVED: "done",
    ListView.CLOSED: "s-closed",
    ListView.IGNORED: "ban",
}
_COUNTED = {ListView.MINE, ListView.UNASSIGNED, ListView.SOON, ListView.LATE, ListView.ALL, ListView.SNOOZED}


def places(desk: Desk) -> list[Choice]:
    """Pages, lists, queues and folders. One statement counts what waits in them."""
    found = chain(_first(desk), _lists(desk), _pages(desk), _of_channels(desk), _queues(desk), _folders(desk))
    return list(found)


def views(desk: Desk) -> list[Choice]:
    """Searches kept under a name."""
    at = reverse("tickets")
    return [
        Choice(one.name, "search", f"{at}?{urlencode({'q': one.query})}", note=_("search: %s") % one.query)
        for one in desk.saved
    ]


def deeds(desk: Desk) -> list[Choice]:
    """What is done from anywhere; each leads somewhere."""
    found = []
    if desk.works:
        found.append(Choice(_("Next ticket"), "inbox", reverse("next_ticket"), "go", usual=True))
        found += _presence(desk)
    theme = {"system": _("Theme: as the system"), "light": _("Theme: light"), "dark": _("Theme: dark")}
    found += [Choice(theme[value], icon, reverse("theme"), "go", "theme", value) for value, icon, _label in desk.themes]
    found.append(Choice(_("Sign out"), "left", reverse("sign_out"), "go"))
    return found


def _presence(desk: Desk) -> list[Choice]:
    at = reverse("presence")
    if desk.agent is not None and desk.agent.away:
        return [Choice(_("I am back"), "user", at, "go", "presence", "back")]
    return [
        Choice(_("Go away, keep my tickets"), "pause", at, "go", "presence", "away"),
        Choice(_("Go away, give back what nobody answered"), "undo", at, "go", "presence", "away_give_back"),
    ]


def _first(desk: Desk) -> Iterator[Choice]:
    yield Choice(_("Home"), "home", reverse("home"), usual=True)
    if desk.publishes:
        yield Choice(_("New post"), "edit", reverse("posts"), also=_("publish"))


def _lists(desk: Desk) -> Iterator[Choice]:
    at = reverse("tickets")
    for view, drawing in _VIEWS.items():
        note = _tickets(desk.total.get(view, 0)) if view in _COUNTED else ""
        yield Choice(str(view.label), drawing, f"{at}?view={view}", note=note, usual=view in _COUNTED)


def _pages(desk: Desk) -> Iterator[Choice]:
    if desk.sends:
        yield Choice(_("Outbox"), "out", reverse("outbox"), also=_("not sent"), usual=True)
    if desk.approves:
        yield Choice(_("To approve"), "check", reverse("approvals"), usual=True)
    yield Choice(_("Incidents"), "msgs", reverse("incidents"))
    yield Choice(_("Notices"), "bell", reverse("notices"))
    yield Choice(_("All saved views"), "edit", reverse("saved_views"))
    if desk.oversees:
        yield Choice(_("Supervisor"), "eye", reverse("shift"), also=_("board shift queues people"))
    if desk.works and desk.looks_after:
        yield Choice(_("Agents"), "user", reverse("agents"), also=_("presence"))
    if desk.sends:
        yield Choice(_("Canned replies"), "reply", reverse("own_canned"))
    yield Choice(_("Settings"), "user", reverse("own_settings"), also=_("time zone theme password"))
    yield Choice(_("Two-factor sign-in"), "lock", reverse("second_factor"), also=_("settings password code"))
    yield Choice(_("Notifications"), "bell", reverse("notice_settings"), also=_("settings e-mail quiet hours"))
    yield Choice(_("Keys"), "keyboard", reverse("keys"), also=_("shortcuts help"))
    if desk.user.is_staff:
        yield Choice(_("Administration"), "key", reverse("admin:index"), also=_("configuration"))


def _of_channels(desk: Desk) -> Iterator[Choice]:
    for words, name, drawing, permissions in settings.CHANNEL_PLACES:
        if any(desk.user.has_perm(one) for one in permissions):
            yield Choice(str(words), drawing, reverse(name))


def _queues(desk: Desk) -> Iterator[Choice]:
    at = reverse("tickets")
    for one in desk.queues:
        yield _of_place(one, "box", f"{at}?queue={one.slug}", _("queue"))


def _folders(desk: Desk) -> Iterator[Choice]:
    at = reverse("tickets")
    for one in desk.folders:
        yield _of_place(one, "folder", f"{at}?folder={one.slug}", _("folder"))


def _of_place(place: Place, drawing: str, at: str, kind: str) -> Choice:
    note = f"{kind}, {_tickets(place.all)}" if place.all else kind
    return Choice(place.title, drawing, at, note=note, also=kind)


def _tickets(count: int) -> str:
    return ngettext("%s ticket", "%s tickets", count) % count if count else ""

"""Starting rules are brought up to date: what would be different first, then new versions of what nobody changed."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tickets.models import RoutingRule
from tickets.rules.naming import load_row_names
from tickets.rules.starting.renewing import Found, State, look, renew
from tickets.rules.wording import difference_words, outcome_words

_SURE = "_renew"


@admin.action(description=gettext_lazy("Bring starting rules up to date"), permissions=["change"])
def renew_rules(desk: Any, request: HttpRequest, queryset: QuerySet[RoutingRule]) -> HttpResponse | None:
    """Shows; pressed there, makes the versions."""
    chosen = list(queryset.values_list("pk", flat=True))
    if _SURE in request.POST:
        _renew(desk, request, chosen)
        return None
    found = look(chosen)
    if not found:
        desk.message_user(request, _("None of them is a rule that Kapture brought."), messages.WARNING)
        return None
    context = desk.admin_site.each_context(request) | {
        "title": _("Bring starting rules up to date"),
        "opts": desk.opts,
        "rules": list(_told(found)),
        "older": sum(one.state == State.OLDER for one in found),
        "chosen": chosen,
        "sure": _SURE,
    }
    return TemplateResponse(request, "admin/rules/renew.html", context)


def _renew(desk: Any, request: HttpRequest, chosen: list[int]) -> None:
    assert isinstance(request.user, User)
    made = renew(chosen, by=request.user, now=timezone.now())
    for version in made:
        desk.log_change(request, version.rule, _("Brought up to date: version %(n)s.") % {"n": version.number})
    said = ngettext(
        "%(n)s rule has a new version. Try it, then switch it on.",
        "%(n)s rules have a new version. Try them, then switch them on.",
        len(made),
    )
    desk.message_user(request, said % {"n": len(made)}, messages.SUCCESS if made else messages.WARNING)


def _told(found: list[Found]) -> Iterator[dict[str, Any]]:
    names = load_row_names()
    for one in found:
        before, after = (outcome_words(told, names) for told in one.outcomes) if one.outcomes else ([], [])
        yield {
            "rule": one.rule,
            "number": one.number,
            "state": one.state.label,
            "older": one.state == State.OLDER,
            "changes": [difference_words(change, names) for change in one.changes],
            "outcome": (", ".join(before), ", ".join(after)) if before != after else None,
        }

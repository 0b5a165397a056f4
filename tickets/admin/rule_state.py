"""How a rule stands, in words: which version is in force, whom it names that is gone, what comes next for one just
made."""

from collections.abc import Callable, Sequence
from functools import cache

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tickets.models import RoutingRule, RuleVersion
from tickets.rules.naming import gone_people


def latest_of(rule: RoutingRule) -> RuleVersion | None:
    """The newest version of a row of the list."""
    latest: Sequence[RuleVersion] = getattr(rule, "latest", ())
    return latest[0] if latest else None


def state_of(rule: RoutingRule) -> str:
    if rule.live is None:
        return _("off")
    latest, told = latest_of(rule), _("version %(number)s") % {"number": rule.live.number}
    if latest is None or latest.pk == rule.live_id:
        return told
    return _("%(told)s; version %(number)s is not switched on") % {"told": told, "number": latest.number}


def gone_of(rules: Sequence[RoutingRule]) -> dict[int, str]:
    """Rule → a sentence, where what is in force (or else its newest version) names somebody who is gone."""
    versions = {one.pk: one.live or latest_of(one) for one in rules}
    gone = gone_people([one for one in versions.values() if one is not None])
    told = {pk: ", ".join(gone[one.pk]) for pk, one in versions.items() if one is not None and one.pk in gone}
    return {pk: _("names who is deactivated: %(names)s") % {"names": names} for pk, names in told.items()}


def states(every: Callable[[], Sequence[RoutingRule]]) -> Callable[[RoutingRule], str]:
    """For the rows of a list; who is gone is looked up once for all of them."""
    gone = cache(lambda: gone_of(every()))
    return lambda rule: "; ".join(filter(None, (state_of(rule), gone().get(rule.pk, ""))))


def say_what_comes_next(request: HttpRequest, rule: RoutingRule) -> None:
    """Of a rule just made that is not in force."""
    rule.refresh_from_db(fields=["live"])
    if rule.live_id is not None:
        return
    said = _(
        "The rule is off. On {page}, “Save and try out” shows what it would do, “Save and switch on” puts it in force."
    )
    link = '<a href="{}" class="underline">{}</a>'
    page = format_html(link, reverse("admin:tickets_routingrule_change", args=[rule.pk]), _("its page"))
    messages.info(request, format_html(said, page=page))

"""Two people at one rule: what the other one saved meanwhile is told, and overwritten only by who has seen it."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from kapture.languages import say
from tickets.models import RoutingRule, RuleVersion
from tickets.models.departed import doer_of
from tickets.rules.conditions import WrongCondition, read_condition
from tickets.rules.rulebook import outcome_of
from tickets.rules.versions import newest
from tickets.rules.wording import RowNames, outcome_words, words_of


def news(rule: RoutingRule, seen: int, names: RowNames) -> tuple[int, list[str]]:
    """The number of the newest version, and what is new in it since the one that was seen; holds the rule until the end
    of the transaction."""
    RoutingRule.objects.select_for_update(no_key=True, of=("self",)).filter(pk=rule.pk).first()
    latest = newest(rule)
    if latest is None or latest.number == seen:
        return seen, []
    told = _("%(who)s saved version %(number)s at %(at)s, while you were writing. Nothing was lost or saved yet.") % {
        "who": doer_of(latest, "made_by") or _("Somebody"),
        "number": latest.number,
        "at": f"{timezone.localtime(latest.made_at):%H:%M}",
    }
    before = rule.versions.filter(number=seen).first()
    changes = list(_differences(before, latest, names)) if before is not None else []
    last = _("Below is yours. Take in what you want of theirs, and save once more.")
    return latest.number, [told, *changes, last]


def _differences(before: RuleVersion, after: RuleVersion, names: RowNames) -> Iterator[str]:
    old, new = _said(before, names), _said(after, names)
    nothing = _("nothing")
    for label in old:
        if old[label] != new[label]:
            yield f"{label}: {old[label] or nothing} → {new[label] or nothing}"


def _said(version: RuleVersion, names: RowNames) -> dict[str, str]:
    goes_on = ((version.stop, _("Stop here")), (version.on_later, _("Also on later messages")))
    return {
        _("It holds when"): _asked(version, names),
        _("What follows"): ", ".join(outcome_words(outcome_of(version), names)),
        _("Note"): version.note,
        _("How it goes on"): ", ".join(words for chosen, words in goes_on if chosen),
    }


def _asked(version: RuleVersion, names: RowNames) -> str:
    try:
        return words_of(read_condition(version.condition), names, most=None)  # what differs may be the last of many
    except WrongCondition as error:
        return say(error.args[0])

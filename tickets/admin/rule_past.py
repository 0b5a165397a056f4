"""What every version of a rule asked and did, in words."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kapture.languages import say
from tickets.models import RoutingRule
from tickets.models.departed import doer_of, with_doer
from tickets.rules.conditions import WrongCondition, read_condition
from tickets.rules.naming import load_row_names
from tickets.rules.rulebook import outcome_of
from tickets.rules.wording import SHOWN, outcome_words, phrases_told, words_of


def told_versions(rule: RoutingRule, *, rolls: bool) -> SafeString | str:
    """A table, with a button to roll back to each but the newest where `rolls`. Nothing of a rule that is new."""
    if not rule.pk:
        return ""
    names = load_row_names()
    versions = [
        {
            "version": version,
            "asks": told_condition(version.condition, names),
            "whole": told_condition(version.condition, names, most=None),
            "does": outcome_words(outcome_of(version), names),
            "live": version.pk == rule.live_id,
            "made_by": doer_of(version, "made_by"),
        }
        for version in with_doer(rule.versions.all(), "made_by")
    ]
    return render_to_string("admin/rules/versions.html", {"versions": versions, "rolls": rolls})


def told_condition(condition: Any, names: Any, *, most: int | None = SHOWN) -> str:
    """With what is to be known of its phrases; of one that cannot be read, why. `most`: of each list, None: all."""
    return "; ".join(filter(None, (_asked(condition, names, most), phrases_told(condition, most=most))))


def _asked(condition: Any, names: Any, most: int | None) -> str:
    try:
        return words_of(read_condition(condition), names, most=most)
    except WrongCondition as error:
        return _("cannot be read: %(fault)s") % {"fault": say(error.args[0])}

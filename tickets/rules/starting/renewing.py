"""Brings the rules a desk started with up to date, where they still say what they said when they were installed.

Kapture knows every wording it ever brought by its fingerprint (shipped.json). What somebody changed, renamed or rolled
back is theirs, and is left alone. What is new is a version that is in force only when people switch it on.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tickets.models import RoutingRule, RuleVersion
from tickets.rules.comparing import Change, compare
from tickets.rules.conditions import read_condition, write_condition
from tickets.rules.deciding import Outcome
from tickets.rules.rulebook import outcome_of
from tickets.rules.starting.rules import starting_rules
from tickets.rules.versions import SAYS, newest, save_version

# Name → the fingerprints of what was brought under it, the oldest first, the last of today's.
SHIPPED: dict[str, list[str]] = json.loads((Path(__file__).parent / "shipped.json").read_text(encoding="utf-8"))
_ROWS = ("queue", "folder", "sla_policy", "assignee")
_DIGITS = 20


class State(TextChoices):
    """How a rule that bears a name of ours stands to what is brought today."""

    AS_TODAY = "as_today", _("says what it would say today")
    OLDER = "older", _("says what it said when it was installed")
    CHANGED = "changed", _("changed by somebody, and left alone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One of them. `changes` and `outcomes` (before, after): what would be different, of an older one."""

    rule: RoutingRule
    number: int
    state: State
    changes: Sequence[Change] = ()
    outcomes: tuple[Outcome, Outcome] | None = None


def look(rules: Collection[int] | None = None) -> list[Found]:
    """Of these rules (None: of all), those that bear a name of ours; in their order. Two statements."""
    rows = RoutingRule.objects.filter(name__in=SHIPPED).select_related("live").order_by("position", "id")
    rows = rows if rules is None else rows.filter(pk__in=rules)
    latest = RuleVersion.objects.filter(rule__in=rows).order_by("rule_id", "-number").distinct("rule_id")
    versions = {version.rule_id: version for version in latest}
    return [_found(rule, versions[rule.pk]) for rule in rows if rule.pk in versions]


def _found(rule: RoutingRule, version: RuleVersion) -> Found:
    state = _state(rule.name, version)
    if state != State.OLDER:
        return Found(rule=rule, number=version.number, state=state)
    says = starting_rules()[rule.name]
    changes = compare(read_condition(version.condition), read_condition(says["condition"]))
    after = outcome_of(RuleVersion(rule=rule, **says))
    outcomes = (outcome_of(version), after)
    return Found(rule=rule, number=version.number, state=state, changes=changes, outcomes=outcomes)


def _state(name: str, version: RuleVersion) -> State:
    mark = fingerprint({said: getattr(version, f"{said}_id" if said in _ROWS else said) for said in SAYS})
    if mark == SHIPPED[name][-1]:
        return State.AS_TODAY
    rolled_back = version.copy_of is not None  # somebody wanted it so
    return State.OLDER if mark in SHIPPED[name] and not rolled_back else State.CHANGED


def fingerprint(says: Mapping[str, Any]) -> str:
    """Equal for versions that say the same; what says nothing does not count, so that rules may come to say more."""
    told = {name: value for name, value in says.items() if value not in (None, "", [], False)}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def fingerprint_today(name: str) -> str:
    says = starting_rules()[name]
    return fingerprint(says | {"condition": write_condition(read_condition(says["condition"]))})


@transaction.atomic
def renew(rules: Collection[int] | None = None, *, by: User | None, now: datetime) -> list[RuleVersion]:
    """A new version of each of these rules (None: of all) that still says what it said when it was installed; none of
    them is in force by that."""
    says = starting_rules()
    rows = RoutingRule.objects.filter(name__in=SHIPPED).order_by("position", "id")
    rows = rows if rules is None else rows.filter(pk__in=rules)
    made = []
    for rule in rows.select_for_update(no_key=True, of=("self",)):
        version = newest(rule)
        if version is not None and _state(rule.name, version) == State.OLDER:
            made.append(save_version(rule, says[rule.name], by=by, now=now))
    return made

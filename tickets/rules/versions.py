"""Changes of routing rules: every state is a version that stays; one of them is in force, or none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from kapture.languages import say
from tickets.errors import CannotChange
from tickets.models import RoutingRule, RuleVersion
from tickets.rules.conditions import WrongCondition, read_condition, write_condition

# What a version says; everything but where it comes from.
SAYS = (
    "condition",
    "queue",
    "folder",
    "sla_policy",
    "priority",
    "assignee",
    "tags",
    "skills",
    "ignore",
    "leave_resolved",
    "note",
    "notify",
    "stop",
    "on_later",
)


def newest(rule: RoutingRule) -> RuleVersion | None:
    return rule.versions.order_by("-number").first()


@transaction.atomic
def save_version(
    rule: RoutingRule, says: Mapping[str, Any], *, by: User | None, now: datetime, copy_of: int | None = None
) -> RuleVersion:
    """A new version where anything is different from the newest, which is not in force by that. Raises CannotChange for
    a condition that cannot be read."""
    try:
        condition = write_condition(read_condition(says["condition"]))
    except WrongCondition as error:
        fault = say(error.args[0])
        raise CannotChange(f"{error.where}: {fault}" if error.path else fault) from None
    rule = RoutingRule.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule.pk)
    before = newest(rule)
    said = dict(says) | {"condition": condition}
    if before is not None and all(getattr(before, name) == said[name] for name in SAYS if name in said):
        return before
    number = before.number + 1 if before is not None else 1
    return RuleVersion.objects.create(rule=rule, number=number, made_by=by, made_at=now, copy_of=copy_of, **said)


@transaction.atomic
def switch_on(rule: RoutingRule) -> RuleVersion:
    """The newest version is in force from now on. Raises CannotChange where there is none."""
    version = newest(rule)
    if version is None:
        raise CannotChange(_("It says nothing yet."))
    _put_in_force(rule, version)
    return version


def switch_off(rule: RoutingRule) -> None:
    _put_in_force(rule, None)


def _put_in_force(rule: RoutingRule, version: RuleVersion | None) -> None:
    """Saved, not updated in the table: what is saved is audited."""
    rule.live = version
    rule.save(update_fields=["live"])


@transaction.atomic
def roll_back(rule: RoutingRule, number: int, *, by: User | None, now: datetime) -> RuleVersion:
    """What an earlier version said is the newest version; in force where the rule is on. Raises CannotChange."""
    rule = RoutingRule.objects.select_for_update(no_key=True, of=("self",)).get(pk=rule.pk)
    earlier = rule.versions.filter(number=number).first()
    if earlier is None:
        raise CannotChange(_("There is no version %(number)s.") % {"number": number})
    says = {name: getattr(earlier, name) for name in SAYS}
    version = save_version(rule, says, by=by, now=now, copy_of=number)
    if rule.live_id is not None:
        _put_in_force(rule, version)
    return version

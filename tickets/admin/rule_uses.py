"""Which routing rules name a row: asked before it is deleted."""

from collections.abc import Iterator

from django.contrib.auth.models import User
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from kapture.admin_base import OBJECTIONS
from tickets.models import (
    Address,
    BusinessHours,
    CustomerList,
    Folder,
    Queue,
    RoutingRule,
    RuleVersion,
    Skill,
    SlaPolicy,
)
from tickets.rules.conditions import WrongCondition, read_condition, tests_of
from tickets.rules.rulebook import outcome_of

# How a rule calls them.
_CALLED: dict[type[Model], str] = {
    Address: "account",
    BusinessHours: "open_hours",
    CustomerList: "list",
    Folder: "folder",
    Queue: "queue",
    Skill: "skill",
    SlaPolicy: "policy",
    User: "person",
}


def rules_naming(row: Model) -> Iterator[str]:
    """Those in force, and the newest version of those that are worked on."""
    called = _CALLED.get(type(row))
    if called is None:
        return
    newest = RuleVersion.objects.order_by("rule_id", "-number").distinct("rule_id").values("pk")
    live = RoutingRule.objects.exclude(live=None).values("live")
    versions = RuleVersion.objects.filter(Q(pk__in=live) | Q(pk__in=newest)).select_related("rule")
    names = {version.rule.name for version in versions.order_by("rule__position") if _names(version, called, row.pk)}
    for name in sorted(names):
        yield _("Routing rule “%(name)s”: take it out there first.") % {"name": name}


def _names(version: RuleVersion, called: str, pk: int) -> bool:
    told = outcome_of(version)
    follows = {
        "queue": (told.queue,),
        "folder": (told.folder,),
        "policy": (told.policy,),
        "skill": told.skills,
        "person": (told.assignee, *told.notify),
    }
    if pk in follows.get(called, ()):
        return True
    try:
        asked = list(tests_of(read_condition(version.condition)))
    except WrongCondition:
        return False
    return any(test.field == called and pk in test.value for test in asked)


OBJECTIONS.append(rules_naming)

"""Routing rules as they are gone by: read from their tables, for intake and for dry runs."""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from tickets.choices import Priority
from tickets.models import RoutingRule, RuleVersion
from tickets.permissions import who_may_where
from tickets.rules.conditions import WrongCondition, fields_of, read_condition
from tickets.rules.deciding import Outcome, Rule

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules in their order, and what they ask for: what none asks is not looked up."""

    rules: Sequence[Rule] = ()
    # Of those tickets are assigned to: who may work them in which queue; and read private ones as well.
    workers: Collection[tuple[int, int]] = ()
    confidants: Collection[tuple[int, int]] = ()
    asked: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "asked", frozenset().union(*(fields_of(rule.condition) for rule in self.rules)))

    def able(self, *, private: bool) -> Collection[tuple[int, int]]:
        """Of those tickets are assigned to, who may be given such a ticket, and in which queue."""
        return self.confidants if private else self.workers

    @property
    def on_later(self) -> bool:
        return any(rule.on_later for rule in self.rules)

    @property
    def leaves(self) -> bool:
        """Whether any rule leaves tickets resolved."""
        return any(rule.on_later and rule.outcome.leave_resolved for rule in self.rules)


def live_rulebook() -> Rulebook:
    """What is in force now. One statement, and eight more where anything is assigned."""
    rules = RoutingRule.objects.exclude(live=None).select_related("live").order_by("position", "id")
    return rulebook((rule, rule.live) for rule in rules if rule.live is not None)


def rulebook(chosen: Iterable[tuple[RoutingRule, RuleVersion]]) -> Rulebook:
    """Of these versions, in this order. Eight statements where anything is assigned."""
    rules = [rule for rule in (_as_rule(*one) for one in chosen) if rule is not None]
    assigned = {rule.outcome.assignee for rule in rules if rule.outcome.assignee is not None}
    if not assigned:
        return Rulebook(rules)
    workers = who_may_where(assigned, None, "see", "work")
    return Rulebook(rules, workers, who_may_where(assigned, None, "see", "work", "see_private"))


def _as_rule(rule: RoutingRule, version: RuleVersion) -> Rule | None:
    """None, and a line in the log, for what cannot be read any more: one rule shall not keep messages out."""
    try:
        condition = read_condition(version.condition)
    except WrongCondition as error:
        log.error("Routing rule %s, version %s, is passed over: %s", rule.pk, version.number, error)
        return None
    return Rule(
        key=rule.pk,
        name=rule.name,
        version=version.number,
        condition=condition,
        outcome=outcome_of(version),
        stop=version.stop,
        on_later=version.on_later,
    )


def outcome_of(version: RuleVersion) -> Outcome:
    return Outcome(
        queue=version.queue_id,
        folder=version.folder_id,
        policy=version.sla_policy_id,
        priority=Priority(version.priority) if version.priority else None,
        assignee=version.assignee_id,
        tags=tuple(version.tags),
        skills=tuple(version.skills),
        ignore=version.ignore,
        leave_resolved=version.leave_resolved,
        note=version.note,
        notify=tuple(version.notify),
    )

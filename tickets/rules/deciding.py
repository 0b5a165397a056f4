"""Goes through the rules in their order: which hold, what follows, where it stops, and why. Pure.

Every rule is looked at once, in one pass: what a rule changes is seen by those after it and never by those before, so
no two rules can move a ticket to and fro. On later messages a rule acts on the same ticket MOST_TIMES a day; after that
somebody is talking in circles (two machines answering each other), and it is passed over.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tickets.choices import Priority
from tickets.rules.conditions import Group
from tickets.rules.facts import Facts, Standing
from tickets.rules.judging import Predicate, Verdict, judge, predicate

MOST_TIMES = 5  # of one rule on one ticket within a day, on later messages
_RANK = {priority: rank for rank, priority in enumerate(Priority)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What follows where a rule holds. None, or nothing, leaves it as it is."""

    queue: int | None = None
    folder: int | None = None
    policy: int | None = None
    priority: Priority | None = None
    assignee: int | None = None
    tags: tuple[str, ...] = ()
    skills: tuple[int, ...] = ()
    ignore: bool = False
    leave_resolved: bool = False  # what a later message finds resolved
    note: str = ""
    notify: tuple[int, ...] = ()


_LEAVES = Outcome(leave_resolved=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One version of a rule, as it is gone by."""

    key: int
    name: str
    version: int
    condition: Group
    outcome: Outcome
    stop: bool = False
    on_later: bool = False  # also when a customer goes on with a ticket there is
    holds: Predicate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "holds", predicate(self.condition))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of one rule: `guarded` where it would have held once too often, `unable` whom it would have given the
    ticket to, who may not work it."""

    rule: Rule
    verdict: Verdict
    guarded: bool = False
    unable: int | None = None

    @property
    def took_hold(self) -> bool:
        return self.verdict.holds and not self.guarded


@dataclass(slots=True, kw_only=True)
class Decision:
    """Where the ticket stands after the rules, and how it came to that: which rule decided what."""

    standing: Standing
    steps: list[Step] = field(default_factory=list)
    decided_by: dict[str, Rule] = field(default_factory=dict)
    notes: list[tuple[Rule, str]] = field(default_factory=list)
    notified: dict[int, Rule] = field(default_factory=dict)
    stopped_by: Rule | None = None

    @property
    def took_hold(self) -> list[Rule]:
        return [step.rule for step in self.steps if step.took_hold]

    @property
    def acted(self) -> list[Rule]:
        """Those of them that count as having acted: not one that leaves tickets resolved and is there for nothing else,
        where nothing was left so."""
        return [rule for rule in self.took_hold if self.standing.left or rule.outcome != _LEAVES]


def decide(
    rules: Sequence[Rule],
    facts: Facts,
    standing: Standing,
    *,
    kept: Iterable[str] = (),
    taken: Mapping[int, int] | None = None,
    able: Collection[tuple[int, int]] | None = None,
    explain: bool = True,
) -> Decision:
    """`kept`: what a person has chosen on this ticket, and no rule changes. `taken`: rule → how often it acted on this
    ticket within a day. `able`: who may be given it in which queue; None: anybody. The last rule to say something of a
    thing decides it. Without `explain` no step has grounds."""
    decision, fixed = Decision(standing=replace(standing)), frozenset(kept)
    free = "assignee" not in fixed and (facts.new_ticket or standing.assignee is None)
    for rule in rules:
        if not facts.new_ticket and not rule.on_later:
            continue
        standing = decision.standing
        verdict = judge(rule.condition, facts, standing) if explain else Verdict(rule.holds(facts, standing))
        guarded = verdict.holds and (taken or {}).get(rule.key, 0) >= MOST_TIMES
        decision.steps.append(Step(rule=rule, verdict=verdict, guarded=guarded))
        if not verdict.holds or guarded:
            continue
        _follow(rule, facts, decision, fixed)
        if rule.stop:
            decision.stopped_by = rule
            break
    if free:
        _assign(decision, able, last=facts.new_ticket)
    return decision


def _assign(decision: Decision, able: Collection[tuple[int, int]] | None, *, last: bool) -> None:
    """To whom the last rule says, of those who may work it in the queue where it ends; on a ticket that goes on
    the first rule, for whoever has it keeps it."""
    queue = decision.standing.queue
    for place, step in enumerate(decision.steps):
        person = step.rule.outcome.assignee
        if person is None or not step.took_hold:
            continue
        if able is not None and (person, queue) not in able:
            decision.steps[place] = replace(step, unable=person)
        elif person != decision.standing.assignee and (last or decision.standing.assignee is None):
            decision.standing.assignee, decision.decided_by["assignee"] = person, step.rule


def _follow(rule: Rule, facts: Facts, decision: Decision, fixed: frozenset[str]) -> None:
    outcome, standing = rule.outcome, decision.standing
    for name in ("queue", "folder", "policy", "priority"):
        value = getattr(outcome, name)
        if value is None or name in fixed or not _may(name, value, facts, standing):
            continue
        if value != getattr(standing, name):
            setattr(standing, name, value)
            decision.decided_by[name] = rule
    if new := [tag for tag in outcome.tags if tag not in standing.tags]:
        standing.tags |= frozenset(new)
        decision.decided_by |= {f"tag:{tag}": rule for tag in new}
    if "skills" not in fixed and (needed := [skill for skill in outcome.skills if skill not in standing.skills]):
        standing.skills |= frozenset(needed)
        decision.decided_by |= {f"skill:{skill}": rule for skill in needed}
    if outcome.ignore and not standing.ignored and "ignored" not in fixed:
        standing.ignored = True
        decision.decided_by["ignored"] = rule
    if outcome.leave_resolved and standing.resolved and not standing.left:
        standing.left = not standing.unanswered
        decision.decided_by.setdefault("left" if standing.left else "unanswered", rule)
    if outcome.note:
        decision.notes.append((rule, outcome.note))
    for person in outcome.notify:
        decision.notified.setdefault(person, rule)


def _may(name: str, value: Any, facts: Facts, standing: Standing) -> bool:
    """On a ticket that goes on, urgency only rises."""
    return facts.new_ticket or name != "priority" or _RANK[Priority(value)] > _RANK[standing.priority]

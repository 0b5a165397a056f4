"""What the rules decided, as the history and the log keep it: facts, never sentences. No queries."""

from typing import Any

from tickets.rules.deciding import Decision, Rule, Step
from tickets.rules.judging import Ground

_NAMES = {"queue": "queue", "folder": "folder", "policy": "policy", "priority": "priority", "assignee": "to"}


def told_by(rule: Rule, decision: Decision) -> dict[str, Any]:
    """What one rule decided in the end; empty where others had the last word, or it was so already."""
    mine = [name for name, by in decision.decided_by.items() if by is rule]
    told: dict[str, Any] = {_NAMES[name]: getattr(decision.standing, name) for name in mine if name in _NAMES}
    if tags := [name.removeprefix("tag:") for name in mine if name.startswith("tag:")]:
        told["tags"] = tags
    if skills := [int(name.removeprefix("skill:")) for name in mine if name.startswith("skill:")]:
        told["skills"] = skills
    if "ignored" in mine:
        told["ignored"] = True
    for name in ("left", "unanswered"):
        if name in mine:
            told[name] = True
    if any(by is rule for by, _ in decision.notes):
        told["noted"] = True
    if people := [person for person, by in decision.notified.items() if by is rule]:
        told["notified"] = people
    if not told:
        return {}
    step = next(step for step in decision.steps if step.rule is rule)
    grounds = [_ground(ground) for ground in step.verdict.grounds]
    return {"rule": rule.key, "name": rule.name, "version": rule.version, **told, "grounds": grounds}


def left_by(decision: Decision) -> dict[str, Any]:
    """That a ticket is left resolved, or would be had anybody answered, and by which rule; nothing else that it said.
    Empty where no rule says so."""
    for what in ("left", "unanswered"):
        if rule := decision.decided_by.get(what):
            told = told_by(rule, decision)
            return {name: told[name] for name in ("rule", "name", "version", what, "grounds")}
    return {}


def log_of(decision: Decision) -> list[dict[str, Any]]:
    return [_step(step, stopped=decision.stopped_by is step.rule) for step in decision.steps]


def _step(step: Step, *, stopped: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"rule": step.rule.key, "name": step.rule.name, "version": step.rule.version}
    told["held"] = step.verdict.holds
    told |= {"guarded": True} if step.guarded else {}
    told |= {"stopped": True} if stopped else {}
    told |= {"unable": step.unable} if step.unable is not None else {}
    return told | {"grounds": [_ground(ground) for ground in step.verdict.grounds]}


def _ground(ground: Ground) -> dict[str, Any]:
    """`path` as a person counts."""
    told: dict[str, Any] = {"path": ".".join(str(place + 1) for place in ground.path)}
    told |= {"field": ground.test.field, "is": ground.test.operator, "held": ground.held}
    nothing = ground.found is None or ground.found == []
    return told if nothing else told | {"found": _plain(ground.found)}


def _plain(found: Any) -> Any:
    return sorted(found) if isinstance(found, frozenset) else found

"""docs/rules.md, "Routing rules": in which order, how they end, how they explain themselves. Without a database."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from tests.tickets.test_routing_rules import FAMOUS, REFUND, SUPPORT, facts
from tickets.choices import Priority
from tickets.rules.conditions import read_condition
from tickets.rules.deciding import MOST_TIMES, Decision, Outcome, Rule, decide
from tickets.rules.facts import Facts, Standing

REFUNDS, RISK = 2, 3


def rule(key: int, condition: Mapping[str, Any] | None = None, **more: Any) -> Rule:
    outcome = {name: more.pop(name) for name in list(more) if name in Outcome.__slots__}
    told = read_condition(condition or {"all": []})
    return Rule(key=key, name=f"rule {key}", version=1, condition=told, outcome=Outcome(**outcome), **more)


def gone_through(rules: Sequence[Rule], told: Facts | None = None, **more: Any) -> Decision:
    standing = more.pop("standing", Standing(queue=SUPPORT))
    return decide(rules, told or facts(), standing, **more)


# In their order


def test_rules_are_gone_through_in_order_and_the_last_word_counts() -> None:
    told = gone_through([rule(1, queue=REFUNDS, tags=("money",)), rule(2, queue=RISK, priority=Priority.URGENT)])
    assert (told.standing.queue, told.standing.priority) == (RISK, Priority.URGENT)
    assert told.standing.tags == frozenset({"money"})
    assert {name: by.key for name, by in told.decided_by.items()} == {"queue": 2, "tag:money": 1, "priority": 2}


def test_a_rule_that_stops_ends_the_round() -> None:
    told = gone_through([rule(1, queue=REFUNDS, stop=True), rule(2, queue=RISK)])
    assert (told.standing.queue, len(told.steps)) == (REFUNDS, 1)
    assert told.stopped_by is not None and told.stopped_by.key == 1


def test_a_rule_that_does_not_hold_stops_nothing() -> None:
    told = gone_through([rule(1, {"all": [FAMOUS]}, queue=REFUNDS, stop=True), rule(2, queue=RISK)])
    assert told.standing.queue == RISK and told.stopped_by is None


def test_a_rule_sees_what_the_rules_before_it_decided() -> None:
    tagged = {"all": [{"field": "tag", "is": "any_of", "value": ["risk"]}]}
    before = gone_through([rule(1, tags=("risk",)), rule(2, tagged, queue=RISK)])
    after = gone_through([rule(2, tagged, queue=RISK), rule(1, tags=("risk",))])
    assert (before.standing.queue, after.standing.queue) == (RISK, SUPPORT)


def test_two_rules_that_undo_each_other_come_to_an_end() -> None:
    there = {"all": [{"field": "queue", "is": "any_of", "value": [SUPPORT]}]}
    back = {"all": [{"field": "queue", "is": "any_of", "value": [RISK]}]}
    told = gone_through([rule(1, there, queue=RISK), rule(2, back, queue=SUPPORT)])
    assert (told.standing.queue, [step.took_hold for step in told.steps]) == (SUPPORT, [True, True])


def test_a_decision_explains_itself() -> None:
    told = gone_through([rule(1, {"all": [REFUND, {"any": [FAMOUS]}]}), rule(2, {"all": [REFUND]})], facts(followers=3))
    failed, held = told.steps
    (ground,) = failed.verdict.grounds
    assert (ground.held, ground.test.field, ground.path, ground.found) == (False, "followers", (1, 0), 3)
    assert [(one.test.field, one.found) for one in held.verdict.grounds] == [("text", "refund")]


def test_what_forbids_is_named_as_well() -> None:
    told = gone_through([rule(1, {"none": [{"any": [FAMOUS]}, REFUND]}, queue=RISK)])
    (ground,) = told.steps[0].verdict.grounds
    assert (told.steps[0].took_hold, ground.held, ground.test.field) == (False, True, "text")


# On later messages


def later(**more: Any) -> Facts:
    return facts(new_ticket=False, **more)


def test_only_rules_that_say_so_look_at_later_messages() -> None:
    told = gone_through([rule(1, queue=RISK), rule(2, queue=REFUNDS, on_later=True)], later())
    assert (told.standing.queue, [step.rule.key for step in told.steps]) == (REFUNDS, [2])


def test_on_a_ticket_that_goes_on_urgency_only_rises_and_whoever_has_it_keeps_it() -> None:
    standing = Standing(queue=SUPPORT, priority=Priority.HIGH, assignee=5)
    low = rule(1, priority=Priority.LOW, assignee=6, on_later=True)
    urgent = rule(2, priority=Priority.URGENT, on_later=True)
    assert gone_through([low], later(), standing=standing).decided_by == {}
    assert gone_through([low, urgent], later(), standing=standing).standing.priority == "urgent"


def test_what_a_person_chose_stays() -> None:
    told = gone_through([rule(1, queue=RISK, tags=("risk",), on_later=True)], later(), kept={"queue"})
    assert (told.standing.queue, told.standing.tags) == (SUPPORT, frozenset({"risk"}))


def test_a_rule_that_acts_in_circles_is_passed_over() -> None:
    circling = rule(1, note="Again.", on_later=True)
    assert gone_through([circling], later(), taken={1: MOST_TIMES - 1}).notes == [(circling, "Again.")]
    told = gone_through([circling], later(), taken={1: MOST_TIMES})
    assert told.notes == [] and told.steps[0].guarded and not told.steps[0].took_hold


@settings(max_examples=40)
@given(some.lists(some.tuples(some.booleans(), some.integers(1, 9), some.booleans()), max_size=8))
def test_the_order_alone_decides(told: list[tuple[bool, int, bool]]) -> None:
    """Against the obvious way: the last that holds, up to the first of them that stops."""
    famous = {"all": [FAMOUS]}
    rules = [
        rule(at, None if open_ else famous, queue=queue, stop=stop) for at, (open_, queue, stop) in enumerate(told)
    ]
    expected = SUPPORT
    for open_, queue, stop in told:
        expected = queue if open_ else expected
        if open_ and stop:
            break
    assert gone_through(rules, facts(followers=1)).standing.queue == expected

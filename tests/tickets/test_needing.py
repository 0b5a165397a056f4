"""Which answer needs approval, by the pure rules (docs/rules.md, "Who must approve an answer")."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from tickets.approving.needing import Answer, Need, Rule, first_need
from tickets.models import ApprovalRule

HELLO = Answer(address=1, queue=2, private=False, text="You get a REFUND of 20 euros", tags=frozenset({3}))
EVERYTHING = Rule(pk=1)


@pytest.mark.parametrize(
    ("rule", "answer", "need"),
    [
        (EVERYTHING, HELLO, Need(1)),
        (EVERYTHING, Answer(address=1, queue=2, private=True, text="", approver=True), None),
        (Rule(pk=1, teams=frozenset({7})), HELLO, None),
        (
            Rule(pk=1, teams=frozenset({7})),
            Answer(address=1, queue=2, private=True, text="", teams=frozenset({7})),
            Need(1),
        ),
        (
            Rule(pk=1, teams=frozenset({7})),
            Answer(address=1, queue=2, private=True, text="", teams=frozenset({7}), approver=True),
            Need(1),
        ),
        (Rule(pk=1, roles=frozenset({5})), HELLO, None),
        (Rule(pk=1, roles=frozenset({5})), replace(HELLO, roles=frozenset({5}), approver=True), Need(1)),
        (Rule(pk=1, roles=frozenset({5}), teams=frozenset({7})), replace(HELLO, roles=frozenset({5})), None),
        (
            Rule(pk=1, roles=frozenset({5}), teams=frozenset({7})),
            replace(HELLO, roles=frozenset({5, 6}), teams=frozenset({7})),
            Need(1),
        ),
        (Rule(pk=1, address=1, queue=2, private=False, tags=frozenset({3, 4})), HELLO, Need(1)),
        (Rule(pk=1, address=2), HELLO, None),
        (Rule(pk=1, queue=1), HELLO, None),
        (Rule(pk=1, private=True), HELLO, None),
        (Rule(pk=1, tags=frozenset({4})), HELLO, None),
        (Rule(pk=1, name="Money", words=("sorry", "refund")), HELLO, Need(1, "refund", "Money")),
        (Rule(pk=1, words=("fund",)), HELLO, None),
        (Rule(pk=1, words=("reimburs*",)), HELLO, None),
    ],
)
def test_all_that_a_rule_says_must_hold(rule: Rule, answer: Answer, need: Need | None) -> None:
    assert first_need([rule], answer) == need


def test_the_first_rule_that_holds_is_the_one() -> None:
    rules = [Rule(pk=1, words=("never",)), Rule(pk=2, words=("refund",)), EVERYTHING]
    assert first_need(rules, HELLO) == Need(2, "refund")


def test_words_may_be_parted_by_commas_and_one_that_is_never_found_is_refused() -> None:
    rule = ApprovalRule(name="Money", words="refund*, compensation;\n pay  back,")
    rule.clean()
    assert rule.words == "refund*\ncompensation\npay back"
    for idle in ("re*und", "refund* money", "*"):
        with pytest.raises(ValidationError, match="end of a word"):
            ApprovalRule(name="Money", words=f"sorry\n{idle}").clean()

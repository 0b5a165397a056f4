"""docs/rules.md, "Routing rules": what a rule may ask, when it holds, and what follows. Without a database."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.factories import NOW
from tickets.rules.conditions import (
    Group,
    Test,
    WrongCondition,
    read_condition,
    write_condition,
)
from tickets.rules.facts import Facts, Senses, Standing
from tickets.rules.fields import FIELDS, OPERATORS, Sort
from tickets.rules.judging import ask, judge, predicate
from tickets.rules.shape import digest_of

SUPPORT = 1
REFUND = {"field": "text", "is": "has_any", "value": ["refund", "money back"]}
FAMOUS = {"field": "followers", "is": "at_least", "value": 10_000}


def facts(text: str = "I want a refund", **more: Any) -> Facts:
    return Facts(text=text, account=1, **({"said_at": NOW} | more))


def holds(condition: Mapping[str, Any], told: Facts) -> bool:
    return judge(read_condition(condition), told, Standing(queue=SUPPORT)).holds


def asked(name: str, operator: str, value: Any = None, **known: Any) -> bool:
    question = {"field": name, "is": operator} | ({} if value is None else {"value": value})
    return holds({"all": [question]}, facts(**known))


# Words


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("refund", "REFUND!!"),
        ("refund", "Please “refund” me"),
        ("money back", "I want my money\n  back"),
        ("refund*", "no refunds here"),
        ("arrêt", "ARRET"),
        ("kündigen", "Ich will ku\u0308ndigen"),
        ("straße", "STRASSE"),
        ("can't", "I can’t log in"),
        ("返金", "すぐ返金してください"),
        ("คืนเงิน", "ขอคืนเงินด้วย"),
        ("استرداد", "أريد استرداد المال"),
        ("#fail", "what a #FAIL"),
        ("c++", "your c++ sdk"),
        ("환불", "환불 해주세요"),
    ],
)
def test_a_word_is_found_in_any_case_accent_and_script(word: str, text: str) -> None:
    assert asked("text", "has_any", [word], text=text)


@pytest.mark.parametrize(
    ("word", "text"),
    [("refund", "refunds"), ("art", "start"), ("money back", "money, back"), (".*", "anything"), ("환", "환불")],
)
def test_a_word_is_not_found_inside_another_one(word: str, text: str) -> None:
    assert not asked("text", "has_any", [word], text=text)


@pytest.mark.parametrize(
    ("operator", "words", "expected"),
    [
        ("has_all", ["refund", "order"], True),
        ("has_all", ["refund", "parcel"], False),
        ("has_none", ["parcel"], True),
        ("has_none", ["parcel", "order"], False),
        ("is_exactly", ["Refund my order!"], True),
        ("is_exactly", ["refund"], False),
    ],
)
def test_all_of_the_words_or_none_or_nothing_else(operator: str, words: list[str], expected: bool) -> None:
    assert asked("text", operator, words, text="refund my ORDER!") is expected


@settings(max_examples=40)
@given(some.text(max_size=200), some.text(min_size=1, max_size=30))
def test_whatever_is_looked_for_is_looked_for_literally(text: str, word: str) -> None:
    try:
        found = asked("text", "has_any", [word], text=f"{text} {word} {text}")
    except WrongCondition:
        assert not "".join(char for char in word if char.isalnum())
    else:
        assert found or not word.strip("* ").isalnum()


# The shape of the content


@pytest.mark.parametrize(
    ("name", "operator", "value", "text"),
    [
        ("only_emoji", "yes", None, "@acmehelp_demo 😡👍🏽 👨‍👩‍👧 🇩🇪"),
        ("only_emoji", "no", None, "😡 why"),
        ("only_emoji", "no", None, "12"),
        ("only_links", "yes", None, "@acmehelp_demo https://a.example/x www.b.example"),
        ("only_links", "no", None, "look https://a.example"),
        ("mentions", "exactly", 3, "@a @b, (@c) d@e.example"),
        ("links", "exactly", 1, "https://x.example/@a #b"),
        ("hashtags", "exactly", 2, "#fail #épic #1 https://x.example/#c"),
        ("emoji", "at_least", 2, "😡 no 😡"),
        ("length", "at_most", 5, "hello"),
    ],
)
def test_what_a_text_is_made_of(name: str, operator: str, value: Any, text: str) -> None:
    assert asked(name, operator, value, text=text)


def test_the_same_said_by_many_is_the_same_whomever_it_names_and_wherever_it_leads() -> None:
    said = "@acmehelp_demo Win a free phone today! https://a.example/1"
    assert digest_of(said) == digest_of("@ben_demo win a FREE phone  today https://b.example/2") is not None
    assert digest_of(said) != digest_of(said.replace("phone", "car"))
    assert digest_of("@acmehelp_demo Hello?") is None


# Of whom, where and when


@pytest.mark.parametrize(
    ("name", "operator", "value", "known", "expected"),
    [
        ("followers", "at_least", 10_000, {"followers": 10_000}, True),
        ("followers", "at_least", 10_000, {"followers": 9_999}, False),
        ("verified", "yes", None, {"verified": True}, True),
        ("list", "any_of", [7], {"lists": frozenset({7, 8})}, True),
        ("list", "all_of", [7, 9], {"lists": frozenset({7, 8})}, False),
        ("handle", "any_of", ["@Ana_Demo"], {"handle": "ana_demo"}, True),
        ("account_age", "at_most", 7, {"joined_at": NOW - timedelta(days=3)}, True),
        ("first_contact", "yes", None, {"first_contact": True}, True),
        ("kind", "any_of", ["mention", "quote"], {"kind": "quote"}, True),
        ("private", "no", None, {"private": True}, False),
        ("search", "any_of", ["Outages"], {"searches": frozenset({"outages"})}, True),
        ("account", "any_of", [1], {}, True),
        ("open_hours", "none_of", [4], {"open_hours": frozenset()}, True),
        ("language", "any_of", ["de"], {"told_language": "de"}, True),
        ("language", "any_of", ["pt"], {"told_language": "pt-BR"}, True),
        ("sentiment", "at_most", -40, {"senses": Senses(sentiment=lambda text, language: -60)}, True),
        ("repeated_by", "at_least", 5, {"repeated_by": 6}, True),
    ],
)
def test_what_is_known_of_customer_account_and_time(
    name: str, operator: str, value: Any, known: dict[str, Any], expected: bool
) -> None:
    assert asked(name, operator, value, **known) is expected


@pytest.mark.parametrize("operator", ["yes", "no"])
def test_of_what_is_not_known_nothing_holds(operator: str) -> None:
    assert not asked("verified", operator, verified=None)
    assert not asked("language", "none_of", ["en"], told_language="und")
    assert not asked("followers", "at_most", 0, followers=None)
    assert holds({"none": [{"field": "verified", "is": operator}]}, facts())


def test_the_channels_language_goes_before_our_guess() -> None:
    guess = Senses(language=lambda text: "nl")
    assert facts(told_language="de", senses=guess).language == "de"
    assert facts(told_language="und", senses=guess).language == "nl"


# Groups


@pytest.mark.parametrize(
    ("text", "followers", "expected"),
    [("refund", 20_000, True), ("refund", 5, False), ("money back", 20_000, True), ("hello", 20_000, False)],
)
def test_groups_lie_in_groups(text: str, followers: int, expected: bool) -> None:
    happy = {"field": "text", "is": "has_any", "value": ["thanks"]}
    condition = {"all": [REFUND, {"any": [FAMOUS, {"field": "verified", "is": "yes"}]}, {"none": [happy]}]}
    assert holds(condition, facts(text, followers=followers)) is expected
    assert not holds(condition, facts(f"{text} thanks", followers=followers))


def test_a_rule_without_a_question_holds_of_everything() -> None:
    assert holds({"all": []}, facts(""))


def questions() -> some.SearchStrategy[dict[str, Any]]:
    numbers = some.integers(0, 5)
    number = some.builds(
        lambda name, op, n: {"field": name, "is": op, "value": n},
        some.sampled_from(["followers", "mentions", "media"]),
        some.sampled_from(OPERATORS[Sort.NUMBER]),
        numbers,
    )
    yes_no = some.builds(
        lambda name, op: {"field": name, "is": op},
        some.sampled_from(["verified", "private", "only_emoji"]),
        some.sampled_from(OPERATORS[Sort.YES_NO]),
    )
    return number | yes_no


def conditions() -> some.SearchStrategy[dict[str, Any]]:
    def group(parts: some.SearchStrategy[Any]) -> some.SearchStrategy[dict[str, Any]]:
        modes = some.sampled_from(["all", "any", "none"])
        return some.builds(lambda mode, held: {mode: held}, modes, some.lists(parts, min_size=1, max_size=3))

    return group(questions() | group(questions() | group(questions())))


def told_of_somebody() -> some.SearchStrategy[Facts]:
    maybe = some.none() | some.booleans()
    return some.builds(
        lambda followers, verified, media, text: facts(text, followers=followers, verified=verified, media=media),
        some.none() | some.integers(0, 6),
        maybe,
        some.integers(0, 4),
        some.sampled_from(["😡", "@a @b hi", ""]),
    )


def obviously(node: Mapping[str, Any], told: Facts) -> bool:
    """The slow way, by the words of docs/rules.md."""
    if "field" in node:
        (question,) = read_condition({"all": [node]}).parts
        assert isinstance(question, Test)
        return ask(question, told, Standing(queue=SUPPORT))[0]
    ((mode, parts),) = node.items()
    held = [obviously(part, told) for part in parts]
    return all(held) if mode == "all" else any(held) if mode == "any" else not any(held)


@settings(max_examples=40)
@given(conditions(), told_of_somebody())
def test_groups_hold_as_their_words_say(condition: dict[str, Any], told: Facts) -> None:
    assert holds(condition, told) == obviously(condition, told)
    quick = predicate(read_condition(condition))
    assert quick(told, Standing(queue=SUPPORT)) == obviously(condition, told)


@settings(max_examples=40)
@given(conditions())
def test_what_is_written_is_read_as_the_same(condition: dict[str, Any]) -> None:
    held = read_condition(condition)
    assert write_condition(held) == condition
    assert read_condition(write_condition(held)) == held


# What is refused, and where


def deep(levels: int) -> dict[str, Any]:
    return {"all": [deep(levels - 1) if levels else REFUND]}


@pytest.mark.parametrize(
    ("told", "where", "says"),
    [
        ([], "", "a group or a question"),
        ({"all": [REFUND], "any": []}, "", "all, any, none"),
        ({"xor": []}, "", "all, any, none"),
        ({"all": REFUND}, "", "holds a list"),
        ({"all": [REFUND, {"any": []}]}, "2", "empty"),
        ({"all": [{"any": [REFUND, {"field": "mood", "is": "yes"}]}]}, "1.2", "'mood'"),
        ({"all": [{"field": "followers", "is": "has_any", "value": ["a"]}]}, "1", "at_least"),
        ({"all": [FAMOUS | {"value": "many"}]}, "1", "whole number"),
        ({"all": [FAMOUS | {"value": True}]}, "1", "whole number"),
        ({"all": [{"field": "sentiment", "is": "at_most", "value": -200}]}, "1", "from -100 to 100"),
        ({"all": [REFUND | {"value": []}]}, "1", "one at least"),
        ({"all": [REFUND | {"value": "refund"}]}, "1", "one at least"),
        ({"all": [REFUND | {"value": [" * "]}]}, "1", "empty"),
        ({"all": [REFUND | {"value": ["a" * 101]}]}, "1", "100 characters"),
        ({"all": [REFUND | {"value": [str(n) for n in range(501)]}]}, "1", "at most 500"),
        ({"all": [REFUND | {"regex": "(a+)+$"}]}, "1", "'regex'"),
        ({"all": [{"field": "verified", "is": "yes", "value": 1}]}, "1", "no value"),
        ({"all": [{"field": "queue", "is": "any_of", "value": ["Support"]}]}, "1", "by its number"),
        ({"all": [{"field": "kind", "is": "any_of", "value": ["tweet"]}]}, "1", "mention"),
        ({"all": [REFUND] * 61}, "", "at most 60"),
        ({"all": [{"any": [REFUND] * 40}, {"any": [REFUND] * 40}]}, "", "at most 60"),
        (deep(4), "1.1.1.1", "4 deep"),
    ],
)
def test_a_wrong_condition_says_where_the_fault_is(told: Any, where: str, says: str) -> None:
    with pytest.raises(WrongCondition, match=says) as refused:
        read_condition(told)
    assert refused.value.where == where


@settings(max_examples=40)
@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.text(max_size=5),
        lambda parts: (
            some.lists(parts, max_size=3)
            | some.dictionaries(some.sampled_from(["all", "any", "none", "field", "is", "value"]), parts, max_size=3)
        ),
    )
)
def test_whatever_is_told_is_read_or_refused_with_a_sentence(told: Any) -> None:
    try:
        assert isinstance(read_condition(told), Group)
    except WrongCondition as refused:
        assert str(refused).endswith(".")


def test_every_field_can_be_asked_of_somebody_nobody_knows() -> None:
    values = {Sort.NUMBER: 0, Sort.YES_NO: None, Sort.ROW: (1,), Sort.ROWS: (1,)}
    for name, about in FIELDS.items():
        for operator in OPERATORS[about.sort]:
            value = values.get(about.sort, (about.known[:1] or ("a",)))
            held, _ = ask(Test(name, operator, value), Facts(account=1, said_at=NOW), Standing(queue=SUPPORT))
            assert isinstance(held, bool)
